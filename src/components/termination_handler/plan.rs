//! The planned termination handler.

use serde::Serialize;

use crate::components::controller::{Chart, ContainerResources};
use crate::kubernetes::Toleration;
use crate::values::Duration;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminationHandler {
    pub namespace: String,
    pub create_namespace: bool,
    pub image: String,
    pub chart: Chart,
    pub resources: ContainerResources,
    pub tolerations: Vec<Toleration>,
    pub period: Duration,
    pub node_grace_period_seconds: i64,
    pub pod_grace_period_seconds: i64,
    pub host_network: bool,
}
