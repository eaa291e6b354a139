//! Drains a node when Azure announces its eviction.
//!
//! AKS drains on `Preempt` by itself, best effort. The handler is installed anyway: it polls every second and reliably
//! drains, while AKS publishes no delay and users have seen no drain at all (Azure/AKS#3528,
//! Azure/karpenter-provider-azure#1594). If AKS has cordoned the node first, the handler does nothing.
//!
//! Source for flags, ports and rights: maksim-paskal/aks-node-termination-handler pkg/config/config.go and
//! charts/aks-node-termination-handler at 1.2.0.

use std::collections::BTreeMap;

use crate::components::{ComponentId, Explained, System};
use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec};
use k8s_openapi::api::core::v1::{
    Affinity, Container, ContainerPort, EnvVar, EnvVarSource, NodeAffinity, ObjectFieldSelector,
    PodSpec,
};
use k8s_openapi::api::rbac::v1::PolicyRule;

use super::resolve::OF_EACH_POD;
use crate::components::monitoring::annotations;
use crate::components::objects::{
    cluster_role, container, metadata, pod_labels, service_account, system_namespace,
};
use crate::components::placement::only_on_spot;
use crate::components::termination_handler::TerminationHandler;
use crate::defaults::{DRAIN_OVERHEAD_SECONDS, TERMINATION_HANDLER_PERIOD};
use crate::kubernetes::{
    Object, api_tolerations, http_probe, linux_nodes, match_labels, pod_template, restricted_pod,
    rule,
};
use crate::plan::Plan;

const ID: ComponentId = ComponentId::TerminationHandler;
pub(crate) const NAME: &str = "spotgen-termination-handler";
/// The user of its image. Source: maksim-paskal/aks-node-termination-handler Dockerfile.
pub(crate) const USER: i64 = 30523;
/// It must be able to preempt other pods on a full node.
pub(crate) const PRIORITY_CLASS: &str = "system-node-critical";
pub(crate) const PORT: i32 = 17923;
pub(crate) const PORT_NAME: &str = "http";

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let plan = &system.plan;
    let Some(handler) = &system.termination_handler else {
        return Vec::new();
    };
    let namespace = handler.namespace.as_str();
    let mut objects = Vec::new();
    if handler.create_namespace {
        objects.push(system_namespace(system, namespace));
    }
    objects.push(service_account(plan, ID, NAME, namespace));
    objects.extend(cluster_role(plan, ID, NAME, (NAME, namespace), rules()));
    let mut objects: Vec<_> = objects.into_iter().map(Explained::from).collect();
    objects.push(
        Explained::from(daemon_set(system, handler))
            .because(argument("-period="), period(handler))
            .because(
                argument("-nodeGracePeriodSeconds="),
                node_grace(plan, handler),
            )
            .because(argument("-podGracePeriodSeconds="), pod_grace(handler)),
    );
    objects
}

/// Where an argument of the handler stands.
fn argument(begins: &'static str) -> [&'static str; 6] {
    ["spec", "template", "spec", "containers", "args", begins]
}

/// Why the arguments are as they are, for a values file that has them in one list.
pub(super) fn about_arguments(plan: &Plan, handler: &TerminationHandler) -> String {
    let reasons = [
        ("period", period(handler)),
        ("nodeGracePeriodSeconds", Some(node_grace(plan, handler))),
        ("podGracePeriodSeconds", pod_grace(handler)),
    ];
    let lines = reasons
        .into_iter()
        .filter_map(|(argument, why)| Some(format!("{argument}: {}", why?)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Why it asks so often; none where the configuration says how often.
fn period(handler: &TerminationHandler) -> Option<String> {
    (handler.period.to_string() == TERMINATION_HANDLER_PERIOD)
        .then(|| "Azure recommends one request a second.".to_owned())
}

/// What the grace period of pods means where it is no number.
fn pod_grace(handler: &TerminationHandler) -> Option<String> {
    (handler.pod_grace_period_seconds == OF_EACH_POD)
        .then(|| "-1: each pod has its own `terminationGracePeriodSeconds`.".to_owned())
}

/// Why the drain of a node has so many seconds.
fn node_grace(plan: &Plan, handler: &TerminationHandler) -> String {
    let notice = plan.provider.interruption.notice_seconds;
    let cloud = plan.provider.title;
    if handler.node_grace_period_seconds == i64::from(notice) - DRAIN_OVERHEAD_SECONDS {
        format!(
            "{cloud} gives {notice} s of notice; {DRAIN_OVERHEAD_SECONDS} s of them may pass before the drain begins."
        )
    } else {
        format!("{cloud} gives {notice} s of notice.")
    }
}

/// The chart's cluster role without the API group `extensions`, which Kubernetes 1.16 removed.
fn rules() -> Vec<PolicyRule> {
    vec![
        rule("", &["nodes"], &["get", "list", "patch", "update"]),
        rule("", &["pods"], &["get", "list"]),
        rule("", &["pods/eviction"], &["create"]),
        rule("", &["events"], &["create"]),
        rule("apps", &["daemonsets"], &["get"]),
    ]
}

fn daemon_set(system: &System, handler: &TerminationHandler) -> Object {
    let plan = &system.plan;
    let labels = pod_labels(ID, NAME);
    Object::DaemonSet(Box::new(DaemonSet {
        metadata: metadata(plan, ID, NAME, Some(&handler.namespace)),
        spec: DaemonSetSpec {
            selector: match_labels(labels.clone()),
            template: pod_template(
                labels,
                annotations::of_pods(system, PORT, None),
                pod(plan, handler),
            ),
            ..DaemonSetSpec::default()
        },
        ..DaemonSet::default()
    }))
}

/// Its command line.
pub(crate) fn arguments(handler: &TerminationHandler) -> Vec<String> {
    vec![
        format!("-period={}", handler.period),
        format!(
            "-nodeGracePeriodSeconds={}",
            handler.node_grace_period_seconds
        ),
        format!(
            "-podGracePeriodSeconds={}",
            handler.pod_grace_period_seconds
        ),
    ]
}

/// The Spot nodes of Linux, whichever label they have.
pub(super) fn nodes(plan: &Plan) -> (BTreeMap<String, String>, Option<NodeAffinity>) {
    let (mut labels, affinity) = only_on_spot(plan);
    labels.extend(linux_nodes([]));
    (labels, affinity)
}

fn pod(plan: &Plan, handler: &TerminationHandler) -> PodSpec {
    let (labels, affinity) = nodes(plan);
    let probe = http_probe("/healthz", PORT, None);
    PodSpec {
        affinity: affinity.map(|node| Affinity {
            node_affinity: Some(node),
            ..Affinity::default()
        }),
        automount_service_account_token: Some(true),
        containers: vec![Container {
            args: Some(arguments(handler)),
            env: Some(vec![EnvVar {
                name: "MY_NODE_NAME".to_owned(),
                value_from: Some(EnvVarSource {
                    field_ref: Some(ObjectFieldSelector {
                        field_path: "spec.nodeName".to_owned(),
                        ..ObjectFieldSelector::default()
                    }),
                    ..EnvVarSource::default()
                }),
                ..EnvVar::default()
            }]),
            liveness_probe: Some(probe.clone()),
            readiness_probe: Some(probe),
            ports: Some(vec![ContainerPort {
                container_port: PORT,
                name: Some(PORT_NAME.to_owned()),
                ..ContainerPort::default()
            }]),
            ..container("termination-handler", &handler.image, &handler.resources)
        }],
        enable_service_links: Some(false),
        host_network: handler.host_network.then_some(true),
        node_selector: Some(labels),
        priority_class_name: Some(PRIORITY_CLASS.to_owned()),
        security_context: Some(restricted_pod(USER)),
        service_account_name: Some(NAME.to_owned()),
        tolerations: api_tolerations(&handler.tolerations),
        ..PodSpec::default()
    }
}
