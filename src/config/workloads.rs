use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classes::{Class, DisruptionBudget, Placement};
use super::kind::Kind;
use super::labels::Labels;
use super::resources::ResourceList;
use crate::values::{DnsLabel, DnsSubdomain, FieldPath, Int, KindName, OrNone};

/// A workload to keep on Spot. What its manifests say (`--from`) need not be written here.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workload {
    pub name: DnsSubdomain,
    /// Default: the manifest's, else `default`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Default: the manifest's, else `Deployment`.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The labels that its selector matches. Needed where no manifest is given: it is never guessed.
    #[serde(default)]
    pub selector: Option<Labels>,
    #[serde(default)]
    pub replicas: Option<Int<0, 100_000>>,
    /// The range of the workload's own autoscaler, where it has one.
    #[serde(default)]
    pub autoscaling: Option<Autoscaling>,
    /// What one pod requests, all its containers together.
    #[serde(default)]
    pub requests: Option<ResourceList>,
    /// The class whose settings it takes. Its own settings below come last.
    #[serde(default)]
    pub class: Option<DnsLabel>,
    #[serde(default)]
    pub placement: Option<Placement>,
    #[serde(default)]
    pub disruption_budget: Option<DisruptionBudget>,
    /// How long a pod may take to stop, in seconds. `None` leaves the workload's own.
    #[serde(default)]
    pub termination_grace_period_seconds: Option<OrNone>,
    /// How long pods stay bound to a node that does not answer, in seconds. `None` leaves the 300 of Kubernetes.
    #[serde(default)]
    pub node_loss_toleration_seconds: Option<OrNone>,
}

impl Workload {
    /// Whether it has settings of its own. Most have none, and configurations can list very many.
    pub fn has_settings(&self) -> bool {
        self.placement.is_some()
            || self.disruption_budget.is_some()
            || self.termination_grace_period_seconds.is_some()
            || self.node_loss_toleration_seconds.is_some()
    }

    /// Its own settings, as if they were a class. It has none afterwards.
    pub fn take_overrides(&mut self) -> Class {
        Class {
            extends: None,
            placement: self.placement.take(),
            disruption_budget: self.disruption_budget.take(),
            termination_grace_period_seconds: self.termination_grace_period_seconds,
            node_loss_toleration_seconds: self.node_loss_toleration_seconds,
        }
    }
}

/// The range of a workload's own autoscaler (a `HorizontalPodAutoscaler` or the like).
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    pub min: Int<0, 100_000>,
    pub max: Int<1, 100_000>,
}

/// A class for workloads that are found in manifests.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassRule {
    /// All that is given must match; an empty `match` matches everything.
    #[serde(rename = "match")]
    pub matches: Match,
    pub class: DnsLabel,
}

/// What a workload must be to fall under a rule.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// One of these kinds: a kind of workload, or one of `customKinds`.
    #[serde(default)]
    pub kinds: Vec<KindName>,
    /// A namespace that one of these globs matches.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// A name that one of these globs matches.
    #[serde(default)]
    pub names: Vec<String>,
    /// All of these labels, among the workload's own.
    #[serde(default)]
    pub labels: Labels,
}

/// A kind of an operator's or of your own whose pods can be placed too.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomKind {
    /// The group of its `apiVersion`, without the version.
    pub group: DnsSubdomain,
    pub kind: KindName,
    /// The keys that lead to its pod spec, such as `spec.template.spec`. Labels of the pods, for spreading them, are
    /// read from `spec.selector.matchLabels`, or from the `metadata` beside the pod spec.
    pub pod_spec: FieldPath,
}
