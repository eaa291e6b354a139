#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classes::{DisruptionBudget, Placement};
use super::kind::Kind;
use super::labels::Labels;
use super::resources::ResourceList;
use crate::values::{
    DnsLabel, DnsSubdomain, FieldPath, Int, KindName, LabelKey, OrNone, PodLabel, PodSpecPath,
    SortedMap,
};

/// A workload to run on Spot. Facts that its manifests (`--from`) declare can be left out here.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename = "Workload", rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WrittenWorkload {
    /// Name of the workload. Example: `web`.
    pub(super) name: DnsSubdomain,
    /// Namespace of the workload. Default: the one in the manifest, otherwise `default`. Example: `shop`.
    #[serde(default)]
    pub(super) namespace: Option<DnsLabel>,
    /// Kind of the workload. Default: the one in the manifest, otherwise `Deployment`. Example: `StatefulSet`.
    #[serde(default)]
    pub(super) kind: Option<Kind>,
    /// The labels in the workload's `spec.selector.matchLabels`. For a `Job`, `CronJob` or `Pod`, the labels of its pods:
    /// without them, it gets no spread and no budget. Default: the ones in the manifest; without a manifest, required
    /// for other kinds. Example: `{app: web}`.
    #[serde(default)]
    pub(super) selector: Option<Labels>,
    /// Number of pods. Default: the number in the manifest, otherwise unknown. Example: `3`.
    #[serde(default)]
    pub(super) replicas: Option<Int<0, 100_000>>,
    /// The range of the workload's own autoscaler, such as a `HorizontalPodAutoscaler`. Default: the range in the
    /// manifests, otherwise none. Example: `{min: 3, max: 12}`.
    #[serde(default)]
    pub(super) autoscaling: Option<Autoscaling>,
    /// CPU and memory that one pod requests, all containers together. If only one is set, the other counts as 0.
    /// Default: the sum in the manifest, otherwise unknown. Example: `{cpu: 500m, memory: 1Gi}`.
    #[serde(default)]
    pub(super) requests: Option<ResourceList>,
    /// The class of the workload. The settings below override those of the class. Default: the `defaultClass`. Example:
    /// `default`.
    #[serde(default)]
    pub(super) class: Option<DnsLabel>,
    /// Where the pods run and how they are spread. Default: the setting of the class, key by key. Example: `{spot:
    /// Never}`.
    #[serde(default)]
    pub(super) placement: Option<Placement>,
    /// The number of pods that a second Deployment, `<name>-base`, runs on on-demand beside those of the workload: not part
    /// of its replicas or of the range of its autoscaler. `spotgen render --from` writes it as a copy of the manifest;
    /// `spotgen patch` cannot. Only for a `Deployment`. `0` is for none. Default: the setting of the class. Example: `2`.
    #[serde(default)]
    pub(super) on_demand_base: Option<Int<0, 100_000>>,
    /// The workload's `PodDisruptionBudget`, or `None` for no budget. Default: the setting of the class. Example:
    /// `{minAvailable: 2}`.
    #[serde(default)]
    pub(super) disruption_budget: Option<DisruptionBudget>,
    /// Termination grace period of the pods, in seconds. `None` keeps that of the manifest. Default: that of the class,
    /// unless the workload itself has `spot: Never`; otherwise the manifest decides. Example: `15`.
    #[serde(default)]
    pub(super) termination_grace_period_seconds: Option<OrNone>,
    /// How long pods stay bound to a node that is not ready or unreachable, in seconds. `None` keeps the 300 s of
    /// Kubernetes. Default: that of the class, unless the workload itself has `spot: Never`; otherwise the manifest
    /// decides. Example: `30`.
    #[serde(default)]
    pub(super) node_loss_toleration_seconds: Option<OrNone>,
}

/// The range of a workload's own autoscaler, such as a `HorizontalPodAutoscaler`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// The fewest replicas. Example: `3`.
    pub min: Int<0, 100_000>,
    /// The most replicas. Example: `12`.
    pub max: Int<1, 100_000>,
}

/// A rule that chooses the class of workloads in manifests.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassRule {
    /// The conditions. All of them must hold; `{}` matches every workload. Example: `{namespaces: ["shop-*"]}`.
    #[serde(rename = "match")]
    pub matches: Match,
    /// The class of the workloads that match. Example: `default`.
    pub class: DnsLabel,
}

/// The conditions of a rule. A condition that is left out always holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// The workload is of one of these kinds, those of operators and `customKinds` included. Default: any kind. Example: `[Deployment,
    /// StatefulSet]`.
    #[serde(default)]
    pub kinds: Vec<KindName>,
    /// One of these globs matches the workload's namespace. Default: any namespace. Example: `["shop-*"]`.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// One of these globs matches the workload's name. Default: any name. Example: `["web-*"]`.
    #[serde(default)]
    pub names: Vec<String>,
    /// The workload itself (not its pods) has all of these labels. Default: any labels. Example: `{tier: web}`.
    #[serde(default)]
    pub labels: Labels,
}

/// A custom kind of workload, such as that of an operator, that spotgen adds placement to. For a kind that spotgen knows
/// already, the pod specs here replace the known ones; labels and fields that are left out stay as they are known. Set
/// `podSpec` or `podSpecs`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomKind {
    /// API group of the kind: its `apiVersion` without the version. Example: `example.com`.
    pub group: DnsSubdomain,
    /// Name of the kind. Example: `Engine`.
    pub kind: KindName,
    /// The path of keys that leads to the only pod spec. Keys that an object lacks are added, unless it has another that is a
    /// letter away, or its contents elsewhere. `[]` after a key means each item of that list. `?` after a key means: only if
    /// the object has that key. Default: none; `podSpecs` is then required. Example: `spec.template.spec`.
    #[serde(default)]
    pub pod_spec: Option<PodSpecPath>,
    /// The pod specs, for a kind with several of them, or with labels that its operator sets. Default: none; `podSpec` is
    /// then required. Example: `[{path: spec.driver}, {path: "spec.workers[].pod", class: default}]`.
    #[serde(default)]
    pub pod_specs: Vec<CustomPodSpec>,
    /// Where the pod specs of this kind have the parts of a placement. Default: as known, otherwise
    /// where those of Kubernetes have them.
    /// Example: `{terminationGracePeriodSeconds: None}`.
    #[serde(default)]
    pub fields: Option<CustomFields>,
}

/// One of the pod specs of a custom kind.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPodSpec {
    /// The path of keys that leads to it, as in `podSpec`. Example: `spec.workers[].pod`.
    pub path: PodSpecPath,
    /// The class of its pods, instead of the one that a class rule gives the object. The annotation of an object still
    /// overrides it. Default: the class of the object. Example: `on-demand`.
    #[serde(default)]
    pub class: Option<DnsLabel>,
    /// Labels that the operator sets on its pods, which a spread needs. `{name}` is the name of the object, `{item}` the
    /// `name` of the item of a list, and `{labels.KEY}` a label of the object. `{}` means that no label is known. Default: as
    /// known, otherwise `spec.selector.matchLabels`, or the labels in the `metadata` beside the pod spec. Example:
    /// `{example.com/engine: "{name}"}`.
    #[serde(default)]
    pub pod_labels: Option<SortedMap<LabelKey, PodLabel>>,
}

/// Where a pod spec has the parts of a placement: a path of keys within it, or `None` if the kind does not have that part.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomFields {
    /// The affinity. Default: `affinity`. Example: `None`.
    #[serde(default)]
    pub affinity: Option<FieldPath>,
    /// The tolerations. Default: `tolerations`. Example: `affinity.tolerations`.
    #[serde(default)]
    pub tolerations: Option<FieldPath>,
    /// The spread constraints. Default: `topologySpreadConstraints`. Example: `None`.
    #[serde(default)]
    pub topology_spread_constraints: Option<FieldPath>,
    /// The grace period. Default: `terminationGracePeriodSeconds`. Example: `None`.
    #[serde(default)]
    pub termination_grace_period_seconds: Option<FieldPath>,
}
