//! All of it together, and every change that keeps it consistent.

use super::{
    Budget, BudgetId, Clock, GroupId, Millis, Node, NodeGroup, NodeId, NodeState, Note, Owner,
    OwnerId, Phase, Pod, PodId, Selectors, Symbols, Tally, Template, TemplateId,
};
use crate::simulate::chance::Draws;

/// What has changed, for those who watch. Every change is told once, after it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    PodCreated(PodId),
    PodBound(PodId),
    PodReady(PodId),
    /// It is asked to stop.
    PodTerminating(PodId),
    PodUnready(PodId),
    PodFinished(PodId),
    /// With the node that it was bound to.
    PodDeleted(PodId, Option<NodeId>),
    NodeAdded(NodeId),
    /// Its taints, its labels, its readiness or whether it is cordoned.
    NodeUpdated(NodeId),
    NodeDeleted(NodeId),
    /// How many pods it wants, or their template.
    OwnerScaled(OwnerId),
}

#[derive(Clone, Debug, Default)]
pub struct World {
    pub now: Millis,
    pub symbols: Symbols,
    pub selectors: Selectors,
    pub templates: Vec<Template>,
    pub owners: Vec<Owner>,
    pub pods: Vec<Pod>,
    pub nodes: Vec<Node>,
    pub budgets: Vec<Budget>,
    pub groups: Vec<NodeGroup>,
    /// Upstream takes lists from maps, so that their order differs each time: the seed from which it is drawn. Without one
    /// things come in the order in which they were made.
    pub orders: Option<u64>,
    /// How many milliseconds the API takes for each request that the scheduler waits for; none if that takes no time.
    pub calls: Option<Draws>,
    /// How the API writes down times.
    pub clock: Clock,
    /// By node: its machine does not run any more.
    pub(super) lost: Vec<bool>,
    /// By owner.
    pub(super) tallies: Vec<Tally>,
    pub(super) journal: Vec<(Millis, Note)>,
    /// Pods that are not gone, by owner, oldest first.
    owned: Vec<Vec<PodId>>,
    changes: Vec<Change>,
    /// Evictions that the disruption controller has not seen yet, by budget: `status.disruptedPods`.
    disrupted: Vec<Vec<(PodId, Millis)>>,
    /// When an eviction last changed a budget.
    last_disruption: Vec<Option<Millis>>,
    /// Budgets whose specification the disruption controller has not seen yet.
    unseen_budgets: Vec<BudgetId>,
}

impl World {
    /// What draws orders from this moment on, and thousandths.
    pub fn order(&self) -> Option<Draws> {
        let now = u64::try_from(self.now).unwrap_or(0);
        self.orders
            .map(|seed| Draws::new(seed ^ (now << 20), (0, 999)))
    }

    /// The same, of its own for each pod.
    pub fn order_for(&self, pod: PodId) -> Option<Draws> {
        let now = u64::try_from(self.now).unwrap_or(0);
        let number = pod.index() as u64 + 1;
        self.orders
            .map(|seed| Draws::new(seed ^ (now << 20) ^ (number << 44), (0, 999)))
    }

    /// What stands for the identifier of a pod, which upstream compares where nothing else tells pods apart.
    pub fn identifier(&self, pod: PodId) -> Option<i64> {
        let number = pod.index() as u64 + 1;
        self.orders
            .map(|seed| Draws::new(seed ^ (number << 20), (0, 999_999)).next_thousandths())
    }

    pub fn add_template(&mut self, mut template: Template) -> TemplateId {
        template.label_set = super::LabelSet::new(&template.labels, &mut self.symbols);
        let namespace = template.namespace.expect("a template has a namespace");
        self.selectors.add_template(namespace, &template.labels);
        self.templates.push(template);
        TemplateId::of(self.templates.len() - 1)
    }

    pub fn add_owner(&mut self, owner: Owner) -> OwnerId {
        self.owners.push(owner);
        self.owned.push(Vec::new());
        self.tallies.push(Tally::default());
        OwnerId::of(self.owners.len() - 1)
    }

    pub fn add_group(&mut self, group: NodeGroup) -> GroupId {
        self.groups.push(group);
        GroupId::of(self.groups.len() - 1)
    }

    pub fn add_budget(&mut self, budget: Budget) -> BudgetId {
        self.budgets.push(budget);
        self.disrupted.push(Vec::new());
        self.last_disruption.push(None);
        BudgetId::of(self.budgets.len() - 1)
    }

    /// Changes the specification of a budget. Nothing that it covers is evicted until the disruption controller has seen it.
    pub fn change_budget(&mut self, budget: BudgetId, change: impl FnOnce(&mut Budget)) {
        change(&mut self.budgets[budget.index()]);
        if !self.is_unseen(budget) {
            self.unseen_budgets.push(budget);
        }
    }

    /// Whether `status.observedGeneration` is behind.
    pub fn is_unseen(&self, budget: BudgetId) -> bool {
        self.unseen_budgets.contains(&budget)
    }

    /// Takes the budgets whose specification has changed since it was last called.
    pub fn take_unseen_budgets(&mut self) -> Vec<BudgetId> {
        std::mem::take(&mut self.unseen_budgets)
    }

    /// Takes one of the disruptions that a budget allows.
    pub fn disrupt(&mut self, budget: BudgetId, pod: PodId) {
        self.budgets[budget.index()].allowed -= 1;
        self.disrupted[budget.index()].push((pod, self.now));
        self.last_disruption[budget.index()] = Some(self.now);
    }

    /// When an eviction last took one of the disruptions that a budget allows.
    pub fn last_disruption(&self, budget: BudgetId) -> Option<Millis> {
        self.last_disruption[budget.index()]
    }

    /// `status.disruptedPods` of a budget, each with the time of its eviction.
    pub fn disrupted(&self, budget: BudgetId) -> &[(PodId, Millis)] {
        &self.disrupted[budget.index()]
    }

    /// Forgets the disruptions for which this does not hold.
    pub fn retain_disrupted(
        &mut self,
        budget: BudgetId,
        is_kept: impl Fn(&Self, PodId, Millis) -> bool,
    ) {
        if self.disrupted[budget.index()].is_empty() {
            return;
        }
        let mut own = std::mem::take(&mut self.disrupted[budget.index()]);
        own.retain(|(pod, when)| is_kept(self, *pod, *when));
        self.disrupted[budget.index()] = own;
    }

    pub fn add_node(&mut self, node: Node) -> NodeId {
        debug_assert!(node.pods.is_empty(), "pods are bound, not brought");
        self.nodes.push(node);
        let id = NodeId::of(self.nodes.len() - 1);
        self.changes.push(Change::NodeAdded(id));
        id
    }

    /// Makes a pod of an owner's present template.
    pub fn create_pod(&mut self, owner: OwnerId, ordinal: Option<u32>) -> PodId {
        let id = PodId::of(self.pods.len());
        self.pods.push(Pod {
            owner,
            template: self.owners[owner.index()].template,
            ordinal,
            serial: id.0,
            pinned: None,
            node: None,
            nominated: None,
            phase: Phase::Pending,
            created: self.now,
            bound: None,
            ready_since: None,
            deletion: None,
        });
        self.owned[owner.index()].push(id);
        self.tallies[owner.index()].active += 1;
        self.changes.push(Change::PodCreated(id));
        id
    }

    /// Makes a pod of a `DaemonSet` for one node.
    pub fn create_daemon_pod(&mut self, owner: OwnerId, node: NodeId) -> PodId {
        let id = self.create_pod(owner, None);
        self.pod_mut(id).pinned = Some(node);
        id
    }

    /// Binds a pending pod to a node.
    pub fn bind(&mut self, pod: PodId, node: NodeId) {
        let now = self.now;
        let bound = &mut self.pods[pod.index()];
        debug_assert!(bound.phase == Phase::Pending && bound.node.is_none());
        bound.node = Some(node);
        bound.nominated = None;
        bound.phase = Phase::Starting;
        bound.bound = Some(now);
        let template = &self.templates[bound.template.index()];
        let node = &mut self.nodes[node.index()];
        debug_assert!(!node.is_gone());
        node.requested += &template.requests;
        node.counted = node.counted.plus(template.counted);
        node.pods.push(pod);
        self.changes.push(Change::PodBound(pod));
    }

    pub fn set_ready(&mut self, pod: PodId) {
        let now = self.now;
        self.counted(pod, |world| {
            let pod_state = world.pod_mut(pod);
            pod_state.phase = Phase::Ready;
            pod_state.ready_since = Some(now);
        });
        self.changes.push(Change::PodReady(pod));
    }

    pub fn set_unready(&mut self, pod: PodId) {
        self.counted(pod, |world| {
            let pod_state = world.pod_mut(pod);
            pod_state.phase = Phase::Unready;
            pod_state.ready_since = None;
        });
        self.changes.push(Change::PodUnready(pod));
    }

    /// Its containers end by themselves; the object stays and requests nothing more.
    pub fn finish(&mut self, pod: PodId, phase: Phase) {
        debug_assert!(matches!(phase, Phase::Succeeded | Phase::Failed));
        self.release(pod);
        self.counted(pod, |world| world.pod_mut(pod).phase = phase);
        self.changes.push(Change::PodFinished(pod));
    }

    /// Asks a pod to stop, with at most `grace` until it is killed. A second, shorter one shortens it.
    pub fn terminate(&mut self, pod: PodId, grace: Millis) {
        let until = self.now + grace;
        let was = self.pod(pod).deletion;
        debug_assert!(!self.pod(pod).is_gone());
        let until = was.map_or(until, |was| was.min(until));
        self.counted(pod, |world| world.pod_mut(pod).deletion = Some(until));
        if was.is_none() {
            self.changes.push(Change::PodTerminating(pod));
        }
    }

    /// Deletes the object of a pod, whatever its machine does.
    pub fn delete_pod(&mut self, pod: PodId) {
        self.release(pod);
        debug_assert!(!self.pod(pod).is_gone());
        self.counted(pod, |world| world.pod_mut(pod).phase = Phase::Gone);
        let gone = self.pod_mut(pod);
        gone.nominated = None;
        let (node, owner) = (gone.node, gone.owner);
        if let Some(node) = node {
            let pods = &mut self.nodes[node.index()].pods;
            pods.retain(|on_node| *on_node != pod);
        }
        self.owned[owner.index()].retain(|owned| *owned != pod);
        self.changes.push(Change::PodDeleted(pod, node));
    }

    /// Gives back what a pod requests of its node, once.
    fn release(&mut self, pod: PodId) {
        let pod = &self.pods[pod.index()];
        if pod.is_gone() || pod.is_finished() {
            return;
        }
        if let Some(node) = pod.node {
            let template = &self.templates[pod.template.index()];
            let node = &mut self.nodes[node.index()];
            node.requested -= &template.requests;
            node.counted = node.counted.minus(template.counted);
        }
    }

    /// Changes what schedulers look at on a node.
    pub fn update_node(&mut self, node: NodeId, change: impl FnOnce(&mut Node)) {
        change(&mut self.nodes[node.index()]);
        self.changes.push(Change::NodeUpdated(node));
    }

    /// Deletes the object of a node. Its pods stay until somebody deletes them.
    pub fn delete_node(&mut self, node: NodeId) {
        self.nodes[node.index()].state = NodeState::Gone;
        self.changes.push(Change::NodeDeleted(node));
    }

    pub fn scale(&mut self, owner: OwnerId, replicas: i64) {
        self.owners[owner.index()].replicas = replicas;
        self.changes.push(Change::OwnerScaled(owner));
    }

    /// Gives an owner another template; its controller replaces the pods.
    pub fn set_template(&mut self, owner: OwnerId, template: TemplateId) {
        self.owners[owner.index()].template = template;
        self.changes.push(Change::OwnerScaled(owner));
    }

    /// Takes the changes since it was last called into an empty list, and keeps its room.
    pub fn take_changes_into(&mut self, changes: &mut Vec<Change>) {
        debug_assert!(changes.is_empty());
        std::mem::swap(&mut self.changes, changes);
    }

    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Takes the changes since it was last called.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.index()]
    }

    pub fn pod(&self, pod: PodId) -> &Pod {
        &self.pods[pod.index()]
    }

    pub fn pod_mut(&mut self, pod: PodId) -> &mut Pod {
        &mut self.pods[pod.index()]
    }

    pub fn owner_of(&self, pod: PodId) -> &Owner {
        &self.owners[self.pod(pod).owner.index()]
    }

    pub fn template_of(&self, pod: PodId) -> &Template {
        &self.templates[self.pod(pod).template.index()]
    }

    /// Pods of an owner that are not gone, oldest first.
    pub fn pods_of(&self, owner: OwnerId) -> &[PodId] {
        &self.owned[owner.index()]
    }

    /// Nodes whose object exists, in the order in which they came.
    pub fn present_nodes(&self) -> impl Iterator<Item = NodeId> {
        let present = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| !node.is_gone());
        present.map(|(at, _)| NodeId::of(at))
    }

    /// Pods whose object exists, in the order in which they were made.
    pub fn present_pods(&self) -> impl Iterator<Item = PodId> {
        let present = self
            .pods
            .iter()
            .enumerate()
            .filter(|(_, pod)| !pod.is_gone());
        present.map(|(at, _)| PodId::of(at))
    }
}
