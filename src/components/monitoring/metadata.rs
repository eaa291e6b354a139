//! Metadata of the objects of monitoring.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::Monitoring;
use crate::components::ComponentId;
use crate::components::objects::metadata;
use crate::kubernetes::Labels;
use crate::plan::Plan;

/// Metadata of an object that the Prometheus operator selects by its labels.
pub(super) fn own_metadata(plan: &Plan, monitoring: &Monitoring, name: &str) -> ObjectMeta {
    let mut made = metadata(
        plan,
        ComponentId::Monitoring,
        name,
        Some(&monitoring.namespace),
    );
    add(&mut made, &monitoring.labels);
    made
}

/// Adds labels of the user.
pub(super) fn add(metadata: &mut ObjectMeta, labels: &Labels) {
    let own = labels
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()));
    metadata.labels.get_or_insert_default().extend(own);
}
