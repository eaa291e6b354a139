//! `DaemonSet`s: one pod on each node that fits.

use crate::kubernetes::Effect;
use crate::simulate::world::{
    NodeId, NodeTaint, OwnerId, OwnerKind, Phase, PodId, Symbol, Symbols, Template, Tolerance,
    ToleratedValue, World,
};

/// Taints that every pod of a `DaemonSet` tolerates.
/// Source: kubernetes/kubernetes `pkg/controller/daemon/util/daemonset_util.go`, `AddOrUpdateDaemonPodTolerations`.
const TOLERATED: [(&str, Effect); 6] = [
    ("node.kubernetes.io/not-ready", Effect::NoExecute),
    ("node.kubernetes.io/unreachable", Effect::NoExecute),
    ("node.kubernetes.io/disk-pressure", Effect::NoSchedule),
    ("node.kubernetes.io/memory-pressure", Effect::NoSchedule),
    ("node.kubernetes.io/pid-pressure", Effect::NoSchedule),
    ("node.kubernetes.io/unschedulable", Effect::NoSchedule),
];

#[derive(Clone, Debug, Default)]
pub(super) struct DaemonSets {
    owners: Vec<OwnerId>,
    /// Those whose pods are being replaced by newer ones.
    rolling: Vec<OwnerId>,
    /// `node.kubernetes.io/unschedulable`, once it is known.
    unschedulable: Option<Symbol>,
    nodes: Vec<NodeId>,
    /// By node: it is in `nodes`.
    is_dirty: Vec<bool>,
}

impl DaemonSets {
    /// Lets the pods of all `DaemonSet`s tolerate what they do, and looks at every node.
    pub(super) fn start(&mut self, world: &mut World) {
        self.unschedulable = Some(world.symbols.of("node.kubernetes.io/unschedulable"));
        self.owners.clear();
        for at in 0..world.owners.len() {
            if world.owners[at].kind == OwnerKind::DaemonSet {
                self.owners.push(OwnerId::of(at));
                let template = world.owners[at].template.index();
                tolerate(&mut world.templates[template], &mut world.symbols);
            }
        }
        for node in world.present_nodes().collect::<Vec<_>>() {
            self.node_changed(node);
        }
    }

    pub(super) fn node_changed(&mut self, node: NodeId) {
        if self.is_dirty.len() <= node.index() {
            self.is_dirty.resize(node.index() + 1, false);
        }
        if !self.is_dirty[node.index()] {
            self.is_dirty[node.index()] = true;
            self.nodes.push(node);
        }
    }

    pub(super) fn pod_went(&mut self, world: &World, pod: PodId) {
        if let Some(node) = world.pod(pod).pinned {
            self.node_changed(node);
        }
    }

    /// Whether old pods of a `DaemonSet` are still to be replaced.
    pub(super) fn is_rolling(&self, owner: OwnerId) -> bool {
        self.rolling.contains(&owner)
    }

    /// Its template may be another one.
    pub(super) fn owner_scaled(&mut self, owner: OwnerId) {
        if !self.is_rolling(owner) {
            self.rolling.push(owner);
        }
    }

    /// Replaces old pods one after the other, which is `RollingUpdate` with its default.
    /// Source: kubernetes/kubernetes pkg/controller/daemon/update.go, `rollingUpdate`.
    pub(super) fn roll(&mut self, world: &mut World, owner: OwnerId) {
        if !self.is_rolling(owner) {
            return;
        }
        let template = world.owners[owner.index()].template;
        tolerate(&mut world.templates[template.index()], &mut world.symbols);
        let pods = world.pods_of(owner);
        let is_old = |pod: &&PodId| world.pod(**pod).template != template;
        let all_serve = pods
            .iter()
            .all(|pod| world.pod(*pod).phase == Phase::Ready && world.is_active(*pod));
        match pods.iter().find(is_old).copied() {
            None => self.rolling.retain(|rolling| *rolling != owner),
            Some(pod) if all_serve => stop(world, pod),
            Some(_) => {}
        }
    }

    /// Whether any pod got a node.
    pub(super) fn settle(&mut self, world: &mut World) -> bool {
        let mut has_bound = false;
        let mut at = 0;
        while at < self.nodes.len() {
            let node = self.nodes[at];
            at += 1;
            self.is_dirty[node.index()] = false;
            if world.node(node).is_gone() {
                continue;
            }
            for owner in 0..self.owners.len() {
                has_bound |= self.sync(world, self.owners[owner], node);
            }
        }
        self.nodes.clear();
        has_bound
    }

    /// Source: kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go`, `podsShouldBeOnNode`.
    fn sync(&self, world: &mut World, owner: OwnerId, node: NodeId) -> bool {
        let fit = self.fit(world, owner, node);
        let bound = world.node(node).pods.iter().copied();
        let mut own = bound.filter(|pod| world.pod(*pod).owner == owner);
        let found = own.next().or_else(|| waiting_for(world, owner, node));
        match (fit, found) {
            (Fit::Runs, None) => {
                let pod = world.create_daemon_pod(owner, node);
                let has_room = has_room(world, pod, node);
                if has_room {
                    world.bind(pod, node);
                }
                return has_room;
            }
            (Fit::Never, Some(pod)) if !world.pod(pod).is_terminating() => stop(world, pod),
            (Fit::Runs | Fit::Stays, Some(pod)) => {
                let state = world.pod(pod);
                if state.is_finished() && !state.is_terminating() {
                    stop(world, pod);
                }
            }
            _ => {}
        }
        false
    }

    /// Source: the same file, `NodeShouldRunDaemonPod`.
    fn fit(&self, world: &World, owner: OwnerId, node: NodeId) -> Fit {
        let template = &world.templates[world.owners[owner.index()].template.index()];
        let node = world.node(node);
        let is_chosen = template.required_nodes.as_ref().is_none_or(|terms| {
            terms
                .iter()
                .any(|term| term.holds(node.name, &node.labels, &world.symbols))
        });
        let cordon = NodeTaint {
            key: self.unschedulable.expect("set at the start"),
            value: None,
            effect: Effect::NoSchedule,
        };
        let cordoned = node.is_cordoned.then_some(cordon);
        let mut refused = node.taints.iter().copied().chain(cordoned);
        let is_let_on = refused.all(|taint| template.tolerations.let_on(taint));
        let mut executing = node
            .taints
            .iter()
            .filter(|taint| taint.effect == Effect::NoExecute);
        let stays = executing.all(|taint| template.tolerations.tolerate(*taint));
        match (is_chosen, is_let_on, stays) {
            (true, true, _) => Fit::Runs,
            (true, false, true) => Fit::Stays,
            _ => Fit::Never,
        }
    }
}

#[derive(Clone, Copy)]
enum Fit {
    Runs,
    /// No new pod comes; one that is there stays.
    Stays,
    Never,
}

/// A pod that was made for a node and found no room there yet.
fn waiting_for(world: &World, owner: OwnerId, node: NodeId) -> Option<PodId> {
    let waits =
        |pod: &&PodId| world.pod(**pod).node.is_none() && world.pod(**pod).pinned == Some(node);
    // Made last, it stands near the end.
    world.pods_of(owner).iter().rev().find(waits).copied()
}

/// Where there is room, the scheduler would bind the pod at once, for it has no choice. Where there is none, the pod waits
/// for the scheduler, which may preempt others.
fn has_room(world: &World, pod: PodId, node: NodeId) -> bool {
    let node = world.node(node);
    let count = i64::try_from(node.pods.len()).expect("fewer pods than that");
    let requests = &world.template_of(pod).requests;
    count < node.max_pods && requests.fits(&node.allocatable, &node.requested)
}

fn stop(world: &mut World, pod: PodId) {
    let grace = world.template_of(pod).grace;
    world.terminate(pod, grace);
}

fn tolerate(template: &mut Template, symbols: &mut Symbols) {
    for (key, effect) in TOLERATED {
        let tolerance = Tolerance {
            key: Some(symbols.of(key)),
            value: ToleratedValue::Any,
            effect: Some(effect),
            lasts: None,
        };
        if !template.tolerations.0.contains(&tolerance) {
            template.tolerations.0.push(tolerance);
        }
    }
}
