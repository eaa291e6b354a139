//! System → Bundle: what to make, for any format.

use serde::Serialize;

use super::alike::Likeness;
use super::chart::Chart;
use super::placement::Patch;
use super::written::{BuildEach, Writer, Written};
use super::{Component, ComponentId, Explained, Makes, System};
use crate::kubernetes::Object;
use crate::plan::{NodePool, Workload};

/// What the chosen components make of a plan. Each format takes only what it can carry, and only that is made.
#[derive(Debug)]
pub struct Bundle<'p> {
    system: &'p System,
    components: Vec<ComponentId>,
}

/// Chooses the components to build.
pub fn build(system: &System, chosen: impl Fn(ComponentId) -> bool) -> Bundle<'_> {
    Bundle {
        system,
        components: ComponentId::ALL
            .into_iter()
            .filter(|id| chosen(*id))
            .collect(),
    }
}

impl Bundle<'_> {
    /// Whether a component was chosen.
    pub fn has(&self, component: ComponentId) -> bool {
        self.components.contains(&component)
    }

    /// The node pools that are to be made.
    pub fn node_pools(&self) -> &[NodePool] {
        if self.has(ComponentId::NodePools) {
            &self.system.plan.node_pools
        } else {
            &[]
        }
    }

    fn components(&self) -> impl Iterator<Item = &'static Component> {
        self.components.iter().map(|id| id.component())
    }

    /// The upstream charts of those that have one, by the names of the charts.
    pub fn charts(&self) -> impl Iterator<Item = Chart> {
        let charts = self.components().filter_map(|component| component.chart);
        let mut charts: Vec<Chart> = charts.collect();
        charts.sort_by_key(|chart| chart.name);
        charts.into_iter()
    }

    /// All objects, whatever others refer to before those that refer to it, each once.
    pub fn objects(&self) -> impl Iterator<Item = Explained<Object>> {
        self.generated().into_iter().flat_map(|made| {
            let (one, each) = made.into_parts();
            let one = one.map(|object| *object).into_iter();
            one.chain(each.into_iter().flat_map(|(build, _)| self.each(build)))
        })
    }

    /// The same, to be written.
    pub fn written_objects(&self) -> impl Iterator<Item = Written<'_, Object>> {
        self.generated().into_iter().flat_map(|made| {
            let (one, each) = made.into_parts();
            let one = one.map(Written::made).into_iter();
            one.chain(each.into_iter().flat_map(|each| self.written_each(each)))
        })
    }

    /// What is to be made of all objects, in the order in which they are applied.
    fn generated(&self) -> Vec<Generated> {
        let made = self.components().flat_map(|component| self.made(component));
        in_order(made.collect())
    }

    /// The objects of the system itself, in the same order: all but those of single workloads.
    pub fn system(&self) -> Vec<Explained<Object>> {
        let made = self.generated().into_iter();
        let objects = made.filter_map(|made| made.into_parts().0);
        objects.map(|object| *object).collect()
    }

    /// Each component as if it were chosen alone.
    fn each_alone(&self) -> impl Iterator<Item = (ComponentId, Bundle<'_>)> {
        let system = self.system;
        let alone = move |id: &ComponentId| Bundle {
            system,
            components: vec![*id],
        };
        self.components.iter().map(move |id| (*id, alone(id)))
    }

    /// The objects of each component, those of single workloads included.
    pub fn objects_by_component(
        &self,
    ) -> impl Iterator<Item = (ComponentId, Vec<Explained<Object>>)> {
        self.each_alone()
            .map(|(id, alone)| (id, alone.objects().collect()))
    }

    /// The patches of each component.
    pub fn patches_by_component(
        &self,
    ) -> impl Iterator<Item = (ComponentId, Vec<Explained<Patch>>)> {
        self.each_alone()
            .map(|(id, alone)| (id, alone.patches().collect()))
    }

    /// The objects of one workload.
    pub fn objects_of(&self, workload: &Workload) -> impl Iterator<Item = Explained<Object>> {
        self.components()
            .filter_map(move |component| match component.makes {
                Makes::ObjectEach(build, _) => build(&self.system.plan, workload),
                _ => None,
            })
    }

    /// What a component adds to a stream of objects.
    fn made(&self, component: &Component) -> Vec<Generated> {
        match component.makes {
            Makes::Objects(build) => build(self.system).into_iter().map(Generated::one).collect(),
            Makes::ObjectEach(build, likeness) => vec![Generated::Each((build, likeness))],
            Makes::PatchEach(..) | Makes::Commands => Vec::new(),
        }
    }

    /// The patches of the workloads, in their order.
    pub fn patches(&self) -> impl Iterator<Item = Explained<Patch>> {
        let builds = self.patching();
        builds.flat_map(|(build, _)| self.each(build))
    }

    /// The same, to be written.
    pub fn written_patches(&self) -> impl Iterator<Item = Written<'_, Patch>> {
        self.patching().flat_map(|each| self.written_each(each))
    }

    fn patching(&self) -> impl Iterator<Item = Each<Patch>> {
        let components = self.components();
        components.filter_map(|component| match component.makes {
            Makes::PatchEach(build, likeness) => Some((build, likeness)),
            _ => None,
        })
    }

    /// What is made for each workload, in their order.
    fn each<T>(&self, build: BuildEach<T>) -> impl Iterator<Item = Explained<T>> {
        let workloads = self.system.plan.workloads.iter();
        workloads.filter_map(move |workload| build(&self.system.plan, workload))
    }

    /// The same, to be written.
    fn written_each<T: Serialize>(&self, each: Each<T>) -> impl Iterator<Item = Written<'_, T>> {
        let plan = &self.system.plan;
        let mut writer = Writer::new(each);
        let workloads = plan.workloads.iter();
        workloads.filter_map(move |workload| writer.document(plan, workload))
    }
}

/// Sorted by rank, and each namespace once: several components may need the same one.
fn in_order(mut made: Vec<Generated>) -> Vec<Generated> {
    made.sort_by_key(Generated::rank);
    let namespaces = made.partition_point(|made| made.rank() == 0);
    let stood_before = |&at: &usize| made[..at].iter().any(|before| before.is_same(&made[at]));
    let repeated: Vec<usize> = (1..namespaces).filter(stood_before).collect();
    for at in repeated.into_iter().rev() {
        made.remove(at);
    }
    made
}

/// How something is made of each workload.
type Each<T> = (BuildEach<T>, Likeness);

/// Objects on their way into a stream.
enum Generated {
    One(Box<Explained<Object>>),
    /// One for each workload, made only when its turn comes.
    Each(Each<Object>),
}

impl Generated {
    fn one(object: Explained<Object>) -> Self {
        Self::One(Box::new(object))
    }

    /// The one, or how each is made.
    fn into_parts(self) -> (Option<Box<Explained<Object>>>, Option<Each<Object>>) {
        match self {
            Self::One(object) => (Some(object), None),
            Self::Each(each) => (None, Some(each)),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::One(object) => object.value.rank(),
            Self::Each(_) => Object::LAST_RANK,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        matches!((self, other), (Self::One(a), Self::One(b)) if a.value == b.value)
    }
}
