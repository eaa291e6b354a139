//! How Prometheus finds the descheduler and the termination handler.
//!
//! Sources: kubernetes-sigs/descheduler charts/descheduler/templates/{service,servicemonitor}.yaml at 0.36.0 (port, scheme,
//! its certificate is its own); maksim-paskal/aks-node-termination-handler
//! charts/aks-node-termination-handler/templates/daemonset.yaml at 1.2.0.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Monitoring;
use super::metadata::own_metadata;
use crate::components::descheduler::{Descheduler, objects as descheduler};
use crate::components::objects::{metadata, pod_labels};
use crate::components::termination_handler::{
    TerminationHandler, chart::CHART, objects as handler,
};
use crate::components::{ComponentId, System};
use crate::kubernetes::prometheus::{
    Custom, Endpoint, NamespaceSelector, PodMonitorSpec, ServiceMonitorSpec, TlsConfig,
};
use crate::kubernetes::{Labels, NAME_LABEL, Object, PART_OF_LABEL, match_labels};
use crate::plan::Plan;

/// The port of the metrics Service, as the chart of the descheduler names it.
const SERVICE_PORT: &str = "http-metrics";
const PATH: &str = "/metrics";

/// What scrapes the parts that a system has.
pub(super) fn objects(system: &System, monitoring: &Monitoring) -> Vec<Object> {
    let plan = &system.plan;
    let Some(group) = monitoring.monitors() else {
        return Vec::new();
    };
    let mut objects = Vec::new();
    if let Some(descheduler) = &system.descheduler {
        objects.push(service(plan, descheduler));
        objects.push(service_monitor(plan, monitoring, group, descheduler));
    }
    if let Some(handler) = &system.termination_handler {
        objects.push(pod_monitor(plan, monitoring, group, handler));
    }
    objects
}

/// The Service of the descheduler's metrics. It has no address: nothing but Prometheus looks for it.
fn service(plan: &Plan, found: &Descheduler) -> Object {
    let id = ComponentId::Descheduler;
    let name = descheduler::NAME;
    Object::Service(Box::new(Service {
        metadata: metadata(plan, id, name, Some(&found.namespace)),
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            selector: Some(pod_labels(id, name).into()),
            ports: Some(vec![ServicePort {
                name: Some(SERVICE_PORT.to_owned()),
                port: descheduler::PORT,
                target_port: Some(IntOrString::Int(descheduler::PORT)),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }))
}

/// The labels of the descheduler's Service, ours or its chart's.
pub(super) fn descheduler_selector(plan: &Plan) -> LabelSelector {
    match_labels(Labels::from([
        (
            NAME_LABEL.to_owned(),
            ComponentId::Descheduler.name().to_owned(),
        ),
        (PART_OF_LABEL.to_owned(), plan.name.clone()),
    ]))
}

fn service_monitor(
    plan: &Plan,
    monitoring: &Monitoring,
    group: &str,
    found: &Descheduler,
) -> Object {
    Object::ServiceMonitor(Box::new(Custom {
        api_version: format!("{group}/v1"),
        kind: "ServiceMonitor",
        metadata: own_metadata(plan, monitoring, descheduler::NAME),
        spec: ServiceMonitorSpec {
            selector: descheduler_selector(plan),
            namespace_selector: only(&found.namespace),
            endpoints: vec![Endpoint {
                port: SERVICE_PORT,
                path: PATH,
                scheme: Some("https"),
                // It signs its certificate itself, anew at each start.
                tls_config: Some(TlsConfig {
                    insecure_skip_verify: true,
                }),
                honor_labels: true,
            }],
        },
    }))
}

fn pod_monitor(
    plan: &Plan,
    monitoring: &Monitoring,
    group: &str,
    found: &TerminationHandler,
) -> Object {
    Object::PodMonitor(Box::new(Custom {
        api_version: format!("{group}/v1"),
        kind: "PodMonitor",
        metadata: own_metadata(plan, monitoring, handler::NAME),
        spec: PodMonitorSpec {
            selector: handler_selector(),
            namespace_selector: only(&found.namespace),
            pod_metrics_endpoints: vec![Endpoint {
                port: handler::PORT_NAME,
                path: PATH,
                scheme: None,
                tls_config: None,
                honor_labels: true,
            }],
        },
    }))
}

/// The pods of the handler, ours or its chart's, in the namespace of either.
/// Source: maksim-paskal/aks-node-termination-handler charts/aks-node-termination-handler/templates/daemonset.yaml at
/// 1.2.0: the pods have the name of the chart.
fn handler_selector() -> LabelSelector {
    let names = [ComponentId::TerminationHandler.name(), CHART];
    LabelSelector {
        match_expressions: Some(vec![LabelSelectorRequirement {
            key: NAME_LABEL.to_owned(),
            operator: "In".to_owned(),
            values: Some(names.map(str::to_owned).to_vec()),
        }]),
        ..LabelSelector::default()
    }
}

fn only(namespace: &str) -> NamespaceSelector {
    NamespaceSelector {
        match_names: vec![namespace.to_owned()],
    }
}
