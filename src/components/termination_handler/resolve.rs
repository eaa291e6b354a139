use crate::components::controller::{chart, container, creates_namespace, duration};
use crate::components::termination_handler::TerminationHandler;
use crate::config::{Capacity, OsType, Spec};
use crate::defaults;
use crate::kubernetes::Toleration;
use crate::plan::NodePool;
use crate::providers::Facts;

/// The grace period of each pod.
pub(super) const OF_EACH_POD: i64 = -1;

pub(crate) fn resolve(
    spec: &Spec,
    facts: &Facts,
    pools: &[NodePool],
) -> Option<TerminationHandler> {
    let declared = spec.termination_handler.clone().unwrap_or_default();
    if declared.enabled == Some(false) || !facts.interruption.has_termination_handler() {
        return None;
    }
    let namespace = declared
        .namespace
        .map_or_else(|| defaults::SYSTEM_NAMESPACE.to_owned(), String::from);
    let (repository, version) = defaults::TERMINATION_HANDLER_CHART;
    let drain = i64::from(facts.interruption.notice_seconds) - defaults::DRAIN_OVERHEAD_SECONDS;
    Some(TerminationHandler {
        create_namespace: creates_namespace(spec, &namespace),
        namespace,
        image: declared.image.map_or_else(
            || defaults::TERMINATION_HANDLER_IMAGE.to_owned(),
            String::from,
        ),
        chart: chart(declared.chart.as_ref(), repository, version),
        resources: container(
            declared.resources.as_ref(),
            defaults::TERMINATION_HANDLER_RESOURCES,
        ),
        tolerations: Toleration::for_taints(on_spot(pools).flat_map(|pool| &pool.taints)),
        period: declared
            .period
            .unwrap_or_else(|| duration(defaults::TERMINATION_HANDLER_PERIOD)),
        node_grace_period_seconds: declared
            .node_grace_period_seconds
            .map_or(drain, crate::values::Int::get),
        pod_grace_period_seconds: declared
            .pod_grace_period_seconds
            .map_or(OF_EACH_POD, crate::values::Int::get),
        host_network: declared.host_network.unwrap_or(false),
    })
}

fn on_spot(pools: &[NodePool]) -> impl Iterator<Item = &NodePool> {
    pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::Spot && pool.os_type == OsType::Linux)
}
