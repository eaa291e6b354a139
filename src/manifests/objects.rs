//! From documents to Kubernetes objects: lists are unwrapped, kinds are told apart.

use crate::config::Kind;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::yaml::{Node, Value};

use super::shape::{self, Reader};

/// An object, and what it calls itself.
pub(super) struct Object<'n, 's> {
    pub(super) kind: String,
    /// `apps/v1`; none where nothing says it.
    pub(super) api_version: Option<String>,
    pub(super) node: &'n Node<'s>,
}

/// Who an object is.
pub(super) struct Header {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    /// Where the name is.
    pub(super) location: Span,
}

impl Object<'_, '_> {
    pub(super) fn workload_kind(&self) -> Option<Kind> {
        workload_kind(&self.kind, self.api_version.as_deref())
    }

    /// Whether it is of this kind, in one of these API groups.
    pub(super) fn is(&self, kind: &str, groups: &[&str]) -> bool {
        self.kind == kind && in_groups(self.api_version.as_deref(), groups)
    }
}

/// The kind of workload that `kind` means in the group of `api_version`. Other groups have kinds of the same names
/// (the Job of `batch.volcano.sh`, say) that are something else.
pub(crate) fn workload_kind(kind: &str, api_version: Option<&str>) -> Option<Kind> {
    // Manifests from before Kubernetes 1.16 say `extensions`; all that is read here looked the same there.
    let (kind, groups): (Kind, &[&str]) = match kind {
        "Deployment" => (Kind::Deployment, &["apps", "extensions"]),
        "StatefulSet" => (Kind::StatefulSet, &["apps"]),
        "ReplicaSet" => (Kind::ReplicaSet, &["apps", "extensions"]),
        "ReplicationController" => (Kind::ReplicationController, &[""]),
        "DaemonSet" => (Kind::DaemonSet, &["apps", "extensions"]),
        "Job" => (Kind::Job, &["batch"]),
        "CronJob" => (Kind::CronJob, &["batch"]),
        "Pod" => (Kind::Pod, &[""]),
        "Rollout" => (Kind::Rollout, &["argoproj.io"]),
        _ => return None,
    };
    in_groups(api_version, groups).then_some(kind)
}

fn in_groups(api_version: Option<&str>, groups: &[&str]) -> bool {
    api_version.is_none_or(|api_version| {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        groups.contains(&group)
    })
}

/// The objects of one document, in their order. What does not look like an object (the values of a chart, say) is
/// skipped.
pub(super) fn unwrap<'n, 's>(
    reader: &mut Reader<'_>,
    document: &'n Node<'s>,
) -> Vec<Object<'n, 's>> {
    let mut objects = Vec::new();
    collect(reader, document, None, &mut objects);
    objects
}

/// What the items of a typed list are, as they need not say it themselves.
struct ItemType {
    kind: String,
    api_version: Option<String>,
}

fn collect<'n, 's>(
    reader: &mut Reader<'_>,
    node: &'n Node<'s>,
    inherited: Option<&ItemType>,
    objects: &mut Vec<Object<'n, 's>>,
) {
    match node.value {
        Value::Null => return,
        Value::Mapping(_) => {}
        _ => {
            let diagnostic =
                Diagnostic::error(shape::RULE, "this is not a Kubernetes manifest").at(node.span);
            reader
                .report
                .push(diagnostic.label("a map with `apiVersion` and `kind` is expected here"));
            return;
        }
    }
    reader.subject("a manifest".into());
    let looks_like_one =
        node.get("apiVersion").is_some() || node.get("metadata").is_some() || inherited.is_some();
    if !looks_like_one {
        return;
    }
    let api_version = reader
        .text(Some(node), "apiVersion")
        .or_else(|| inherited?.api_version.clone());
    let kind = reader
        .text(Some(node), "kind")
        .or_else(|| inherited.map(|item| item.kind.clone()));
    let Some(kind) = kind else {
        return;
    };
    let item_kind = kind
        .strip_suffix("List")
        .filter(|_| node.get("items").is_some());
    let Some(item_kind) = item_kind else {
        objects.push(Object {
            kind,
            api_version,
            node,
        });
        return;
    };
    let item_type = (!item_kind.is_empty()).then(|| ItemType {
        kind: item_kind.to_owned(),
        api_version,
    });
    reader.subject(kind.clone());
    // The parser limits how deep lists can lie in lists.
    for item in reader.maps(Some(node), "items") {
        collect(reader, item, item_type.as_ref(), objects);
    }
}

/// Who the object is; none, and a finding, where it does not say.
pub(super) fn header(reader: &mut Reader<'_>, object: &Object<'_, '_>) -> Option<Header> {
    let problems = reader.problems();
    let metadata = reader.map(Some(object.node), "metadata");
    let Some(name) = reader.text(metadata, "name") else {
        if reader.problems() == problems {
            nameless(reader, object, metadata);
        }
        return None;
    };
    reader.subject(format!("{} `{name}`", object.kind));
    Some(Header {
        name,
        namespace: reader.text(metadata, "namespace"),
        location: reader
            .location(metadata, "name")
            .unwrap_or(object.node.span),
    })
}

fn nameless(reader: &mut Reader<'_>, object: &Object<'_, '_>, metadata: Option<&Node<'_>>) {
    let location = reader
        .location(Some(object.node), "kind")
        .unwrap_or(object.node.span);
    let mut diagnostic = reader.problem(location, "metadata.name", "is missing");
    if let Some(location) = reader.location(metadata, "generateName") {
        diagnostic = diagnostic.at(location).label("a new name each time").help(
            "only a workload with a name of its own can be patched: leave this one out of `--from`",
        );
    }
    reader.report.push(diagnostic);
}

/// Helm runs these by itself, at its own times. It hands them to a post-renderer in version 4 only.
/// Source: <https://helm.sh/docs/topics/charts_hooks/>.
const HOOK: &str = "helm.sh/hook";
/// An input of a function, never applied. Source: <https://kpt.dev/reference/annotations/local-config/>.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Whether a workload is nobody's to place: run by Helm, no part of the cluster, or made by another workload, which
/// tells of it and nothing else does.
pub(crate) fn is_left_alone(node: &Node<'_>) -> bool {
    let annotation = |key: &str| node.at(&["metadata", "annotations", key]);
    annotation(HOOK).is_some()
        || annotation(LOCAL_CONFIG).and_then(Node::as_str) == Some("true")
        || is_made_by_a_workload(node)
}

/// Whether a workload made it: its `ReplicaSet` or `Job`, as `kubectl get all` lists them too.
fn is_made_by_a_workload(node: &Node<'_>) -> bool {
    let owners = node
        .at(&["metadata", "ownerReferences"])
        .map_or(&[][..], Node::items);
    owners.iter().any(|owner| {
        let text = |key: &str| owner.get(key).and_then(Node::as_str);
        let controls = owner
            .get("controller")
            .is_some_and(|controls| matches!(controls.value, Value::Bool(true)));
        controls
            && text("kind").is_some_and(|kind| workload_kind(kind, text("apiVersion")).is_some())
    })
}
