//! A cluster of a few lines, with the simplest of schedulers.

use crate::kubernetes::{Effect, LabelSelector, Labels};
use crate::plan::Amount;
use crate::simulate::actors::handler::{Handler, Handlers};
use crate::simulate::agenda::Event;
use crate::simulate::cloud::{Cloud, Taken};
use crate::simulate::engine::{Component, Engine, Parts, Site};
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    Budget, BudgetLimit, Change, GroupId, LabelSet, Millis, Node, NodeGroup, NodeId, Note, Owner,
    OwnerId, OwnerKind, PodId, Requests, Selector, Symbol, Template, TemplateId, World, seconds,
};

/// Binds each pending pod to the first node that lets it on and has room.
#[derive(Default)]
pub(crate) struct FirstFit {
    pending: Vec<PodId>,
}

impl Component for FirstFit {
    fn observe(&mut self, _: &World, change: Change) {
        if let Change::PodCreated(pod) = change {
            self.pending.push(pod);
        }
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        let world = &mut *site.world;
        let nodes: Vec<NodeId> = world.present_nodes().collect();
        self.pending.retain(|pod| {
            let state = world.pod(*pod);
            if state.is_gone() || state.node.is_some() {
                return false;
            }
            let found = nodes.iter().copied().find(|node| fits(world, *pod, *node));
            if let Some(node) = found {
                world.bind(*pod, node);
            }
            found.is_none()
        });
    }
}

fn fits(world: &World, pod: PodId, node: NodeId) -> bool {
    let template = world.template_of(pod);
    let pinned = world.pod(pod).pinned;
    let node_state = world.node(node);
    let count = i64::try_from(node_state.pods.len()).expect("few");
    node_state.is_ready()
        && !node_state.is_cordoned
        && pinned.is_none_or(|own| own == node)
        && count < node_state.max_pods
        && node_state
            .taints
            .iter()
            .all(|taint| template.tolerations.let_on(*taint))
        && template
            .requests
            .fits(&node_state.allocatable, &node_state.requested)
}

/// The budgets as the disruption controller keeps them, in one line each.
#[derive(Default)]
pub(crate) struct Budgets;

impl Component for Budgets {
    fn settle(&mut self, site: &mut Site<'_>) {
        let world = &mut *site.world;
        for at in 0..world.budgets.len() {
            let selector = world.budgets[at].selector;
            let selected = |world: &World, pod: PodId| {
                world.selectors.selects(selector, world.pod(pod).template)
            };
            let pods: Vec<PodId> = world
                .present_pods()
                .filter(|pod| selected(world, *pod))
                .collect();
            let healthy = pods
                .iter()
                .filter(|pod| {
                    world.pod(**pod).phase == crate::simulate::world::Phase::Ready
                        && world.pod(**pod).deletion.is_none()
                })
                .count();
            let expected = world
                .owners
                .iter()
                .filter(|owner| world.selectors.selects(selector, owner.template))
                .map(|owner| owner.replicas)
                .sum::<i64>();
            let BudgetLimit::MaxUnavailable(most) = world.budgets[at].limit else {
                unreachable!("tests use no other")
            };
            let budget = &mut world.budgets[at];
            budget.healthy = i64::try_from(healthy).expect("few");
            budget.desired = expected - most;
            budget.allowed = (budget.healthy - budget.desired).max(0);
        }
    }
}

/// A scenario of closures, each at its time.
pub(crate) struct Steps(pub(crate) Vec<(Millis, Step)>);

pub(crate) type Step = Box<dyn FnMut(&mut Site<'_>)>;

impl Component for Steps {
    fn start(&mut self, site: &mut Site<'_>) {
        for (at, (when, _)) in self.0.iter().enumerate() {
            site.agenda
                .at(*when, Event::Scenario(u32::try_from(at).expect("few")));
        }
    }

    fn wake(&mut self, site: &mut Site<'_>, event: Event) {
        if let Event::Scenario(at) = event {
            (self.0[at as usize].1)(site);
        }
    }
}

/// A world in the making.
pub(crate) struct Setup {
    pub(crate) world: World,
    pub(crate) namespace: Symbol,
}

impl Setup {
    pub(crate) fn new() -> Self {
        let mut world = World::default();
        let namespace = world.symbols.of("shop");
        Self { world, namespace }
    }

    /// A group of nodes with four cores and so many zones.
    pub(crate) fn group(&mut self, name: &str, zones: &[&str]) -> GroupId {
        let zones = zones
            .iter()
            .map(|zone| self.world.symbols.of(zone))
            .collect();
        self.world.add_group(NodeGroup {
            name: format!("aks-{name}-vmss"),
            pool: name.to_owned(),
            is_spot: true,
            autoscaled: None,
            initial: 0,
            zones,
            labels: LabelSet::default(),
            taints: Vec::new(),
            allocatable: Requests::of(4000, 1 << 34),
            max_pods: 110,
        })
    }

    /// A template that requests so much CPU, starts within 15 s, stops within 8 s and has a grace of 25 s.
    pub(crate) fn template(
        &mut self,
        app: &str,
        cpu: i64,
        change: impl FnOnce(&mut Template),
    ) -> TemplateId {
        let labels: Labels = [("app".to_owned(), app.to_owned())].into_iter().collect();
        let mut template = Template {
            namespace: Some(self.namespace),
            labels,
            requests: Requests::of(cpu, 1 << 20),
            counted: Amount {
                cpu,
                memory: 1 << 20,
            },
            grace: seconds(25),
            stops_within: seconds(8),
            starts_within: seconds(15),
            ..Template::default()
        };
        change(&mut template);
        self.world.add_template(template)
    }

    pub(crate) fn owner(
        &mut self,
        kind: OwnerKind,
        app: &str,
        template: TemplateId,
        replicas: i64,
    ) -> OwnerId {
        let name = self.world.symbols.of(app);
        self.world.add_owner(Owner {
            kind,
            namespace: self.namespace,
            name,
            template,
            replicas,
        })
    }

    /// A workload of so many replicas.
    pub(crate) fn workload(
        &mut self,
        kind: OwnerKind,
        app: &str,
        cpu: i64,
        replicas: i64,
    ) -> OwnerId {
        let template = self.template(app, cpu, |_| {});
        self.owner(kind, app, template, replicas)
    }

    pub(crate) fn budget(&mut self, app: &str, max_unavailable: i64) {
        let labels: Labels = [("app".to_owned(), app.to_owned())].into_iter().collect();
        let labels = LabelSelector {
            match_labels: labels,
            ..LabelSelector::default()
        };
        let selector = self.world.selectors.of(Selector {
            namespace: self.namespace,
            labels,
        });
        let name = self.world.symbols.of(app);
        self.world.add_budget(Budget {
            namespace: self.namespace,
            name,
            selector,
            limit: BudgetLimit::MaxUnavailable(max_unavailable),
            always_allows_unhealthy: false,
            allowed: 0,
            healthy: 0,
            desired: 0,
        });
    }

    /// The engine, with so many nodes of each group.
    pub(crate) fn engine(self, taken: Taken, nodes: &[i64], handlers: Vec<Handler>) -> Engine {
        let mut world = self.world;
        let mut cloud = Cloud::new(&world, taken);
        for (group, count) in nodes.iter().enumerate() {
            for _ in 0..*count {
                cloud.provision(&mut world, GroupId::of(group));
            }
        }
        let parts = Parts {
            handlers: Handlers::new(handlers),
            disruption: Some(Box::new(Budgets)),
            scheduler: Some(Box::new(FirstFit::default())),
            ..Parts::default()
        };
        Engine::new(world, cloud, Timings::real(), parts)
    }
}

/// Changes a node from outside.
pub(crate) fn update(engine: &mut Engine, node: u32, change: impl FnOnce(&mut Node)) {
    engine.change(|site| site.world.update_node(NodeId(node), change));
}

/// Pods of an owner that serve.
pub(crate) fn serving(engine: &Engine, owner: OwnerId) -> i64 {
    engine.world.tally(owner).serving
}

/// When a pod of an owner was made, one after the other.
pub(crate) fn created(engine: &Engine, owner: OwnerId) -> Vec<Millis> {
    let own = engine.world.pods.iter().filter(|pod| pod.owner == owner);
    own.map(|pod| pod.created).collect()
}

pub(crate) fn notes(engine: &Engine, is_wanted: impl Fn(&Note) -> bool) -> Vec<Millis> {
    let all = engine.world.journal().iter();
    all.filter(|(_, note)| is_wanted(note))
        .map(|(when, _)| *when)
        .collect()
}

pub(crate) fn executes(world: &World, node: NodeId) -> bool {
    world
        .node(node)
        .taints
        .iter()
        .any(|taint| taint.effect == Effect::NoExecute)
}
