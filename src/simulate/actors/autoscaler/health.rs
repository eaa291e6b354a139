//! How many nodes of each group are there, ready, unready or still to come.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/clusterstate/clusterstate.go.

use std::collections::BTreeMap;

use super::options::Options;
use crate::simulate::cloud::{Cloud, InstanceState};
use crate::simulate::world::{GroupId, InstanceId, Millis, NodeId, World};

/// Counts of nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    pub ready: i64,
    /// Broken down after they had started.
    pub unready: i64,
    /// Their machine is gone from the cloud.
    pub deleted: i64,
    pub not_started: i64,
    /// All that have a node.
    pub registered: i64,
    pub unregistered: i64,
    /// The same for longer than a machine may take.
    pub long_unregistered: i64,
}

/// Everything that a loop asks of nodes and machines, counted once.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    pub total: Readiness,
    pub groups: Vec<Readiness>,
    pub not_started: Vec<NodeId>,
    /// Machines by node, of those that run or hang on.
    pub machines: BTreeMap<NodeId, InstanceId>,
    /// Machines without a node, by group, oldest first, with the moment since which they are known.
    pub waiting: Vec<Vec<(InstanceId, Millis)>>,
    /// Machines that the cloud could not give, by group.
    pub refused: Vec<Vec<InstanceId>>,
    /// When the cloud lists the next machine.
    pub next_listing: Option<Millis>,
}

impl Survey {
    /// Counts nodes and machines. `seen` remembers since when machines without a node have been known.
    /// Source: `UpdateNodes`, `updateReadinessStats`, `getNotRegisteredNodes`.
    pub fn new(
        world: &World,
        cloud: &Cloud,
        options: &Options,
        listing: Millis,
        seen: &mut BTreeMap<InstanceId, Millis>,
    ) -> Self {
        let count = world.groups.len();
        let mut survey = Self {
            groups: vec![Readiness::default(); count],
            waiting: vec![Vec::new(); count],
            refused: vec![Vec::new(); count],
            ..Self::default()
        };
        let mut known = BTreeMap::new();
        for group in (0..count).map(GroupId::of) {
            for instance in cloud.listed(group) {
                survey.add_machine(world, cloud, listing, instance, (seen, &mut known));
            }
        }
        *seen = known;
        for node in world.present_nodes() {
            survey.add_node(world, options, node);
        }
        for group in 0..count {
            for (_, since) in &survey.waiting[group] {
                let own = &mut survey.groups[group];
                let (long, short) = (&mut own.long_unregistered, &mut own.unregistered);
                let is_long = since + options.max_node_provision_time <= world.now;
                *(if is_long { long } else { short }) += 1;
            }
            survey.total.unregistered += survey.groups[group].unregistered;
            survey.total.long_unregistered += survey.groups[group].long_unregistered;
        }
        survey
    }

    fn add_machine(
        &mut self,
        world: &World,
        cloud: &Cloud,
        listing: Millis,
        instance: InstanceId,
        (seen, known): (
            &BTreeMap<InstanceId, Millis>,
            &mut BTreeMap<InstanceId, Millis>,
        ),
    ) {
        let machine = cloud.get(instance);
        let group = machine.group.index();
        match machine.state {
            InstanceState::Refused => self.refused[group].push(instance),
            InstanceState::Creating | InstanceState::Running | InstanceState::Stopped => {
                let node = machine.node.filter(|node| !world.node(*node).is_gone());
                if let Some(node) = node {
                    self.machines.insert(node, instance);
                } else if machine.asked + listing <= world.now {
                    let since = seen.get(&instance).copied().unwrap_or(world.now);
                    known.insert(instance, since);
                    self.waiting[group].push((instance, since));
                } else {
                    let listed = machine.asked + listing;
                    self.next_listing =
                        Some(self.next_listing.map_or(listed, |next| next.min(listed)));
                }
            }
            InstanceState::Deleting => {
                if let Some(node) = machine.node {
                    self.machines.insert(node, instance);
                }
            }
            InstanceState::Gone => {}
        }
    }

    /// The first that holds: its machine is gone, it is ready, it is young, it is unready. A node whose machine is gone
    /// belongs to no group any more: `NodeGroupForNode` finds none, so only the total counts it.
    fn add_node(&mut self, world: &World, options: &Options, id: NodeId) {
        let node = world.node(id);
        let scaled = node
            .group
            .filter(|group| world.groups[group.index()].autoscaled.is_some());
        let is_gone = scaled.is_some() && !self.machines.contains_key(&id);
        let is_young = created(world, id) + options.max_node_startup_time > world.now;
        let counter: fn(&mut Readiness) -> &mut i64 = if is_gone {
            |one| &mut one.deleted
        } else if node.is_ready() {
            |one| &mut one.ready
        } else if is_young {
            self.not_started.push(id);
            |one| &mut one.not_started
        } else {
            |one| &mut one.unready
        };
        let own = node.group.filter(|_| !is_gone);
        let own = own.map(|group| &mut self.groups[group.index()]);
        for counted in own.into_iter().chain([&mut self.total]) {
            *counter(counted) += 1;
            counted.registered += 1;
        }
    }

    /// Source: `IsClusterHealthy`.
    pub fn is_healthy(&self, options: &Options) -> bool {
        !is_too_many(self.total.unready, self.total.registered, options)
    }

    /// Whether a group that should have a target, `open` of which have been asked for and may be missing, is well.
    /// Source: `IsNodeGroupHealthy`, `updateAcceptableRanges`.
    pub fn is_group_healthy(
        &self,
        group: GroupId,
        target: i64,
        open: i64,
        options: &Options,
    ) -> bool {
        let own = &self.groups[group.index()];
        let expected = target - own.long_unregistered - open;
        let missing = (expected - own.ready).max(0);
        let there = own.ready + own.unready + own.not_started;
        !is_too_many(missing, there, options)
    }

    /// How many nodes of a group will soon be there.
    /// Source: `GetUpcomingNodes`.
    pub fn upcoming(&self, group: GroupId, target: i64) -> i64 {
        let own = &self.groups[group.index()];
        (target - own.ready - own.unready - own.long_unregistered).max(0)
    }

    /// Whether nodes of a group are still to come. Machines that have not registered for too long count as there: so
    /// the request for them ends as if it had been met, as the real autoscaler was seen to do.
    /// Source: `areThereUpcomingNodesInNodeGroup`, and the laboratory's finding 9.
    pub fn is_short(&self, group: GroupId, target: i64) -> bool {
        let own = &self.groups[group.index()];
        target > own.registered - own.not_started + own.long_unregistered
    }
}

/// Whether so many unready nodes are there now that nothing is scaled, all nodes old enough to be ready.
pub fn is_halted(world: &World, options: &Options) -> bool {
    let (mut all, mut unready) = (0, 0);
    for node in world.present_nodes() {
        all += 1;
        unready += i64::from(!world.node(node).is_ready());
    }
    is_too_many(unready, all, options)
}

/// More than the count that is always fine, and more than the share.
fn is_too_many(count: i64, of: i64, options: &Options) -> bool {
    count > options.ok_total_unready_count && count * 10_000 > options.max_total_unready * of
}

/// `metadata.creationTimestamp`, in whole seconds.
pub fn created(world: &World, node: NodeId) -> Millis {
    world.clock.stamp(world.node(node).created)
}
#[cfg(test)]
mod tests {
    use super::*;

    fn survey(total: Readiness) -> Survey {
        Survey {
            total,
            groups: vec![total],
            ..Survey::default()
        }
    }

    #[test]
    fn only_unready_nodes_halt_it_and_only_beyond_both_limits() {
        let options = Options::default();
        let counts = |unready, ready, deleted, not_started| {
            let registered = unready + ready + deleted + not_started;
            let total = Readiness {
                ready,
                unready,
                deleted,
                not_started,
                registered,
                ..Readiness::default()
            };
            survey(total).is_healthy(&options)
        };
        assert!(counts(3, 0, 0, 0), "three are always fine");
        assert!(!counts(4, 4, 0, 0), "half of eight");
        assert!(counts(4, 5, 0, 0), "4 of 9 are 44.4 %");
        assert!(counts(45, 55, 0, 0), "exactly 45 % is not more than 45 %");
        assert!(!counts(46, 54, 0, 0));
        assert!(counts(0, 4, 40, 0), "machines that are gone do not count");
        assert!(
            counts(0, 4, 0, 40),
            "nodes that have not started do not count"
        );
        let lenient = Options {
            max_total_unready: 10_000,
            ok_total_unready_count: 1000,
            ..options
        };
        let all = Readiness {
            unready: 900,
            registered: 900,
            ..Readiness::default()
        };
        assert!(survey(all).is_healthy(&lenient));
    }

    #[test]
    fn a_group_that_misses_more_than_it_asked_for_is_unhealthy() {
        let options = Options::default();
        let own = Readiness {
            ready: 2,
            unready: 6,
            registered: 8,
            ..Readiness::default()
        };
        let survey = survey(own);
        assert!(!survey.is_group_healthy(GroupId(0), 8, 0, &options));
        assert!(survey.is_group_healthy(GroupId(0), 8, 6, &options));
        assert_eq!(survey.upcoming(GroupId(0), 10), 2);
    }

    #[test]
    fn machines_that_never_registered_close_the_request() {
        let own = Readiness {
            long_unregistered: 1,
            ..Readiness::default()
        };
        assert!(!survey(own).is_short(GroupId(0), 1));
        assert_eq!(survey(own).upcoming(GroupId(0), 1), 0);
        let own = Readiness {
            unregistered: 1,
            ..Readiness::default()
        };
        assert!(survey(own).is_short(GroupId(0), 1));
    }
}
