//! What Kubernetes itself defines: names, labels, taints, objects and their parts. It knows no plan.

pub(crate) mod budget;
mod labels;
mod object;
mod pods;
mod rbac;
mod resources;
mod taints;
mod toleration;

pub use labels::{
    ENFORCED_LABEL, HOSTNAME, INSTANCE_LABEL, Labels, MANAGED_BY_LABEL, NAME_LABEL, OS_LABEL,
    PART_OF_LABEL, POD_TEMPLATE_HASH_LABEL, RESTRICTED, VERSION_LABEL, ZONE, linux_nodes,
    match_labels,
};
pub use object::Object;
pub use pods::{http_probe, pod_template, quantity, restricted_container, restricted_pod};
pub use rbac::{role_ref, rule, rule_for, subject};
pub use resources::Resources;
pub use taints::{Effect, NODE_NOT_READY, NODE_UNREACHABLE, Taint};
pub use toleration::{TaintValue, Toleration, TolerationOperator, api_tolerations};

/// The two lists of an affinity, whatever it is about.
/// Source: kubernetes/api core/v1/types.go, `NodeAffinity` and `PodAntiAffinity`.
pub const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
pub const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
