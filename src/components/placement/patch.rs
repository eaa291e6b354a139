//! A workload's placement as a strategic-merge patch.

use std::borrow::Cow;

use k8s_openapi::api::core::v1::{
    PodAffinityTerm, PreferredSchedulingTerm, Toleration, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::additions::{RequiredAdditions, additions};
use super::explain::explained;
use super::merge::{Entry, lists, with_missing};
use crate::components::Explained;
use crate::components::alike::{Alike, By};
use crate::config::Kind;
use crate::manifests::{ExistingPlacement, ReplacedLists};
use crate::plan::{Plan, Workload};

/// A partial workload that a strategic merge lays over the whole one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    api_version: &'static str,
    kind: Kind,
    metadata: Target,
    spec: Spec,
}

#[derive(Debug, Serialize)]
struct Target {
    name: String,
    /// None where the workload's manifest leaves it to whoever applies it: a patch that names one would not be for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

impl Patch {
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn name(&self) -> &str {
        &self.metadata.name
    }
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Spec {
    #[serde(rename_all = "camelCase")]
    CronJob {
        job_template: JobTemplate,
    },
    Template {
        template: Template,
    },
    Pod(Pod),
}

#[derive(Debug, Serialize)]
struct JobTemplate {
    spec: JobSpec,
}

#[derive(Debug, Serialize)]
struct JobSpec {
    template: Template,
}

#[derive(Debug, Serialize)]
struct Template {
    spec: Pod,
}

/// The fields of a pod spec that placement decides.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Pod {
    #[serde(skip_serializing_if = "Affinity::is_empty")]
    affinity: Affinity,
    #[serde(skip_serializing_if = "Option::is_none")]
    termination_grace_period_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tolerations: Vec<Entry<Toleration>>,
    /// Merged by their topology key, so the workload's own stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topology_spread_constraints: Vec<TopologySpreadConstraint>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Affinity {
    #[serde(skip_serializing_if = "NodeAffinity::is_empty")]
    node_affinity: NodeAffinity,
    #[serde(skip_serializing_if = "PodAntiAffinity::is_empty")]
    pod_anti_affinity: PodAntiAffinity,
}

impl Affinity {
    fn is_empty(&self) -> bool {
        self.node_affinity.is_empty() && self.pod_anti_affinity.is_empty()
    }
}

#[derive(Debug, Default, Serialize)]
struct NodeAffinity {
    #[serde(
        rename = "preferredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "Vec::is_empty"
    )]
    preferred: Vec<Entry<PreferredSchedulingTerm>>,
    #[serde(
        rename = "requiredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "Option::is_none"
    )]
    required: Option<NodeSelector>,
}

impl NodeAffinity {
    fn is_empty(&self) -> bool {
        self.preferred.is_empty() && self.required.is_none()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeSelector {
    node_selector_terms: Vec<Json>,
}

#[derive(Debug, Default, Serialize)]
struct PodAntiAffinity {
    #[serde(
        rename = "preferredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "Vec::is_empty"
    )]
    preferred: Vec<Entry<WeightedPodAffinityTerm>>,
    #[serde(
        rename = "requiredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "Vec::is_empty"
    )]
    required: Vec<Entry<PodAffinityTerm>>,
}

impl PodAntiAffinity {
    fn is_empty(&self) -> bool {
        self.preferred.is_empty() && self.required.is_empty()
    }
}

impl Pod {
    fn is_empty(&self) -> bool {
        self.affinity.is_empty()
            && self.termination_grace_period_seconds.is_none()
            && self.tolerations.is_empty()
            && self.topology_spread_constraints.is_empty()
    }
}

/// The patch of a workload; `None` when there is nothing to change. A second workload is made with its placement.
pub(in crate::components) fn patch_of(
    plan: &Plan,
    workload: &Workload,
) -> Option<Explained<Patch>> {
    if workload.base().is_some() {
        return None;
    }
    let pod = pod(plan, workload);
    if pod.is_empty() {
        return None;
    }
    let patch = Patch {
        api_version: api_version(workload.kind),
        kind: workload.kind,
        metadata: Target {
            name: workload.name.to_string(),
            namespace: (!workload.is_without_namespace()).then(|| workload.namespace.to_string()),
        },
        spec: match workload.kind {
            Kind::Pod => Spec::Pod(pod),
            Kind::CronJob => Spec::CronJob {
                job_template: JobTemplate {
                    spec: JobSpec {
                        template: Template { spec: pod },
                    },
                },
            },
            _ => Spec::Template {
                template: Template { spec: pod },
            },
        },
    };
    Some(explained(plan, workload, patch))
}

/// What a patch is made from, where the manifest has nothing that it has to carry along.
pub(super) fn likeness(workload: &Workload) -> Option<Alike<'_>> {
    if workload.base().is_some() || workload.manifest.is_some() || workload.selector.is_empty() {
        return None;
    }
    Some(Alike {
        by: By::Placement {
            kind: workload.kind,
            placement: &workload.placement,
            termination_grace_period_seconds: workload.termination_grace_period_seconds,
            node_loss_toleration_seconds: workload.node_loss_toleration_seconds,
            is_without_namespace: workload.is_without_namespace(),
        },
        name: &workload.name,
        namespace: &workload.namespace,
        labels: Cow::Borrowed(&workload.selector),
    })
}

/// What placement adds to the pod spec of a workload, as a patch of that.
pub(crate) fn pod_patch(plan: &Plan, workload: &Workload) -> Json {
    serde_json::to_value(pod(plan, workload)).expect("Kubernetes objects are plain data")
}

fn api_version(kind: Kind) -> &'static str {
    match kind {
        Kind::Deployment | Kind::StatefulSet | Kind::ReplicaSet | Kind::DaemonSet => "apps/v1",
        Kind::Job | Kind::CronJob => "batch/v1",
        Kind::ReplicationController | Kind::Pod => "v1",
        Kind::Rollout => "argoproj.io/v1alpha1",
    }
}

fn pod(plan: &Plan, workload: &Workload) -> Pod {
    let (no_placement, no_lists) = (ExistingPlacement::default(), ReplacedLists::default());
    let existing = workload.existing().unwrap_or(&no_placement);
    let own = existing.replaced.as_deref().unwrap_or(&no_lists);
    let added = additions(plan, &workload.into(), existing);
    Pod {
        affinity: Affinity {
            node_affinity: NodeAffinity {
                preferred: lists(&own.preferred_nodes, added.preferred_nodes),
                required: added.required_nodes.map(|required| NodeSelector {
                    node_selector_terms: terms(&existing.written_terms, required),
                }),
            },
            pod_anti_affinity: PodAntiAffinity {
                preferred: lists(&own.preferred_anti_affinity, added.preferred_anti_affinity),
                required: lists(&own.required_anti_affinity, added.required_anti_affinity),
            },
        },
        termination_grace_period_seconds: added.termination_grace_period_seconds,
        tolerations: lists(&own.tolerations, added.tolerations),
        topology_spread_constraints: added.topology_spread,
    }
}

/// The workload's own terms with what they lack, or ours.
fn terms(own: &[Json], required: RequiredAdditions) -> Vec<Json> {
    match required {
        RequiredAdditions::NewTerms(terms) => terms.iter().map(|term| json!(term)).collect(),
        RequiredAdditions::InTerms { missing, further } => {
            let mut terms = with_missing(own, &missing);
            terms.extend(further);
            terms
        }
    }
}
