//! Finds the pod spec of an object.

use crate::config::{CustomKind, Kind};
use crate::diagnostic::Pointer;
use crate::manifests::workload_kind;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// A pod spec and the path to it.
pub(super) struct PodSpec<'n, 's> {
    /// The kind, if it is built in.
    pub(super) kind: Option<Kind>,
    /// Each map on the path with the entry that leads on; the last entry's value is the pod spec.
    pub(super) way: Vec<(&'n Node<'s>, &'n Entry<'s>)>,
}

/// The keys that lead from an object to its pod spec, for a kind that has one.
pub(super) fn keys<'k>(
    kind: &str,
    api_version: Option<&str>,
    custom: &'k [CustomKind],
) -> Option<(Option<Kind>, Vec<&'k str>)> {
    if let Some(kind) = workload_kind(kind, api_version) {
        let keys = match kind {
            Kind::Pod => vec!["spec"],
            Kind::CronJob => vec!["spec", "jobTemplate", "spec", "template", "spec"],
            _ => vec!["spec", "template", "spec"],
        };
        return Some((Some(kind), keys));
    }
    let group = api_version?.split_once('/')?.0;
    let custom = custom
        .iter()
        .find(|custom| custom.kind.as_str() == kind && custom.group.as_str() == group)?;
    Some((None, custom.pod_spec.as_str().split('.').collect()))
}

impl<'n, 's> PodSpec<'n, 's> {
    /// The pod spec at this path. The error is the location where the path ends.
    pub(super) fn find(
        object: &'n Node<'s>,
        kind: Option<Kind>,
        keys: &[&str],
    ) -> Result<Self, Span> {
        let mut way = Vec::with_capacity(keys.len());
        let mut node = object;
        for key in keys {
            let entry = node.entry(key).ok_or(node.span)?;
            way.push((node, entry));
            node = &entry.value;
        }
        match node.value {
            Value::Mapping(_) => Ok(Self { kind, way }),
            _ => Err(node.span),
        }
    }

    /// The map that holds the pod spec, and the pod spec.
    pub(super) fn template(&self) -> (&'n Node<'s>, &'n Node<'s>) {
        let (template, entry) = self.way.last().expect("a path has at least one step");
        (template, &entry.value)
    }

    /// Its pointer, given the pointer of its object.
    pub(super) fn pointer(&self, object: Pointer) -> Pointer {
        let keys = self.way.iter().map(|(_, entry)| &entry.key);
        keys.fold(object, |pointer, key| pointer.child(key))
    }
}
