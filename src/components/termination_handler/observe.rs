use crate::components::ComponentId;
use crate::components::Installed;
use crate::components::observe::{Observed, nth, tolerated};
use crate::components::termination_handler::TerminationHandler;
use crate::config::pointers;
use crate::defaults;
use crate::load::Document;
use crate::values::Duration;

/// The handler's own defaults.
/// Source: maksim-paskal/aks-node-termination-handler v1.0.19 pkg/config/config.go.
const PERIOD: &str = "5s";
const NODE_GRACE_PERIOD_SECONDS: i64 = 120;
const POD_GRACE_PERIOD_SECONDS: i64 = -1;

/// The termination handler by its arguments.
pub(crate) fn observe(
    observed: &mut Observed,
    installed: &Installed<'_>,
    _: &Document<'_>,
    number: usize,
) {
    let system = &mut observed.system;
    let found = nth(installed.running(ComponentId::TerminationHandler), number);
    let Some((found, program)) = found.and_then(|found| Some((found, found.program.as_deref()?)))
    else {
        return;
    };
    let number = |name: &str, default: i64| {
        let declared = program.argument(name);
        declared
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let period = program.argument("period");
    let period = period.and_then(|text| Duration::parse(text).ok());
    let spot = system.plan.node_pools.iter().filter(|pool| pool.is_spot());
    let planned = system.termination_handler.as_ref();
    let namespace = found.namespace.clone();
    system.termination_handler = Some(TerminationHandler {
        namespace: namespace.unwrap_or_else(|| defaults::NAMESPACE.to_owned()),
        create_namespace: planned.is_some_and(|planned| planned.create_namespace),
        image: program.image.clone(),
        chart: planned
            .map(|planned| planned.chart.clone())
            .unwrap_or_default(),
        resources: planned
            .map(|planned| planned.resources.clone())
            .unwrap_or_default(),
        tolerations: tolerated(found, spot.flat_map(|pool| &pool.taints)),
        period: period
            .unwrap_or_else(|| Duration::parse(PERIOD).expect("the default is a duration")),
        node_grace_period_seconds: number("nodeGracePeriodSeconds", NODE_GRACE_PERIOD_SECONDS),
        pod_grace_period_seconds: number("podGracePeriodSeconds", POD_GRACE_PERIOD_SECONDS),
        host_network: planned.is_some_and(|planned| planned.host_network),
    });
    let handler = pointers::spec("terminationHandler");
    let locations = &mut observed.locations;
    locations.add(handler.clone(), found.locations.name);
    for (key, name) in [
        ("period", "period"),
        ("nodeGracePeriodSeconds", "nodeGracePeriodSeconds"),
        ("podGracePeriodSeconds", "podGracePeriodSeconds"),
    ] {
        locations.add_argument(handler.child(key), found, name);
    }
}
