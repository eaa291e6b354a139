use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::kind::Kind;
use super::one_of::word_or_map;
use crate::values::{DnsLabel, DnsSubdomain, Int, IntOrPercent, LabelKey, OrNone};

/// A named way of running on Spot. It holds what it names and nothing else, unless it extends another class.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Class {
    /// The class that this one starts from; `default` is the built-in one.
    #[serde(default)]
    pub extends: Option<DnsLabel>,
    #[serde(default)]
    pub placement: Option<Placement>,
    /// A budget for each workload of the class, or `None` for no budget at all. An override replaces it whole. Of a
    /// `DaemonSet`, `Job` or `CronJob` it is made only where it is a `minAvailable` with a number.
    #[serde(default)]
    pub disruption_budget: Option<DisruptionBudget>,
    /// How long a pod may take to stop, in seconds; more than the cloud's notice is never given. `None` leaves the
    /// workload's own.
    #[serde(default)]
    pub termination_grace_period_seconds: Option<OrNone>,
    /// How long pods stay bound to a node that does not answer, in seconds. Kubernetes waits 300; `None` leaves that.
    #[serde(default)]
    pub node_loss_toleration_seconds: Option<OrNone>,
}

/// Where pods run, and how they are spread.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// How the pods stand to Spot.
    #[serde(default)]
    pub spot: Option<Spot>,
    /// The weight of the preference for Spot, for `spot: Preferred`.
    #[serde(default)]
    pub weight: Option<Int<1, 100>>,
    /// How the pods keep apart from each other. An override replaces it whole.
    #[serde(default)]
    pub spread: Option<Spread>,
}

/// How pods stand to Spot nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum Spot {
    /// On Spot where it can be had, else on-demand.
    Preferred,
    /// On Spot or nowhere.
    Required,
    /// Spot is allowed and not sought.
    Tolerated,
    /// Kept away from Spot.
    Never,
}

/// A spread, or `None` for no spread at all.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum Spread {
    Off(Off),
    Over(SpreadSpec),
}

impl<'de> Deserialize<'de> for Spread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_map(deserializer, Self::Off, Self::Over)
    }
}

/// The word that switches something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum Off {
    None,
}

/// Over what pods are spread, and by which means.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpreadSpec {
    pub method: SpreadMethod,
    /// Over availability zones.
    #[serde(default)]
    pub zone: Option<SpreadOver>,
    /// Over nodes.
    #[serde(default)]
    pub node: Option<SpreadOver>,
    /// Over node pools.
    #[serde(default)]
    pub node_pool: Option<SpreadOver>,
    /// Over any other node label.
    #[serde(default)]
    pub topology_keys: IndexMap<LabelKey, SpreadOver>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum SpreadMethod {
    /// `topologySpreadConstraints`: counts pods in each domain.
    TopologySpread,
    /// `podAntiAffinity`: keeps pods from sharing a domain.
    PodAntiAffinity,
}

/// How strictly pods are spread over one kind of domain.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpreadOver {
    /// For `PodAntiAffinity`: the weight of the wish. Default: 100.
    #[serde(default)]
    pub weight: Option<Int<1, 100>>,
    /// For `TopologySpread`: by how many pods two domains may differ. Default: 3.
    #[serde(default)]
    pub max_skew: Option<Int<1, 1000>>,
    /// Whether a pod that cannot keep to it stays pending. Default: `ScheduleAnyway`.
    #[serde(default)]
    pub when_unsatisfiable: Option<WhenUnsatisfiable>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum WhenUnsatisfiable {
    #[default]
    ScheduleAnyway,
    DoNotSchedule,
}

impl WhenUnsatisfiable {
    const ALL: [Self; 2] = [Self::ScheduleAnyway, Self::DoNotSchedule];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScheduleAnyway => "ScheduleAnyway",
            Self::DoNotSchedule => "DoNotSchedule",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|when| when.as_str() == text)
    }
}

/// A budget, or `None` for no budget at all. An override replaces it whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum DisruptionBudget {
    Off(Off),
    Budget(BudgetSpec),
}

impl<'de> Deserialize<'de> for DisruptionBudget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_map(deserializer, Self::Off, Self::Budget)
    }
}

/// How many pods may go at once in a drain: one of `minAvailable` and `maxUnavailable`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BudgetSpec {
    /// The budget's name. Default: `<workload>-pdb`.
    #[serde(default)]
    pub name: Option<DnsSubdomain>,
    /// How many pods, or which share of them, must stay.
    #[serde(default)]
    pub min_available: Option<IntOrPercent>,
    /// How many pods, or which share of them, may be gone.
    #[serde(default)]
    pub max_unavailable: Option<IntOrPercent>,
    /// Whether pods that are not ready may be evicted in any case.
    #[serde(default)]
    pub unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicy>,
}

impl BudgetSpec {
    /// Why it cannot be kept for workloads of this kind, and what could be. Kubernetes asks the pods' controller how many
    /// there should be unless `minAvailable` is a number; where that cannot tell, no pod may be evicted at all.
    /// Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors>;
    /// kubernetes/kubernetes `pkg/controller/disruption/disruption.go`, `getExpectedPodCount` and `failSafe`.
    pub fn refusal(&self, kind: Kind) -> Option<(String, &'static str)> {
        let is_by_share = matches!(self.min_available, Some(IntOrPercent::Percent(_)));
        let needs_count = self.max_unavailable.is_some() || is_by_share;
        (needs_count && !kind.is_counted()).then(|| {
            let message = format!(
                "a budget cannot count the pods of a {kind:?} by share or by `maxUnavailable`"
            );
            (
                message,
                "write `minAvailable` with a number, or `disruptionBudget: None`",
            )
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum UnhealthyPodEvictionPolicy {
    IfHealthyBudget,
    AlwaysAllow,
}

impl UnhealthyPodEvictionPolicy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IfHealthyBudget => "IfHealthyBudget",
            Self::AlwaysAllow => "AlwaysAllow",
        }
    }
}
