//! Objects that are no longer generated.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::change::Removal;
use super::former::{Former, LAST_APPLIED};
use super::object::{Identity, Objects, annotation, label};
use crate::kubernetes::{COMPONENT_LABEL, MANAGED_BY_LABEL, PART_OF_LABEL};

/// The kinds that the command of docs/operations.md prunes, and those that it adds with monitoring. A test compares them.
pub const PRUNED: &[(&str, &str)] = &[
    ("scheduling.k8s.io", "PriorityClass"),
    ("", "ServiceAccount"),
    ("", "ConfigMap"),
    ("", "Service"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("apps", "Deployment"),
    ("apps", "DaemonSet"),
    ("policy", "PodDisruptionBudget"),
    ("monitoring.coreos.com", "ServiceMonitor"),
    ("monitoring.coreos.com", "PodMonitor"),
    ("monitoring.coreos.com", "PrometheusRule"),
    ("azmonitoring.coreos.com", "ServiceMonitor"),
    ("azmonitoring.coreos.com", "PodMonitor"),
];

/// What is searched for objects that are no longer generated.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The value of the label `app.kubernetes.io/part-of`.
    pub part_of: String,
    /// The value of the label `app.kubernetes.io/managed-by`.
    pub managed_by: &'static str,
    /// The components that were chosen; none for all.
    pub components: Option<Vec<&'static str>>,
}

impl Scope {
    /// Whether an object has the labels of the output.
    fn has(&self, object: &Json) -> bool {
        let is_chosen = |component: &str| match &self.components {
            Some(chosen) => chosen.contains(&component),
            None => true,
        };
        label(object, PART_OF_LABEL) == Some(self.part_of.as_str())
            && label(object, MANAGED_BY_LABEL) == Some(self.managed_by)
            && is_chosen(label(object, COMPONENT_LABEL).unwrap_or_default())
    }
}

/// Each object that has the labels of the output and is not in it, and how it goes. `manager` is the field manager that
/// applies on the server's side.
pub(super) fn removals<'l>(
    new: &Objects,
    live: &'l Objects,
    scope: &Scope,
    manager: &str,
) -> Vec<(&'l Identity, &'l Json, Removal)> {
    let namespaces: BTreeSet<&str> = new
        .iter()
        .filter_map(|(identity, _)| identity.namespace.as_deref())
        .collect();
    let left = live.iter().filter(|(identity, object)| {
        let is_generated = |own: &&(&str, &str)| **own == key(identity);
        let is_kind = PRUNED.iter().any(|own| is_generated(&own)) || is_namespace(identity);
        is_kind && new.get(identity).is_none() && scope.has(object)
    });
    left.filter_map(|(identity, object)| {
        let removal = match Former::of(object, manager) {
            Former::Whole => Removal::NoLongerGenerated,
            Former::Unknown if is_controlled(object) => return None,
            _ => removal(identity, object, &namespaces),
        };
        Some((identity, object, removal))
    })
    .collect()
}

/// A prune looks at labels, at the annotation and at namespaces, and at no owner.
/// Source: kubernetes/kubectl pkg/cmd/apply/prune.go, `pruneAll` and `prune`.
fn removal(identity: &Identity, object: &Json, namespaces: &BTreeSet<&str>) -> Removal {
    let namespace = identity.namespace.as_deref();
    if is_namespace(identity) {
        Removal::Left("a prune leaves namespaces, since everything in them would go")
    } else if annotation(object, LAST_APPLIED).is_none() {
        Removal::Left(
            "a prune leaves it, since `kubectl apply` did not make it on the client's side",
        )
    } else if namespace.is_some_and(|own| !namespaces.contains(own)) {
        Removal::Left("a prune leaves it, since the output has no other object in its namespace")
    } else {
        Removal::Pruned
    }
}

fn key(identity: &Identity) -> (&str, &str) {
    (&identity.group, &identity.kind)
}

fn is_namespace(identity: &Identity) -> bool {
    key(identity) == ("", "Namespace")
}

/// Whether a controller made it, with the labels of what it made it for. What was applied has another maker, even if it has
/// an owner too.
fn is_controlled(object: &Json) -> bool {
    let owners = object.pointer("/metadata/ownerReferences");
    owners
        .and_then(Json::as_array)
        .is_some_and(|owners| !owners.is_empty())
}
