//! Plan → Bundle: what to make, for any format.

use crate::components::placement::Patch;
use crate::components::{ALL, Component, Makes};
use crate::kubernetes::Object;
use crate::plan::Plan;

/// What the chosen components make of a plan. Each format takes only what it can carry, and only that is made.
#[derive(Debug)]
pub struct Bundle<'p> {
    plan: &'p Plan,
    components: Vec<&'static Component>,
}

/// Chooses the components to build.
pub fn build(plan: &Plan, chosen: impl Fn(&Component) -> bool) -> Bundle<'_> {
    Bundle {
        plan,
        components: ALL.iter().filter(|component| chosen(component)).collect(),
    }
}

impl Bundle<'_> {
    /// Whether a component was chosen.
    pub fn has(&self, component: &str) -> bool {
        self.components
            .iter()
            .any(|chosen| chosen.name == component)
    }

    /// All objects, whatever others refer to before those that refer to it, each once.
    pub fn objects(&self) -> Vec<Object> {
        let mut objects = Vec::new();
        for component in &self.components {
            if let Makes::Objects(build) = component.makes {
                objects.extend(build(self.plan));
            }
        }
        objects.sort_by_key(Object::rank);
        // Several components may need the same namespace.
        let namespaces = objects.partition_point(|object| object.rank() == 0);
        let stood_before = |&at: &usize| objects[..at].contains(&objects[at]);
        let repeated: Vec<usize> = (1..namespaces).filter(stood_before).collect();
        for at in repeated.into_iter().rev() {
            objects.remove(at);
        }
        objects
    }

    /// The patches of the workloads, in their order.
    pub fn patches(&self) -> impl Iterator<Item = Patch> {
        let patches = self
            .components
            .iter()
            .filter_map(|component| match component.makes {
                Makes::Patches(patch) => Some(patch),
                _ => None,
            });
        patches.flat_map(move |patch| {
            self.plan
                .workloads
                .iter()
                .filter_map(move |workload| patch(self.plan, workload))
        })
    }
}
