//! A pod that prefers Spot, as the scheduler sees it.

use super::votes::Question;
use crate::config::{Kind, WhenUnsatisfiable};
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::kubernetes::{Taint, TaintValue, Toleration, TopologyKey};
use crate::manifests::{ExistingPlacement, PodAffinityTerm};
use crate::plan::Amount;
use crate::plan::{Placement, Spread, Workload};

/// What spreads the pods of a controller that says nothing of it: key and skew.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/plugin.go, `systemDefaultConstraints`.
const SYSTEM_SPREAD: [(TopologyKey, i64); 2] = [(TopologyKey::Hostname, 3), (TopologyKey::Zone, 5)];

/// What the scheduler sees of a pod that prefers Spot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voter<'a> {
    /// None of a kind that is not known.
    pub kind: Option<Kind>,
    /// None where there may be any number.
    pub replicas: Option<i64>,
    /// None where it may be anything.
    pub requests: Option<Amount>,
    /// What it is given.
    pub placement: Option<&'a Placement>,
    /// What it has itself.
    pub existing: Option<&'a ExistingPlacement>,
}

impl<'a> Voter<'a> {
    /// Of a workload of the plan; none where that does not prefer Spot, or does not say how many pods it has.
    pub(crate) fn planned(workload: &'a Workload) -> Option<Self> {
        let replicas = workload.most_replicas().filter(|replicas| *replicas > 0)?;
        workload.prefers_spot().then(|| Self {
            kind: Some(workload.kind),
            replicas: Some(replicas),
            requests: workload.requests.as_ref().map(Amount::from),
            placement: Some(&workload.placement),
            existing: workload.existing(),
        })
    }

    /// All that its vote depends on; none where its own manifest has a say.
    pub(super) fn question(&self, tolerates_candidates: bool) -> Option<(Question, &'a [Spread])> {
        let has_a_say = |existing: &ExistingPlacement| {
            !existing.tolerations.is_empty()
                || !existing.topology_spread.is_empty()
                || !existing.preferred_anti_affinity.is_empty()
                || !existing.required_anti_affinity.is_empty()
        };
        if self.existing.is_some_and(has_a_say) {
            return None;
        }
        let of = Question {
            has_system_spread: self.kind.is_none_or(has_system_spread),
            tolerates_candidates,
            replicas: self.replicas,
            requests: self.requests,
        };
        Some((of, self.given()))
    }

    fn given(&self) -> &'a [Spread] {
        self.placement
            .map_or(&[][..], |placement| &placement.spread)
    }

    fn tolerations(&self) -> &'a [Toleration] {
        self.existing
            .map_or(&[][..], |existing| &existing.tolerations)
    }

    pub(super) fn tolerates(&self, taint: &Taint) -> bool {
        let mut own = self.tolerations().iter();
        own.any(|own| taint.is_tolerated_by(own))
    }

    /// Whether it tolerates the autoscaler's soft taint, whose value is a time.
    pub(crate) fn tolerates_candidates(&self) -> bool {
        let (key, effect) = DELETION_CANDIDATE_TAINT;
        let mut own = self.tolerations().iter();
        self.placement
            .is_some_and(Placement::tolerates_deletion_candidates)
            || own.any(|own| own.tolerates(key, TaintValue::Changing, effect))
    }

    /// The constraints that are scored, key and skew, each given to `take`.
    pub(super) fn each_scored(&self, mut take: impl FnMut(&TopologyKey, i64)) {
        let own = self
            .existing
            .map_or(&[][..], |existing| &existing.topology_spread);
        let mut is_explicit = !own.is_empty();
        for spread in self.given() {
            let Spread::TopologySpread {
                topology_key,
                max_skew,
                when_unsatisfiable,
            } = spread
            else {
                continue;
            };
            // Its own over a key stays, and ours is not added to it.
            if own
                .iter()
                .any(|own| own.topology_key.as_ref() == Some(topology_key))
            {
                continue;
            }
            is_explicit = true;
            if *when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway {
                take(topology_key, i64::from(*max_skew));
            }
        }
        for constraint in own {
            if let (Some(WhenUnsatisfiable::ScheduleAnyway), Some(key)) =
                (constraint.when_unsatisfiable, &constraint.topology_key)
            {
                take(key, constraint.max_skew.unwrap_or(1));
            }
        }
        if !is_explicit && self.kind.is_none_or(has_system_spread) {
            for (key, skew) in &SYSTEM_SPREAD {
                take(key, *skew);
            }
        }
    }

    /// Whether it has soft anti-affinity over a key of which this holds.
    pub(super) fn is_apart(&self, speaks: impl Fn(&TopologyKey) -> bool) -> bool {
        let own = self
            .existing
            .map_or(&[][..], |existing| &existing.preferred_anti_affinity);
        let terms = own.iter().filter_map(|weighted| weighted.term.as_ref());
        self.apart_by(WhenUnsatisfiable::ScheduleAnyway, terms)
            .any(speaks)
    }

    /// Whether no two of its pods are on one node.
    pub(super) fn is_alone_on_node(&self) -> bool {
        let own = self
            .existing
            .map_or(&[][..], |existing| &existing.required_anti_affinity);
        self.apart_by(WhenUnsatisfiable::DoNotSchedule, own.iter())
            .any(|key| *key == TopologyKey::Hostname)
    }

    /// The keys of anti-affinity, that of the plan and that of its own terms.
    fn apart_by(
        &self,
        when: WhenUnsatisfiable,
        own: impl Iterator<Item = &'a PodAffinityTerm>,
    ) -> impl Iterator<Item = &'a TopologyKey> {
        let planned = self.given().iter().filter_map(move |spread| match spread {
            Spread::PodAntiAffinity {
                topology_key,
                when_unsatisfiable,
                ..
            } if *when_unsatisfiable == when => Some(topology_key),
            _ => None,
        });
        planned.chain(own.filter_map(|term| term.topology_key.as_ref()))
    }
}

/// Whether pods that say nothing of their spread are spread nevertheless: those of a replica set, a stateful set, or a
/// replication controller.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/helper/spread.go, `DefaultSelector`.
fn has_system_spread(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment
            | Kind::Rollout
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::ReplicationController
    )
}
