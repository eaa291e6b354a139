use indexmap::IndexMap;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::kind::Kind;
use super::one_of::word_or_map;
use crate::values::{DnsLabel, DnsSubdomain, Int, IntOrPercent, LabelKey, OrNone};

/// A named set of Spot settings for workloads. A class sets only the keys it lists, unless it extends another class.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Class {
    /// The class to inherit from. `default` is the built-in class, unless `classes` redefines it. Default: none.
    /// Example: `default`.
    #[serde(default)]
    pub extends: Option<DnsLabel>,
    /// Where the pods run and how they are spread. Keys left out keep the value of the class that is extended. Default:
    /// that of the extended class; without one, the manifest decides. Example: `{spot: Required}`.
    #[serde(default)]
    pub placement: Option<Placement>,
    /// The number of pods that a second Deployment, `<name>-base`, runs on on-demand beside those of the workload: not part
    /// of its replicas or of the range of its autoscaler. `spotgen render --from` writes it as a copy of the manifest;
    /// `spotgen patch` cannot. Only for a `Deployment`. `0` is for none. Default: that of the extended class;
    /// without one, none. Example: `2`.
    #[serde(default)]
    pub on_demand_base: Option<Int<0, 100_000>>,
    /// A `PodDisruptionBudget` for each workload of the class, or `None` for no budget. An override replaces the whole
    /// value. A `DaemonSet`, `Job` or `CronJob` gets one only if `minAvailable` is a number. Default: that of the
    /// extended class; without one, no budget. The built-in class has `maxUnavailable: 50%`, for a `StatefulSet`
    /// `maxUnavailable: 1`. Example: `{minAvailable: 2}`.
    #[serde(default)]
    pub disruption_budget: Option<DisruptionBudget>,
    /// Termination grace period of the pods, in seconds. On Spot, a pod never gets longer than the cloud's eviction
    /// notice. `None` keeps the value of the workload's manifest. Default: that of the extended class, unless this
    /// class has `spot: Never`; otherwise the manifest decides. The built-in class has 20 on AKS and `generic`, 110 on
    /// EKS, 15 on GKE. Example: `15`.
    #[serde(default)]
    pub termination_grace_period_seconds: Option<OrNone>,
    /// How long pods stay bound to a node that is not ready or unreachable, in seconds. `None` keeps the 300 s of
    /// Kubernetes. Default: that of the extended class, unless this class has `spot: Never`; otherwise the manifest
    /// decides. The built-in class has 5. Example: `30`.
    #[serde(default)]
    pub node_loss_toleration_seconds: Option<OrNone>,
}

/// Where the pods run, and how they are spread.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// Whether the pods run on Spot nodes. Default: not set, so the manifest decides. The built-in class has
    /// `Preferred`. Example: `Required`.
    #[serde(default)]
    pub spot: Option<Spot>,
    /// The weight of the preferred node affinity: for Spot with `spot: Preferred`, for on-demand with `spot: Avoided`.
    /// Otherwise it counts for nothing. Default: 100. Example: `50`.
    #[serde(default)]
    pub weight: Option<Int<1, 100>>,
    /// How the pods are spread over zones, nodes or node pools, or `None` for no spread. An override replaces the whole
    /// value. Default: not set, so the manifest decides. The built-in class has `TopologySpread` over zones and nodes.
    /// Example: `{method: TopologySpread, zone: {maxSkew: 3}, node: {}}`.
    #[serde(default)]
    pub spread: Option<Spread>,
}

/// Whether pods run on Spot nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Spot {
    /// Runs on Spot if Spot nodes are available, otherwise on on-demand nodes.
    Preferred,
    /// Runs on Spot only. Without Spot nodes the pods stay Pending.
    Required,
    /// May run on Spot, without a preference for it.
    Tolerated,
    /// Runs on on-demand nodes while they have room, otherwise on Spot.
    Avoided,
    /// Never runs on Spot.
    Never,
}

/// A spread, or `None` for no spread.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
#[cfg_attr(test, schemars(inline))]
pub enum Spread {
    Off(Off),
    Over(SpreadSpec),
}

impl<'de> Deserialize<'de> for Spread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_map(deserializer, Self::Off, Self::Over)
    }
}

/// The word `None`: switches the feature off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Off {
    None,
}

/// The domains that pods are spread over, and the method. Name at least one domain.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpreadSpec {
    /// How Kubernetes spreads the pods. Example: `TopologySpread`.
    pub method: SpreadMethod,
    /// Spread over availability zones. Default: no. Example: `{}` for the default strictness.
    #[serde(default)]
    pub zone: Option<SpreadOver>,
    /// Spread over nodes. Default: no. Example: `{maxSkew: 3}`.
    #[serde(default)]
    pub node: Option<SpreadOver>,
    /// Spread over node pools. Default: no. Example: `{maxSkew: 5}`.
    #[serde(default)]
    pub node_pool: Option<SpreadOver>,
    /// Spread over the values of other node labels. Default: none. Example: `{example.com/rack: {maxSkew: 2}}`.
    #[serde(default)]
    pub topology_keys: IndexMap<LabelKey, SpreadOver>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum SpreadMethod {
    /// Writes `topologySpreadConstraints`: the number of pods per domain is kept even.
    TopologySpread,
    /// Writes `podAntiAffinity`: the pods do not share a domain.
    PodAntiAffinity,
}

/// How strictly pods are spread over a kind of domain. `{}` means all defaults.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpreadOver {
    /// For `PodAntiAffinity`: the weight of the preferred anti-affinity. Default: 100. Example: `50`.
    #[serde(default)]
    pub weight: Option<Int<1, 100>>,
    /// For `TopologySpread`: the largest difference in pods between two domains. Default: 3. Example: `5`.
    #[serde(default)]
    pub max_skew: Option<Int<1, 1000>>,
    /// What happens to a pod that would break the spread. `ScheduleAnyway` schedules it all the same, `DoNotSchedule`
    /// leaves it Pending. Default: `ScheduleAnyway`. Example: `DoNotSchedule`.
    #[serde(default)]
    pub when_unsatisfiable: Option<WhenUnsatisfiable>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
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

/// A `PodDisruptionBudget`, or `None` for no budget. An override replaces the whole value.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
#[cfg_attr(test, schemars(inline))]
pub enum DisruptionBudget {
    Off(Off),
    Budget(BudgetSpec),
}

impl<'de> Deserialize<'de> for DisruptionBudget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_map(deserializer, Self::Off, Self::Budget)
    }
}

/// How many pods a drain may evict at once. Set `minAvailable` or `maxUnavailable`, not both.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BudgetSpec {
    /// Name of the `PodDisruptionBudget`. Default: `<workload>-pdb`. Example: `web-pdb`.
    #[serde(default)]
    pub name: Option<DnsSubdomain>,
    /// How many pods must stay available, as a number or a percentage. Default: not set. `minAvailable` or
    /// `maxUnavailable` is required. Example: `2` or `50%`.
    #[serde(default)]
    pub min_available: Option<IntOrPercent>,
    /// How many pods may be unavailable, as a number or a percentage. Default: not set. `minAvailable` or
    /// `maxUnavailable` is required. Example: `1` or `25%`.
    #[serde(default)]
    pub max_unavailable: Option<IntOrPercent>,
    /// Whether pods that are not ready may be evicted. `AlwaysAllow` evicts them in any case, `IfHealthyBudget` only
    /// while enough other pods are ready. Default: that of the class that is extended or overridden, and `AlwaysAllow` is
    /// that of the built-in class; otherwise not set, which Kubernetes treats as `IfHealthyBudget`. Example:
    /// `AlwaysAllow`.
    #[serde(default)]
    pub unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicy>,
}

impl BudgetSpec {
    /// Why the budget cannot work for workloads of this kind, and what to write instead. Unless `minAvailable` is a
    /// number, Kubernetes asks the pods' controller for the expected number of pods. If the controller cannot tell, no
    /// pod may be evicted at all.
    /// Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors>;
    /// kubernetes/kubernetes `pkg/controller/disruption/disruption.go`, `getExpectedPodCount` and `failSafe`.
    pub fn refusal(&self, kind: Kind) -> Option<(String, &'static str)> {
        let is_by_share = matches!(self.min_available, Some(IntOrPercent::Percent(_)));
        let needs_count = self.max_unavailable.is_some() || is_by_share;
        (needs_count && !kind.is_counted()).then(|| {
            let message = format!(
                "the budget of a {kind:?} blocks every eviction with a percentage or `maxUnavailable`"
            );
            (
                message,
                "set `minAvailable` to a number, or write `disruptionBudget: None`",
            )
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
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
