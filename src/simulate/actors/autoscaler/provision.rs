//! Requests for machines, and what becomes of them.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/clusterstate/clusterstate.go and `core/static_autoscaler.go`.

use std::collections::{BTreeMap, BTreeSet};

use super::backoff::Backoffs;
use super::health::Survey;
use super::journal::{Failure, Happening};
use super::options::Options;
use crate::simulate::agenda::Agenda;
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{GroupId, InstanceId, Millis, World};

#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub at: Millis,
    pub by: i64,
    pub deadline: Millis,
}

/// A target that differs from what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Difference {
    current: i64,
    expected: i64,
    since: Millis,
}

#[derive(Clone, Debug, Default)]
pub struct Provision {
    /// By group.
    pub requests: Vec<Option<Request>>,
    pub backoffs: Backoffs,
    /// Since when machines without a node have been known.
    pub seen: BTreeMap<InstanceId, Millis>,
    /// Refusals that have been dealt with.
    refused: BTreeSet<InstanceId>,
    differences: Vec<Option<Difference>>,
}

impl Provision {
    pub fn new(groups: usize) -> Self {
        Self {
            requests: vec![None; groups],
            backoffs: Backoffs::new(groups),
            differences: vec![None; groups],
            ..Self::default()
        }
    }

    /// How many nodes of a group have been asked for and may be missing.
    pub fn open(&self, group: GroupId) -> i64 {
        self.requests[group.index()].map_or(0, |request| request.by)
    }

    /// A further request moves the deadline of an open one.
    /// Source: `registerOrUpdateScaleUpNoLock`.
    pub fn ask(&mut self, group: GroupId, by: i64, now: Millis, options: &Options) {
        let open = self.open(group);
        let deadline = now + options.max_node_provision_time;
        self.requests[group.index()] = Some(Request {
            at: now,
            by: open + by,
            deadline,
        });
    }

    /// Closes requests that are met or too late, and backs off from groups that were refused.
    /// Source: `updateScaleRequests`, `handleInstanceCreationErrors`, `updateIncorrectNodeGroupSizes`.
    pub fn update(
        &mut self,
        world: &World,
        cloud: &Cloud,
        survey: &Survey,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) {
        let now = world.now;
        self.backoffs.forget_stale(now, options);
        for group in (0..world.groups.len()).map(GroupId::of) {
            if world.groups[group.index()].autoscaled.is_none() {
                continue;
            }
            let target = cloud.target(group);
            let is_short = survey.is_short(group, target);
            if let Some(request) = self.requests[group.index()] {
                if !is_short {
                    self.requests[group.index()] = None;
                    journal.push(Happening::RequestClosed {
                        group,
                        asked: request.at,
                    });
                } else if request.deadline <= now {
                    self.requests[group.index()] = None;
                    self.back_off(group, now, Failure::TimedOut, options, journal);
                }
            }
            self.take_refusals(group, is_short, survey, now, options, journal);
            self.compare(group, target, survey, now);
        }
    }

    fn take_refusals(
        &mut self,
        group: GroupId,
        is_short: bool,
        survey: &Survey,
        now: Millis,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) {
        let refused = &survey.refused[group.index()];
        let mut fresh = 0;
        for instance in refused {
            fresh += i64::from(self.refused.insert(*instance));
        }
        let Some(request) = &mut self.requests[group.index()] else {
            return;
        };
        if fresh == 0 || !is_short {
            return;
        }
        request.by -= fresh;
        if request.by <= 0 {
            self.requests[group.index()] = None;
        }
        self.back_off(
            group,
            now,
            Failure::Refused { count: fresh },
            options,
            journal,
        );
    }

    pub fn back_off(
        &mut self,
        group: GroupId,
        now: Millis,
        why: Failure,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) {
        let until = self.backoffs.fail(group, now, options);
        journal.push(Happening::BackedOff { group, until, why });
    }

    fn compare(&mut self, group: GroupId, target: i64, survey: &Survey, now: Millis) {
        let own = &survey.groups[group.index()];
        let waiting = own.unregistered + own.long_unregistered;
        let differs = own.registered > target || own.registered < target - waiting;
        // Without any node or machine there is nothing to compare with.
        let is_known = own.registered + waiting > 0;
        let last = self.differences[group.index()];
        self.differences[group.index()] = (differs && is_known).then(|| {
            let (current, expected) = (own.registered, target);
            let same = last.filter(|last| (last.current, last.expected) == (current, expected));
            same.unwrap_or(Difference {
                current,
                expected,
                since: now,
            })
        });
    }

    /// Gives back machines that never registered, not below the minimum.
    /// Source: `core/static_autoscaler.go`, `removeOldUnregisteredNodes`.
    pub fn remove_unregistered(
        &self,
        (world, agenda, cloud, timings): (&World, &mut Agenda, &mut Cloud, &Timings),
        survey: &Survey,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) {
        for group in (0..world.groups.len()).map(GroupId::of) {
            let Some(range) = world.groups[group.index()].autoscaled else {
                continue;
            };
            let late = survey.waiting[group.index()]
                .iter()
                .filter(|(_, since)| since + options.max_node_provision_time <= world.now);
            let most = usize::try_from(cloud.target(group) - range.min).unwrap_or(0);
            let mut count = 0;
            for (instance, _) in late.take(most) {
                count += i64::from(cloud.delete(world, agenda, timings, *instance).is_ok());
            }
            if count > 0 {
                journal.push(Happening::Unregistered { group, count });
            }
        }
    }

    /// Deletes machines that the cloud could not give; the group of each.
    /// Source: `core/static_autoscaler.go`, `deleteCreatedNodesWithErrors`.
    pub fn delete_refused(
        &mut self,
        (world, agenda, cloud, timings): (&World, &mut Agenda, &mut Cloud, &Timings),
        survey: &Survey,
    ) -> Vec<GroupId> {
        let mut deleted = Vec::new();
        for instance in survey.refused.iter().flatten() {
            if cloud.delete(world, agenda, timings, *instance).is_ok() {
                self.refused.remove(instance);
                deleted.push(cloud.get(*instance).group);
            }
        }
        deleted
    }

    /// Sets targets that have been too high for long to what is there; true if it did.
    /// Source: `core/static_autoscaler.go`, `fixNodeGroupSize`.
    pub fn fix_sizes(
        &mut self,
        now: Millis,
        cloud: &mut Cloud,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) -> bool {
        let mut has_fixed = false;
        for at in 0..self.differences.len() {
            let Some(difference) = self.differences[at] else {
                continue;
            };
            let by = difference.expected - difference.current;
            if by > 0 && difference.since + options.max_node_provision_time <= now {
                let group = GroupId::of(at);
                cloud.decrease_target(group, by);
                journal.push(Happening::TargetFixed { group, by });
                self.differences[at] = None;
                has_fixed = true;
            }
        }
        has_fixed
    }

    /// Moments at which any of this changes by itself.
    pub fn next_moments(&self, options: &Options) -> impl Iterator<Item = Millis> {
        let provision = options.max_node_provision_time;
        let requests = self
            .requests
            .iter()
            .flatten()
            .map(|request| request.deadline);
        let seen = self.seen.values().map(move |since| since + provision);
        let differences = self
            .differences
            .iter()
            .flatten()
            .map(move |one| one.since + provision);
        requests.chain(seen).chain(differences)
    }
}
