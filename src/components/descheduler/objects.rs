//! The descheduler: moves pods back to Spot when it returns.
//!
//! Source for flags, ports and rights: kubernetes-sigs/descheduler charts/descheduler at 0.36.0.

use super::{explain, policy, program};
use crate::components::{ComponentId, Explained, System};
use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use k8s_openapi::api::core::v1::{
    ConfigMap, ConfigMapVolumeSource, Container, ContainerPort, PodSpec, Volume, VolumeMount,
};
use k8s_openapi::api::rbac::v1::PolicyRule;

use crate::components::descheduler::Descheduler;
use crate::components::monitoring::annotations;
use crate::components::objects::{
    cluster_role, container, controller_budget, fingerprint, metadata, pod_labels, service_account,
};
use crate::components::placement;
use crate::kubernetes::{
    Labels, Object, http_probe, linux_nodes, match_labels, pod_template, restricted_pod, rule,
};
use crate::plan::Plan;

const ID: ComponentId = ComponentId::Descheduler;
pub(crate) const NAME: &str = "spotgen-descheduler";
const POLICY_KEY: &str = "policy.yaml";
const POLICY_DIRECTORY: &str = "/policy-dir";
pub(crate) const PRIORITY_CLASS: &str = "system-cluster-critical";
pub(crate) const PORT: i32 = 10258;
/// The image runs as any user: it contains only one program.
pub(crate) const USER: i64 = 65532;

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let plan = &system.plan;
    let Some(descheduler) = &system.descheduler else {
        return Vec::new();
    };
    let namespace = descheduler.namespace.as_str();
    let policy = policy::text(plan, descheduler);
    let labels = pod_labels(ID, NAME);
    let mut objects = vec![service_account(plan, ID, NAME, namespace)];
    objects.extend(cluster_role(plan, ID, NAME, (NAME, namespace), rules()));
    objects.push(Object::ConfigMap(ConfigMap {
        metadata: metadata(plan, ID, NAME, Some(namespace)),
        data: Some(BTreeMap::from([(POLICY_KEY.to_owned(), policy.clone())])),
        ..ConfigMap::default()
    }));
    let mut objects: Vec<_> = objects.into_iter().map(Explained::from).collect();
    let mut on_pods = annotations::of_pods(system, PORT, Some("https")).unwrap_or_default();
    // It reads its policy only at startup.
    on_pods.insert("spotgen.dev/policy".to_owned(), fingerprint(&policy));
    let deployment = deployment(plan, descheduler, on_pods, &labels);
    objects.push(
        Explained::from(deployment).because(INTERVAL_ARGUMENT, explain::interval(descheduler)),
    );
    objects.push(controller_budget(plan, ID, (NAME, namespace), labels).into());
    objects
}

/// Where the interval stands in the Deployment.
const INTERVAL_ARGUMENT: [&str; 6] = [
    "spec",
    "template",
    "spec",
    "containers",
    "args",
    "--descheduling-interval=",
];

/// The chart's cluster role without leases: there is one replica and no leader election.
fn rules() -> Vec<PolicyRule> {
    const READ: [&str; 3] = ["get", "watch", "list"];
    vec![
        rule("events.k8s.io", &["events"], &["create", "update"]),
        rule(
            "",
            &["nodes", "namespaces", "pods", "persistentvolumeclaims"],
            &READ,
        ),
        rule("", &["pods/eviction"], &["create"]),
        rule("scheduling.k8s.io", &["priorityclasses"], &READ),
        rule("policy", &["poddisruptionbudgets"], &READ),
    ]
}

fn deployment(
    plan: &Plan,
    descheduler: &Descheduler,
    annotations: Labels,
    labels: &Labels,
) -> Object {
    Object::Deployment(Box::new(Deployment {
        metadata: metadata(plan, ID, NAME, Some(&descheduler.namespace)),
        spec: DeploymentSpec {
            replicas: Some(1),
            selector: match_labels(labels.clone()),
            // Two pods at once would each evict up to the limit.
            strategy: Some(DeploymentStrategy {
                type_: Some("Recreate".to_owned()),
                ..DeploymentStrategy::default()
            }),
            template: pod_template(
                labels.clone(),
                Some(annotations),
                pod(plan, descheduler, labels),
            ),
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }))
}

fn pod(plan: &Plan, descheduler: &Descheduler, labels: &Labels) -> PodSpec {
    let placed = placement::pod_fields(plan, &descheduler.placement, labels);
    let probe = http_probe("/healthz", PORT, Some("HTTPS"));
    PodSpec {
        affinity: placed.affinity,
        automount_service_account_token: Some(true),
        containers: vec![Container {
            command: Some(vec!["/bin/descheduler".to_owned()]),
            args: Some(
                [
                    format!("--policy-config-file={POLICY_DIRECTORY}/{POLICY_KEY}"),
                    format!("--descheduling-interval={}", descheduler.interval),
                ]
                .into_iter()
                .chain(program::arguments(descheduler))
                .collect(),
            ),
            liveness_probe: Some(probe.clone()),
            readiness_probe: Some(probe),
            ports: Some(vec![ContainerPort {
                container_port: PORT,
                name: Some("https".to_owned()),
                ..ContainerPort::default()
            }]),
            volume_mounts: Some(vec![VolumeMount {
                name: "policy".to_owned(),
                mount_path: POLICY_DIRECTORY.to_owned(),
                read_only: Some(true),
                ..VolumeMount::default()
            }]),
            ..container("descheduler", &descheduler.image, &descheduler.resources)
        }],
        enable_service_links: Some(false),
        node_selector: Some(linux_nodes([])),
        priority_class_name: Some(PRIORITY_CLASS.to_owned()),
        security_context: Some(restricted_pod(USER)),
        service_account_name: Some(NAME.to_owned()),
        tolerations: placed.tolerations,
        topology_spread_constraints: placed.topology_spread_constraints,
        volumes: Some(vec![Volume {
            name: "policy".to_owned(),
            config_map: Some(ConfigMapVolumeSource {
                name: NAME.to_owned(),
                ..ConfigMapVolumeSource::default()
            }),
            ..Volume::default()
        }]),
        ..PodSpec::default()
    }
}
