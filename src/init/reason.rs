//! Why a workload does not get the default class.

use crate::config::Kind;
use crate::kubernetes::SAFE_TO_EVICT;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::plan::Plan;

/// What decides the class of a workload, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    Job,
    BarePod,
    Daemon,
    KeptOffSpot,
    SpotOnly,
    Volume,
    Grace,
    Members,
    Pinned,
    HostPath,
    OneReplica,
}

/// The class that a reason leads to, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    OnDemand,
    NodeAgents,
    SpotOnly,
}

impl Class {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::NodeAgents => "node-agents",
            Self::SpotOnly => "spot-only",
        }
    }

    /// What it sets, as it is written in the configuration.
    pub(super) fn settings(self) -> &'static str {
        match self {
            Self::OnDemand => "{placement: {spot: Never}}",
            Self::NodeAgents => "{placement: {spot: Tolerated}}",
            Self::SpotOnly => "{extends: default, placement: {spot: Required}}",
        }
    }
}

impl Reason {
    /// The first that is true of a workload; none for one that can be interrupted. `grace` are the seconds that a pod on
    /// Spot can count on to stop.
    pub(super) fn of(found: &ManifestWorkload, plan: &Plan, grace: i64) -> Option<Self> {
        let view = WorkloadView::alone(found);
        let floor = found.autoscaling.map(|(min, _)| min);
        let least = floor.or(found.replicas).unwrap_or(1);
        let pinned = found.pod_annotations.get(SAFE_TO_EVICT);
        let reasons = [
            (Self::Job, found.kind.is_job()),
            (Self::BarePod, found.kind == Kind::Pod),
            (Self::Daemon, found.kind == Kind::DaemonSet),
            (Self::KeptOffSpot, view.own_excludes_spot(plan)),
            (Self::SpotOnly, view.own_requires_spot(plan)),
            (Self::Volume, found.may_be_bound_to_zone()),
            (
                Self::Grace,
                found.asked_grace.is_some_and(|asked| asked > grace),
            ),
            (Self::Members, found.kind == Kind::StatefulSet && least >= 3),
            (Self::Pinned, pinned.is_some_and(|own| own == "false")),
            (Self::HostPath, found.host_path),
            // One that is off says nothing; one that its autoscaler turns off has one replica before the second.
            (Self::OneReplica, least == 1 || floor == Some(0)),
        ];
        let mut reasons = reasons.into_iter();
        reasons.find_map(|(reason, is_true)| is_true.then_some(reason))
    }

    pub(super) fn class(self) -> Class {
        match self {
            Self::Daemon => Class::NodeAgents,
            Self::SpotOnly => Class::SpotOnly,
            _ => Class::OnDemand,
        }
    }

    /// Whom a rule is for and why, as a comment over it. `grace` as above; `asked` is the longest time that one of them
    /// asks for.
    pub(super) fn words(self, count: usize, grace: i64, asked: i64) -> String {
        let (one, many, why) = match self {
            Self::Job => (
                "Job",
                "Jobs",
                "an interruption loses work. What is short or can resume may get the class `default`".to_owned(),
            ),
            Self::BarePod => (
                "Pod without a controller",
                "Pods without a controller",
                "nothing replaces one that is interrupted".to_owned(),
            ),
            Self::Daemon => (
                "DaemonSet",
                "DaemonSets",
                "every node needs a pod, Spot nodes too".to_owned(),
            ),
            Self::KeptOffSpot => (
                "workload",
                "workloads",
                "kept off Spot nodes by the manifest".to_owned(),
            ),
            Self::SpotOnly => (
                "workload",
                "workloads",
                "bound to Spot by the manifest, so Pending without Spot nodes".to_owned(),
            ),
            Self::Volume => (
                "workload with a volume",
                "workloads with volumes",
                "a volume may be bound to one zone, where there may be no Spot node".to_owned(),
            ),
            Self::Grace => (
                "workload",
                "workloads",
                format!("a grace period of up to {asked} s, and a Spot node gives {grace} s"),
            ),
            Self::Members => (
                "StatefulSet of three or more members",
                "StatefulSets of three or more members",
                "may need a quorum".to_owned(),
            ),
            Self::Pinned => (
                "workload",
                "workloads",
                format!("annotated with `{SAFE_TO_EVICT}: \"false\"`, so that its author wants no interruption"),
            ),
            Self::HostPath => (
                "workload with a hostPath volume",
                "workloads with hostPath volumes",
                "what is written there goes with the node. What only reads may leave this rule".to_owned(),
            ),
            Self::OneReplica => (
                "workload with one replica",
                "workloads with one replica",
                "each interruption is an outage. What gets a second replica may leave this rule".to_owned(),
            ),
        };
        let who = if count == 1 { one } else { many };
        format!("{count} {who}: {why}.")
    }
}
