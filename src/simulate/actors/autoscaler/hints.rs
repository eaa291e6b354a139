//! Where pods found a place in earlier loops: they are tried there first.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/simulator/scheduling/hints.go and `hinting_simulator.go`.

use std::collections::BTreeMap;

use super::fits::Snapshot;
use super::places::{At, Place};
use crate::simulate::world::{GroupId, NodeId, PodId};

/// A node that still exists in the next loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Real(NodeId),
    /// One of those that a group has asked for, by its number among them.
    Upcoming(GroupId, usize),
}

/// What one simulation remembers from loop to loop.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    current: BTreeMap<PodId, Known>,
    old: BTreeMap<PodId, Known>,
}

impl Hints {
    /// Puts a pod where it was last, else on the first node that takes it.
    /// Source: `tryScheduleUsingHints`, `trySchedule`.
    pub fn settle(
        &mut self,
        snapshot: &mut Snapshot,
        pod: PodId,
        is_meant: impl Fn(&Place) -> bool,
    ) -> Option<At> {
        self.settle_where_it_was(snapshot, pod, &is_meant)
            .or_else(|| self.settle_anew(snapshot, pod, is_meant))
    }

    pub fn settle_where_it_was(
        &mut self,
        snapshot: &mut Snapshot,
        pod: PodId,
        is_meant: impl Fn(&Place) -> bool,
    ) -> Option<At> {
        let template = snapshot.places.world.pod(pod).template;
        let known = *self.current.get(&pod).or_else(|| self.old.get(&pod))?;
        let at = match known {
            Known::Real(node) => snapshot.places.place_of(node)?,
            Known::Upcoming(group, nth) => snapshot.places.upcoming(group, nth)?,
        };
        if !is_meant(&snapshot.places.nodes[at]) || !snapshot.fits(template, at) {
            return None;
        }
        snapshot.put(template, at);
        self.current.insert(pod, known);
        Some(at)
    }

    pub fn settle_anew(
        &mut self,
        snapshot: &mut Snapshot,
        pod: PodId,
        is_meant: impl Fn(&Place) -> bool,
    ) -> Option<At> {
        let template = snapshot.places.world.pod(pod).template;
        let at = snapshot.settle(template, is_meant)?;
        let real = snapshot.places.nodes[at].real.map(Known::Real);
        let known = real.or_else(|| {
            let (group, nth) = snapshot.places.number_of(at)?;
            Some(Known::Upcoming(group, nth))
        });
        self.current.extend(known.map(|known| (pod, known)));
        Some(at)
    }

    /// At the end of a loop: forgets what was not said again.
    pub fn drop_old(&mut self) {
        self.old = std::mem::take(&mut self.current);
    }
}
