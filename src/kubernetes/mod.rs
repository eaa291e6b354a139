//! What Kubernetes itself defines: names, labels, taints, objects and their parts. It knows no plan.

mod autoscaler;
pub(crate) mod budget;
mod label_selector;
mod labels;
mod marks;
mod object;
mod pods;
pub(crate) mod prometheus;
mod rbac;
mod resources;
mod taints;
mod toleration;
mod topology_key;

pub(crate) use autoscaler::{EXPENDABLE_CUTOFF, SAFE_TO_EVICT};
pub(crate) use label_selector::{LabelSelector, Operator, Requirement};
pub(crate) use labels::{
    ARCHITECTURE_LABEL, COMPONENT_LABEL, ENFORCED_LABEL, GENERATOR, HOSTNAME, INSTANCE_LABEL,
    INSTANCE_TYPE_LABEL, JOB_LABELS, JOB_NAME_LABEL, Labels, MANAGED_BY_LABEL, NAME_LABEL,
    OLD_JOB_NAME_LABEL, OS_LABEL, PART_OF_LABEL, POD_TEMPLATE_HASH_LABEL, RESTRICTED,
    VERSION_LABEL, WELL_KNOWN, ZONE, is_set_by_cluster, linux_nodes, match_labels, stable,
};
pub(crate) use marks::HELM;
pub(crate) use marks::{Mark, Marks};
pub(crate) use object::{Copied, Object};
pub(crate) use pods::{http_probe, pod_template, quantity, restricted_container, restricted_pod};
pub(crate) use rbac::{role_ref, rule, rule_for, subject};
pub(crate) use resources::Resources;
pub(crate) use taints::{Effect, NODE_NOT_READY, NODE_TAINTS, NODE_UNREACHABLE, Taint};
pub(crate) use toleration::{TaintValue, Toleration, api_tolerations};
pub(crate) use topology_key::TopologyKey;

/// The two lists of an affinity, whatever it is about.
/// Source: kubernetes/api core/v1/types.go, `NodeAffinity` and `PodAntiAffinity`.
pub(crate) const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
pub(crate) const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
