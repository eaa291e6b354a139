//! A system as it appears in a written plan, without the origins of its facts.

use serde::Serialize;

use super::placeholders::Overprovisioner;
use crate::components::System;
use crate::components::descheduler::Descheduler;
use crate::components::monitoring::Monitoring;
use crate::components::proportional_autoscaler::ProportionalAutoscaler;
use crate::components::termination_handler::TerminationHandler;
use crate::config::{Autoscaling, Capacity, EvictionPolicy, Kind, Mode, OsType};
use crate::kubernetes::{Labels, Resources, Taint, Toleration};
use crate::plan::{self, Autoscaler, Budget, Cluster, NodeRange, OnDemandPart, Placement};
use crate::providers::Facts;
use crate::values::Number;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Written<'s> {
    name: &'s str,
    provider: &'static Facts,
    cluster: &'s Cluster,
    #[serde(skip_serializing_if = "is_empty")]
    common_labels: &'s Labels,
    #[serde(skip_serializing_if = "is_empty")]
    common_annotations: &'s Labels,
    node_pools: Vec<NodePool<'s>>,
    autoscaler: &'s Autoscaler,
    spot_tolerations: &'s [Toleration],
    on_demand_tolerations: &'s [Toleration],
    workloads: Vec<Workload<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overprovisioner: Option<Overprovisioner<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proportional_autoscaler: Option<&'s ProportionalAutoscaler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    descheduler: Option<&'s Descheduler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    termination_handler: Option<&'s TerminationHandler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monitoring: Option<&'s Monitoring>,
    /// Findings that the user accepts: rule and reason.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    allowed: &'s [(String, String)],
    from_manifests: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodePool<'s> {
    name: &'s str,
    capacity: Capacity,
    mode: Mode,
    os_type: OsType,
    #[serde(skip_serializing_if = "Option::is_none")]
    vm_size: Option<&'s str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    zones: &'s [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<NodeRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_demand_part: Option<OnDemandPart>,
    #[serde(skip_serializing_if = "is_empty")]
    labels: &'s Labels,
    taints: &'s [Taint],
    node_group: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    eviction_policy: Option<EvictionPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_price: Option<&'s Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<&'s Resources>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Workload<'s> {
    name: &'s str,
    namespace: &'s str,
    kind: Kind,
    #[serde(skip_serializing_if = "is_empty")]
    selector: &'s Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscaling: Option<Autoscaling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<&'s Resources>,
    class: &'s str,
    placement: &'s Placement,
    #[serde(skip_serializing_if = "Option::is_none")]
    disruption_budget: Option<&'s Budget>,
    #[serde(skip_serializing_if = "Option::is_none")]
    termination_grace_period_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_loss_toleration_seconds: Option<i32>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes references to fields"
)]
fn is_empty(labels: &&Labels) -> bool {
    labels.is_empty()
}

impl<'s> From<&'s System> for Written<'s> {
    fn from(system: &'s System) -> Self {
        let plan = &system.plan;
        Self {
            name: &plan.name,
            provider: plan.provider,
            cluster: &plan.cluster,
            common_labels: &plan.common_labels,
            common_annotations: &plan.common_annotations,
            node_pools: plan.node_pools.iter().map(NodePool::from).collect(),
            autoscaler: &plan.autoscaler,
            spot_tolerations: &plan.spot_tolerations,
            on_demand_tolerations: &plan.on_demand_tolerations,
            workloads: plan.workloads.iter().map(Workload::from).collect(),
            overprovisioner: system.overprovisioner.as_ref().map(Overprovisioner::from),
            proportional_autoscaler: system.proportional_autoscaler.as_ref(),
            descheduler: system.descheduler.as_ref(),
            termination_handler: system.termination_handler.as_ref(),
            monitoring: system.monitoring.as_ref(),
            allowed: &system.allowed,
            from_manifests: system.from_manifests,
        }
    }
}

impl<'s> From<&'s plan::NodePool> for NodePool<'s> {
    fn from(pool: &'s plan::NodePool) -> Self {
        Self {
            name: &pool.name,
            capacity: pool.capacity,
            mode: pool.mode,
            os_type: pool.os_type,
            vm_size: pool.vm_size.as_deref(),
            zones: &pool.zones,
            nodes: pool.nodes,
            on_demand_part: pool.on_demand_part,
            labels: &pool.labels,
            taints: &pool.taints,
            node_group: &pool.node_group,
            eviction_policy: pool.eviction_policy,
            max_price: pool.max_price.as_ref(),
            free: pool.free.as_ref(),
        }
    }
}

impl<'s> From<&'s plan::Workload> for Workload<'s> {
    fn from(workload: &'s plan::Workload) -> Self {
        Self {
            name: &workload.name,
            namespace: &workload.namespace,
            kind: workload.kind,
            selector: &workload.selector,
            replicas: workload.replicas,
            autoscaling: workload.autoscaling,
            requests: workload.requests.as_ref(),
            class: &workload.class,
            placement: &workload.placement,
            disruption_budget: workload.disruption_budget.as_ref(),
            termination_grace_period_seconds: workload.termination_grace_period_seconds,
            node_loss_toleration_seconds: workload.node_loss_toleration_seconds,
        }
    }
}
