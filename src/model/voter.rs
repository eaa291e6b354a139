//! A pod that prefers Spot, as the scheduler sees it.

use serde_json::Value as Json;

use super::Amount;
use crate::config::{Kind, SpreadMethod, WhenUnsatisfiable};
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::kubernetes::Taint;
use crate::plan::{OwnPlacement, Placement, SpreadRule, Workload};

pub(super) const HOSTNAME: &str = "kubernetes.io/hostname";
pub(super) const ZONE: &str = "topology.kubernetes.io/zone";
/// What spreads the pods of a controller that says nothing of it: key and skew.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/plugin.go, `systemDefaultConstraints`.
const SYSTEM_SPREAD: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE, 5)];

/// What the scheduler sees of a pod that prefers Spot.
#[derive(Clone, Copy, Debug)]
pub struct Voter<'a> {
    /// None of a kind that is not known.
    pub kind: Option<Kind>,
    /// None where there may be any number.
    pub replicas: Option<i64>,
    /// None where it may be anything.
    pub requests: Option<Amount>,
    /// What it is given.
    pub placement: Option<&'a Placement>,
    /// What it has itself.
    pub own: Option<&'a OwnPlacement>,
}

impl<'a> Voter<'a> {
    /// Of a workload of the plan; none where that does not prefer Spot, or does not say how many pods it has.
    pub fn planned(workload: &'a Workload) -> Option<Self> {
        let replicas = workload.most_replicas().filter(|replicas| *replicas > 0)?;
        workload.prefers_spot().then(|| Self {
            kind: Some(workload.kind),
            replicas: Some(replicas),
            requests: workload.requests.as_ref().map(Amount::from),
            placement: Some(&workload.placement),
            own: workload.own.as_deref(),
        })
    }

    fn given(&self) -> impl Iterator<Item = &'a SpreadRule> {
        let rules = self.placement.map(|placement| placement.spread.as_slice());
        rules.unwrap_or_default().iter()
    }

    pub(super) fn tolerates(&self, taint: &Taint) -> bool {
        self.own.is_some_and(|own| {
            let tolerations = own.tolerations.iter();
            tolerations
                .into_iter()
                .any(|own| taint.is_tolerated_by(own))
        })
    }

    /// Whether it tolerates the autoscaler's soft taint, whatever its value.
    pub(super) fn tolerates_candidates(&self) -> bool {
        let (key, effect) = DELETION_CANDIDATE_TAINT;
        let tolerates = |toleration: &Json| {
            let text = |key: &str| {
                let text = toleration.get(key).and_then(Json::as_str);
                text.filter(|text| !text.is_empty())
            };
            text("operator") == Some("Exists")
                && text("key").is_none_or(|own| own == key)
                && text("effect").is_none_or(|own| own == effect.as_str())
        };
        self.placement
            .is_some_and(|placement| placement.tolerates_deletion_candidates)
            || self
                .own
                .is_some_and(|own| own.tolerations.iter().any(tolerates))
    }

    /// The constraints that are scored, key and skew, each given to `take`.
    pub(super) fn each_scored(&self, mut take: impl FnMut(&str, i64)) {
        let own = self
            .own
            .map(|own| own.topology_spread_constraints.as_slice());
        let own = own.unwrap_or_default();
        let key = |constraint: &'a Json| constraint.get("topologyKey").and_then(Json::as_str);
        let mut is_explicit = !own.is_empty();
        let planned = self
            .given()
            .filter(|rule| rule.method == SpreadMethod::TopologySpread)
            // Its own over a key stays, and ours is not added to it.
            .filter(|rule| !own.iter().any(|own| key(own) == Some(&rule.topology_key)));
        for rule in planned {
            is_explicit = true;
            if rule.when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway {
                take(&rule.topology_key, i64::from(rule.max_skew.unwrap_or(1)));
            }
        }
        for constraint in own {
            let soft = constraint.get("whenUnsatisfiable").and_then(Json::as_str);
            let skew = constraint.get("maxSkew").and_then(Json::as_i64);
            if let (Some("ScheduleAnyway"), Some(key)) = (soft, key(constraint)) {
                take(key, skew.unwrap_or(1));
            }
        }
        if !is_explicit && self.kind.is_none_or(has_system_spread) {
            for (key, skew) in SYSTEM_SPREAD {
                take(key, skew);
            }
        }
    }

    /// Whether it has soft anti-affinity over a key of which this holds.
    pub(super) fn is_apart(&self, speaks: impl Fn(&str) -> bool) -> bool {
        let own = self
            .own
            .map_or(&[][..], |own| &own.pod_anti_affinity_preferred);
        let terms = own.iter().filter_map(|entry| entry.get("podAffinityTerm"));
        self.apart_by(WhenUnsatisfiable::ScheduleAnyway, terms)
            .any(speaks)
    }

    /// Whether no two of its pods are on one node.
    pub(super) fn is_alone_on_node(&self) -> bool {
        let own = self
            .own
            .map_or(&[][..], |own| &own.pod_anti_affinity_required);
        self.apart_by(WhenUnsatisfiable::DoNotSchedule, own.iter())
            .any(|key| key == HOSTNAME)
    }

    /// The keys of anti-affinity, that of the plan and that of its own terms.
    fn apart_by(
        &self,
        when: WhenUnsatisfiable,
        own: impl Iterator<Item = &'a Json>,
    ) -> impl Iterator<Item = &'a str> {
        let planned = self.given().filter(move |rule| {
            rule.method == SpreadMethod::PodAntiAffinity && rule.when_unsatisfiable == when
        });
        let own = own.filter_map(|term| term.get("topologyKey")?.as_str());
        planned.map(|rule| rule.topology_key.as_str()).chain(own)
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
