//! A cluster-proportional-autoscaler for each scaled placeholder.
//!
//! Source for flags, ports and rights: kubernetes-sigs/cluster-proportional-autoscaler
//! cmd/cluster-proportional-autoscaler/options/options.go and charts/cluster-proportional-autoscaler/templates.

use crate::components::{ComponentId, Explained, System};
use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{ConfigMap, Container, ContainerPort, PodSpec};

use super::explain;
use crate::components::objects::{
    cluster_role, container, controller_budget, metadata, pod_labels, role, service_account,
    system_namespace,
};
use crate::components::overprovisioner::{Overprovisioner, Placeholder, Target};
use crate::components::proportional_autoscaler::{Control, ProportionalAutoscaler, Scaling};
use crate::kubernetes::{
    Object, api_tolerations, http_probe, linux_nodes, match_labels, pod_template, restricted_pod,
    rule, rule_for,
};
use crate::plan::Plan;

const ID: ComponentId = ComponentId::ProportionalAutoscaler;
/// The user of its image. Source: kubernetes-sigs/cluster-proportional-autoscaler Dockerfile.in.
const USER: i64 = 65535;
const PORT: i32 = 8080;

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let plan = &system.plan;
    let (Some(overprovisioner), Some(autoscaler)) =
        (&system.overprovisioner, &system.proportional_autoscaler)
    else {
        return Vec::new();
    };
    let mut objects = Vec::new();
    if autoscaler.create_namespace {
        objects.push(system_namespace(system, &autoscaler.namespace).into());
    }
    for placeholder in &overprovisioner.placeholders {
        if let Some(scaling) = &placeholder.scaling {
            objects.extend(scaler(
                plan,
                autoscaler,
                overprovisioner,
                placeholder,
                scaling,
            ));
        }
    }
    objects
}

fn scaler(
    plan: &Plan,
    autoscaler: &ProportionalAutoscaler,
    overprovisioner: &Overprovisioner,
    placeholder: &Placeholder,
    scaling: &Scaling,
) -> Vec<Explained<Object>> {
    let name = scaling.name.as_str();
    let account = (name, autoscaler.namespace.as_str());
    let target = overprovisioner.deployment(placeholder);
    let scale = rule_for("apps", "deployments/scale", &target, &["get", "update"]);
    let read = rule_for("", "configmaps", &scaling.config_map, &["get"]);
    let labels = pod_labels(ID, name);
    let mut objects = vec![service_account(plan, ID, name, &autoscaler.namespace)];
    let cluster_name = format!("spotgen-{}-{name}", autoscaler.namespace);
    objects.extend(cluster_role(
        plan,
        ID,
        &cluster_name,
        account,
        vec![rule("", &["nodes"], &["list", "watch"])],
    ));
    // Its ConfigMap and its target are in the same namespace, wherever it runs itself.
    objects.extend(role(
        plan,
        ID,
        (name, &overprovisioner.namespace),
        account,
        vec![scale, read],
    ));
    let parameters = config_map(plan, overprovisioner, scaling);
    objects.push(Object::Deployment(Box::new(Deployment {
        metadata: metadata(plan, ID, name, Some(&autoscaler.namespace)),
        spec: DeploymentSpec {
            replicas: Some(1),
            selector: match_labels(labels.clone()),
            template: pod_template(
                labels.clone(),
                None,
                pod(plan, autoscaler, overprovisioner, scaling, &target),
            ),
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    })));
    objects.push(controller_budget(plan, ID, account, labels));
    let mut objects: Vec<_> = objects.into_iter().map(Explained::from).collect();
    objects.push(explained(parameters, &scaling.control));
    objects
}

/// With how to read the parameters.
fn explained(parameters: Object, control: &Control) -> Explained<Object> {
    let path: &[&str] = match control {
        Control::Linear(_) => &["data", "linear"],
        Control::Ladder(_) => &["data", "ladder"],
    };
    Explained::from(parameters).because(path, explain::parameters(control))
}

/// Exactly one key, `linear` or `ladder`, in JSON.
/// Source: pkg/autoscaler/controller/plugin/plugin.go, `EnsureController`.
fn config_map(plan: &Plan, overprovisioner: &Overprovisioner, scaling: &Scaling) -> Object {
    let (key, parameters) = match &scaling.control {
        Control::Linear(linear) => ("linear", serde_json::to_value(linear)),
        Control::Ladder(ladder) => ("ladder", serde_json::to_value(ladder)),
    };
    let parameters = parameters.expect("numbers and booleans are JSON");
    Object::ConfigMap(ConfigMap {
        metadata: metadata(
            plan,
            ID,
            &scaling.config_map,
            Some(&overprovisioner.namespace),
        ),
        data: Some(BTreeMap::from([(key.to_owned(), json_text(&parameters))])),
        ..ConfigMap::default()
    })
}

/// JSON with one parameter per line.
fn json_text(parameters: &serde_json::Value) -> String {
    let lines: Vec<String> = parameters
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("  \"{key}\": {value}"))
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn pod(
    plan: &Plan,
    autoscaler: &ProportionalAutoscaler,
    overprovisioner: &Overprovisioner,
    scaling: &Scaling,
    target: &str,
) -> PodSpec {
    let probe = http_probe("/healthz", PORT, None);
    PodSpec {
        automount_service_account_token: Some(true),
        containers: vec![Container {
            args: Some(vec![
                format!("--target=deployment/{target}"),
                format!("--namespace={}", overprovisioner.namespace),
                format!("--configmap={}", scaling.config_map),
                format!("--nodelabels={}", node_labels(plan, &scaling.counting)),
                // By default it logs to files, and its file system is read-only.
                "--logtostderr=true".to_owned(),
                "--v=2".to_owned(),
            ]),
            liveness_probe: Some(probe.clone()),
            readiness_probe: Some(probe),
            ports: Some(vec![ContainerPort {
                container_port: PORT,
                name: Some("http".to_owned()),
                ..ContainerPort::default()
            }]),
            ..container("autoscaler", &autoscaler.image, &autoscaler.resources)
        }],
        enable_service_links: Some(false),
        node_selector: Some(linux_nodes([])),
        security_context: Some(restricted_pod(USER)),
        service_account_name: Some(scaling.name.clone()),
        tolerations: api_tolerations(&plan.on_demand_tolerations),
        ..PodSpec::default()
    }
}

/// The nodes that are counted, as a label selector. All that it asks for must hold, so where Spot pools have no label in
/// common, it counts them by their names.
/// Source: kubernetes/apimachinery pkg/labels/selector.go, `Parse`.
pub(crate) fn node_labels(plan: &Plan, counting: &Target) -> String {
    match counting {
        Target::Spot => {
            if let [(key, value)] = plan.spot_labels.as_slice() {
                return format!("{key}={value}");
            }
            let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
            let names: Vec<&str> = spot.map(|pool| pool.name.as_str()).collect();
            in_pools(plan, &names)
        }
        Target::Pools(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            in_pools(plan, &names)
        }
    }
}

fn in_pools(plan: &Plan, names: &[&str]) -> String {
    let key = plan.provider.labels.pool;
    match names {
        [only] => format!("{key}={only}"),
        several => format!("{key} in ({})", several.join(",")),
    }
}
