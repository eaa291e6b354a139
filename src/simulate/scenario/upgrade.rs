//! An upgrade of nodes: in each group a new node comes, an old one is drained and goes, and so on to the last.
//!
//! AKS does so with `maxSurge: 1`, a drain timeout of 30 minutes, and gives up the node then.
//! Source: MicrosoftDocs/azure-aks-docs articles/aks/upgrade-aks-cluster.md, "Upgrade an AKS cluster" and "Set node drain
//! timeout value". Its Spot pools it upgrades otherwise: [`SpotUpgrade`].

use crate::simulate::actors::eviction::evict;
use crate::simulate::cloud::InstanceState;
use crate::simulate::engine::Site;
use crate::simulate::start::SpotUpgrade;
use crate::simulate::world::{
    Evictor, GroupId, InstanceId, Millis, NodeId, Note, OwnerKind, Phase, PodId, World, minutes,
    seconds,
};

const DRAIN_TIMEOUT: Millis = minutes(30);
/// From one try to evict to the next. Source: kubernetes/kubectl pkg/drain/drain.go, `EvictErrorRetryDelay`.
pub(super) const PAUSE: Millis = seconds(5);
/// A machine that has not come by then does not come.
const SURGE_TIMEOUT: Millis = minutes(15);

/// One group that is being upgraded.
#[derive(Debug)]
pub(super) struct Upgrade {
    group: GroupId,
    /// Nodes that are still to be replaced, the next one last.
    old: Vec<NodeId>,
    /// How long its machines have from the notice to their end; none where each is drained once another has come.
    notice: Option<Millis>,
    /// A machine was asked for, and has not come.
    is_missing: bool,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Next,
    /// A machine had its notice, and still runs.
    Ends(NodeId),
    Waits {
        instance: InstanceId,
        since: Millis,
    },
    Drains {
        node: NodeId,
        since: Millis,
        /// The pods that were there when the drain began. One that comes later, since it tolerates a cordoned node, goes
        /// down with the machine.
        /// Source: kubernetes/kubectl `pkg/cmd/drain/drain.go`, `deleteOrEvictPodsSimple`, which lists them once.
        pods: Vec<PodId>,
    },
    Done,
}

impl Upgrade {
    /// `notice`: how long a Spot machine has from the announcement to its end.
    pub(super) fn new(world: &World, group: GroupId, spot: SpotUpgrade, notice: Millis) -> Self {
        let nodes = world.present_nodes();
        let mut old: Vec<NodeId> = nodes
            .filter(|node| world.node(*node).group == Some(group) && world.is_alive(*node))
            .collect();
        old.reverse();
        let is_noticed = world.groups[group.index()].is_spot && spot == SpotUpgrade::Notice;
        Self {
            group,
            old,
            notice: is_noticed.then_some(notice),
            is_missing: false,
            state: State::Next,
        }
    }

    /// Whether a machine of it ends after a notice.
    pub(super) fn gives_notice(&self) -> bool {
        self.notice.is_some() && !self.old.is_empty()
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Whether nodes are left that were to be replaced: a new one did not come, or a drain was given up.
    pub(super) fn is_cut_short(&self) -> bool {
        self.is_done() && (self.is_missing || !self.old.is_empty())
    }

    /// What is to be done now; true if a machine has its notice from now on.
    pub(super) fn step(&mut self, site: &mut Site<'_>) -> bool {
        let now = site.world.now;
        let mut is_noticed = false;
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => {}
            State::Next => {
                let is_there = |node: &NodeId| !site.world.node(*node).is_gone();
                self.old.retain(is_there);
                self.state = match (self.old.last().copied(), self.notice) {
                    (None, _) => State::Done,
                    (Some(_), None) => self.surge(site),
                    (Some(node), Some(notice)) => {
                        self.old.pop();
                        announce(site, node, notice);
                        is_noticed = true;
                        State::Ends(node)
                    }
                };
            }
            State::Ends(node) => {
                let is_there = site.world.is_alive(node) && !site.world.node(node).is_gone();
                self.state = if is_there {
                    State::Ends(node)
                } else {
                    give_back(site, node);
                    self.surge(site)
                };
            }
            State::Waits { instance, since } => {
                let has_come = site.cloud.get(instance).state == InstanceState::Running;
                if has_come && self.notice.is_some() {
                    self.state = State::Next;
                } else if has_come {
                    if let Some(node) = self.old.pop() {
                        let pods = cordon(site.world, node);
                        self.drain(site, node, now, pods);
                    }
                } else if now - since < SURGE_TIMEOUT {
                    self.state = State::Waits { instance, since };
                } else {
                    self.is_missing = true;
                }
            }
            State::Drains { node, since, pods } => self.drain(site, node, since, pods),
        }
        is_noticed
    }

    /// Asks for the machine that takes the place of an old one.
    fn surge(&self, site: &mut Site<'_>) -> State {
        let Site {
            world,
            agenda,
            cloud,
            timings,
        } = site;
        State::Waits {
            instance: cloud.surge(world, agenda, timings, self.group),
            since: world.now,
        }
    }

    fn drain(&mut self, site: &mut Site<'_>, node: NodeId, since: Millis, mut left: Vec<PodId>) {
        let world = &mut *site.world;
        if world.node(node).is_gone() || !world.is_alive(node) {
            self.state = State::Next;
            return;
        }
        left.retain(|pod| must_leave(world, *pod));
        for pod in &left {
            if world.pod(*pod).is_terminating() {
                continue;
            }
            let by = match evict(world, *pod, None) {
                Ok(()) => Note::Evicted(*pod, Evictor::Upgrade),
                Err(_) => Note::Refused(*pod, Evictor::Upgrade),
            };
            world.note(by);
        }
        if left.is_empty() {
            give_back(site, node);
            self.state = State::Next;
        } else if world.now - since >= DRAIN_TIMEOUT {
            for pod in left {
                if !world.pod(pod).is_terminating() {
                    world.note(Note::UpgradeGaveUp(pod));
                }
            }
            world.update_node(node, |node| node.is_cordoned = false);
        } else {
            self.state = State::Drains {
                node,
                since,
                pods: left,
            };
        }
    }
}

/// Cordons a node and gives its machine a notice, on which nobody acts: the handler skips a node that is cordoned, and the
/// cloud drains none in an upgrade.
fn announce(site: &mut Site<'_>, node: NodeId, notice: Millis) {
    let world = &mut *site.world;
    world.update_node(node, |node| node.is_cordoned = true);
    if let Some(instance) = site.cloud.of_node(node) {
        site.cloud.end(world, site.agenda, instance, notice);
    }
}

/// Gives back the machine of a node, unless it is gone.
fn give_back(site: &mut Site<'_>, node: NodeId) {
    let Site {
        world,
        agenda,
        cloud,
        timings,
    } = site;
    if let Some(instance) = cloud.of_node(node) {
        // The group has one more than it should: it does not go below its minimum.
        let _ = cloud.delete(world, agenda, timings, instance);
    }
}

/// Begins a drain: the pods that are to leave.
fn cordon(world: &mut World, node: NodeId) -> Vec<PodId> {
    if world.is_alive(node) && !world.node(node).is_cordoned {
        world.note(Note::DrainBegan(node));
        world.update_node(node, |node| node.is_cordoned = true);
    }
    let pods = world.node(node).pods.iter().copied();
    pods.filter(|pod| must_leave(world, *pod)).collect()
}

/// Whether a drain waits for a pod.
fn must_leave(world: &World, pod: PodId) -> bool {
    let state = world.pod(pod);
    world.owner_of(pod).kind != OwnerKind::DaemonSet
        && !matches!(state.phase, Phase::Succeeded | Phase::Failed | Phase::Gone)
}
