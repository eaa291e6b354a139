//! The objects of placeholder pods.

use crate::components::{ComponentId, Explained, System};
use std::collections::BTreeMap;

use indexmap::IndexMap;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy};
use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm,
    PodAntiAffinity, PodSpec,
};
use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::explain;
use crate::components::controller::ContainerResources;
use crate::components::objects::{
    container, metadata, pod_labels, service_account, system_namespace,
};
use crate::components::overprovisioner::{Overprovisioner, Placeholder, Target};
use crate::components::placement::{among, only_on_spot};
use crate::config::{Capacity, OsType, PlaceholderSpread};
use crate::kubernetes::{
    HOSTNAME, Labels, Object, api_tolerations, linux_nodes, match_labels, pod_template,
    restricted_pod,
};
use crate::plan::{NodePool, Plan};

const ID: ComponentId = ComponentId::Overprovisioner;
/// The user of the pause image. Source: kubernetes/kubernetes build/pause/Dockerfile.
pub(crate) const USER: i64 = 65535;

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let plan = &system.plan;
    let Some(overprovisioner) = &system.overprovisioner else {
        return Vec::new();
    };
    let mut objects = Vec::new();
    if overprovisioner.create_namespace {
        objects.push(system_namespace(system, &overprovisioner.namespace).into());
    }
    for class in priority_classes(overprovisioner) {
        objects.push(
            Explained::from(priority_class(plan, class))
                .because(["value"], explain::priority(class))
                .because(["value"], explain::order(class, overprovisioner)),
        );
    }
    let (name, namespace) = (&overprovisioner.name, &overprovisioner.namespace);
    objects.push(service_account(plan, ID, name, namespace).into());
    objects.extend(overprovisioner.placeholders.iter().map(|placeholder| {
        // Replicas that an autoscaler controls are not written.
        let replicas: &[&str] = match placeholder.replicas {
            Some(_) => &["spec", "replicas"],
            None => &["spec"],
        };
        let size = explain::size(plan, placeholder);
        Explained::from(deployment(plan, overprovisioner, placeholder))
            .because(replicas, explain::autoscaler(placeholder))
            .because(replicas, explain::count(plan, placeholder))
            .because(
                ["spec", "template", "spec", "containers", "resources"],
                size,
            )
    }));
    objects
}

/// Each priority class once, by name.
fn priority_classes(
    overprovisioner: &Overprovisioner,
) -> impl Iterator<Item = &super::PriorityClass> {
    let by_name: BTreeMap<&str, &super::PriorityClass> = overprovisioner
        .placeholders
        .iter()
        .map(|placeholder| {
            (
                placeholder.priority_class.name.as_str(),
                &placeholder.priority_class,
            )
        })
        .collect();
    by_name.into_values()
}

fn priority_class(plan: &Plan, class: &super::PriorityClass) -> Object {
    Object::PriorityClass(PriorityClass {
        metadata: metadata(plan, ID, &class.name, None),
        value: Some(class.value),
        // `false` is not written: the API server does not store it, so every client-side apply would see a change, and
        // another field manager a conflict.
        // Source: kubernetes/api scheduling/v1/types.go, `GlobalDefault`: `omitempty`.
        global_default: None,
        // A placeholder reserves free capacity and never displaces other pods.
        preemption_policy: Some("Never".to_owned()),
        description: Some(
            "Placeholder pods, which any pod of a higher priority may preempt.".to_owned(),
        ),
    })
}

/// The labels that identify a placeholder's pods.
pub fn placeholder_labels(overprovisioner: &Overprovisioner, placeholder: &Placeholder) -> Labels {
    pod_labels(ID, &overprovisioner.deployment(placeholder))
}

fn deployment(plan: &Plan, overprovisioner: &Overprovisioner, placeholder: &Placeholder) -> Object {
    let name = overprovisioner.deployment(placeholder);
    let labels = pod_labels(ID, &name);
    Object::Deployment(Box::new(Deployment {
        metadata: metadata(plan, ID, &name, Some(&overprovisioner.namespace)),
        spec: DeploymentSpec {
            // Omitted if an autoscaler controls them: every apply would undo its scaling.
            replicas: placeholder.replicas,
            selector: match_labels(labels.clone()),
            // A rolling update would need capacity for two generations of placeholders.
            strategy: Some(DeploymentStrategy {
                type_: Some("Recreate".to_owned()),
                ..DeploymentStrategy::default()
            }),
            template: pod_template(
                labels.clone(),
                None,
                pod(plan, overprovisioner, placeholder, labels),
            ),
            ..DeploymentSpec::default()
        },
        ..Deployment::default()
    }))
}

/// The pods of one placeholder.
pub(crate) fn pod_of(
    plan: &Plan,
    overprovisioner: &Overprovisioner,
    placeholder: &Placeholder,
) -> PodSpec {
    let labels = pod_labels(ID, &overprovisioner.deployment(placeholder));
    pod(plan, overprovisioner, placeholder, labels)
}

fn pod(
    plan: &Plan,
    overprovisioner: &Overprovisioner,
    placeholder: &Placeholder,
    labels: Labels,
) -> PodSpec {
    let (node_selector, node_affinity) = pin(plan, &placeholder.target);
    let is_alone = placeholder.spread == PlaceholderSpread::OnePerNode;
    PodSpec {
        affinity: affinity(node_affinity, is_alone.then_some(labels)),
        automount_service_account_token: Some(false),
        containers: vec![container(
            "pause",
            &overprovisioner.image,
            &resources(placeholder),
        )],
        enable_service_links: Some(false),
        node_selector: Some(node_selector).filter(|selector| !selector.is_empty()),
        priority_class_name: Some(placeholder.priority_class.name.clone()),
        security_context: Some(restricted_pod(USER)),
        service_account_name: Some(overprovisioner.name.clone()),
        // The capacity is needed at once, and there is no work to finish.
        termination_grace_period_seconds: Some(0),
        tolerations: api_tolerations(&placeholder.tolerations),
        ..PodSpec::default()
    }
}

/// The resources of one placeholder; limits are equal to requests.
pub(crate) fn resources(placeholder: &Placeholder) -> ContainerResources {
    let amounts = IndexMap::from([
        ("cpu", placeholder.requests.cpu.clone()),
        ("memory", placeholder.requests.memory.clone()),
    ]);
    ContainerResources {
        requests: amounts.clone(),
        limits: amounts,
    }
}

/// The affinity of placeholders; with the labels `alone`, a node runs only one of them.
pub(crate) fn affinity(node: Option<NodeAffinity>, alone: Option<Labels>) -> Option<Affinity> {
    let affinity = Affinity {
        node_affinity: node,
        pod_anti_affinity: alone.map(one_per_node),
        ..Affinity::default()
    };
    Some(affinity).filter(|affinity| *affinity != Affinity::default())
}

/// Pins placeholders to their target nodes: by a node selector if labels suffice, else by required affinity.
pub(crate) fn pin(
    plan: &Plan,
    target: &Target,
) -> (BTreeMap<String, String>, Option<NodeAffinity>) {
    let only = |(key, value): (&str, &str)| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    let is_windows =
        |pool: &NodePool| pool.capacity == Capacity::Spot && pool.os_type == OsType::Windows;
    match target {
        Target::Spot => {
            let (mut labels, affinity) = only_on_spot(plan);
            if plan.node_pools.iter().any(is_windows) {
                labels.extend(linux_nodes([]));
            }
            (labels, affinity)
        }
        // Named pools are Linux pools.
        Target::Pools(names) => match names.as_slice() {
            [name] => (only((plan.provider.labels.pool, name)), None),
            several => (
                BTreeMap::new(),
                Some(in_pools(plan.provider.labels.pool, several)),
            ),
        },
    }
}

fn in_pools(key: &str, names: &[String]) -> NodeAffinity {
    among(vec![NodeSelectorTerm {
        match_expressions: Some(vec![NodeSelectorRequirement {
            key: key.to_owned(),
            operator: "In".to_owned(),
            values: Some(names.to_vec()),
        }]),
        ..NodeSelectorTerm::default()
    }])
}

fn one_per_node(labels: Labels) -> PodAntiAffinity {
    PodAntiAffinity {
        required_during_scheduling_ignored_during_execution: Some(vec![PodAffinityTerm {
            label_selector: Some(match_labels(labels)),
            topology_key: HOSTNAME.to_owned(),
            ..PodAffinityTerm::default()
        }]),
        ..PodAntiAffinity::default()
    }
}
