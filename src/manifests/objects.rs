//! From documents to Kubernetes objects: lists are unwrapped, kinds are told apart.

use crate::config::Kind;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::yaml::{Flat, Node, Scalar, Value};

use super::shape::{self, Reader};

/// An object, with its kind and API version.
pub(super) struct Object<'n, 's> {
    pub(super) kind: String,
    /// Such as `apps/v1`. `None` if it is not declared.
    pub(super) api_version: Option<String>,
    pub(super) node: &'n Node<'s>,
}

/// The identity of an object.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    /// Whether the API server completes the name, to a new one each time.
    pub(super) is_generated: bool,
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

/// The kind of workload that `kind` is in the API group of `api_version`. Other groups have different kinds with the
/// same names, such as the Job of `batch.volcano.sh`.
pub(crate) fn workload_kind(kind: &str, api_version: Option<&str>) -> Option<Kind> {
    // Manifests from before Kubernetes 1.16 use `extensions`. The fields that are read here are the same there.
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

/// The objects of one document, in order. Anything that does not look like an object, such as the values of a chart, is
/// skipped.
pub(super) fn unwrap<'n, 's>(
    reader: &mut Reader<'_>,
    document: &'n Node<'s>,
) -> Vec<Object<'n, 's>> {
    let mut objects = Vec::new();
    collect(reader, document, None, &mut objects);
    objects
}

/// Whether one of the objects of a document is a workload.
pub(super) fn holds_workload(document: &Node<'_>) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::as_str);
    let kind = text("kind").unwrap_or_default();
    let items = document.get("items").map_or(&[][..], Node::items);
    workload_kind(kind, text("apiVersion")).is_some()
        || kind
            .strip_suffix("List")
            .is_some_and(|kind| workload_kind(kind, text("apiVersion")).is_some())
        || items.iter().any(holds_workload)
}

/// The type of the items of a typed list, which need not declare it themselves.
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
    // The parser limits how deep lists can nest.
    for item in reader.maps(Some(node), "items") {
        collect(reader, item, item_type.as_ref(), objects);
    }
}

/// The identity of the object. Reports a problem and returns `None` if it has no name.
pub(super) fn header(reader: &mut Reader<'_>, object: &Object<'_, '_>) -> Option<Header> {
    let problems = reader.problems();
    let metadata = reader.map(Some(object.node), "metadata");
    let own = reader.text(metadata, "name");
    let is_generated = own.is_none();
    let key = if is_generated { "generateName" } else { "name" };
    let Some(name) = own.or_else(|| reader.text(metadata, "generateName")) else {
        if reader.problems() == problems {
            let location = reader
                .location(Some(object.node), "kind")
                .unwrap_or(object.node.span);
            let diagnostic = reader.problem(location, "metadata.name", "is missing");
            reader.report.push(diagnostic);
        }
        return None;
    };
    reader.subject(format!("{} `{name}`", object.kind));
    Some(Header {
        name,
        namespace: reader.text(metadata, "namespace"),
        is_generated,
        location: reader.location(metadata, key).unwrap_or(object.node.span),
    })
}

/// Helm runs hooks by itself, at its own times. Only Helm 4 passes them to a post-renderer.
/// Source: <https://helm.sh/docs/topics/charts_hooks/>.
const HOOK: &str = "helm.sh/hook";
/// An input of a function, which is never applied. Source: <https://kpt.dev/reference/annotations/local-config/>.
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// The annotation by which a workload selects its class.
pub(crate) const CLASS_ANNOTATION: &str = "spotgen.dev/class";

/// The value of that annotation, if there is one.
pub(crate) fn class_location(object: &Node<'_>) -> Option<Span> {
    let value = object.at(&["metadata", "annotations", CLASS_ANNOTATION])?;
    Some(value.span)
}

/// How a strategic merge patch says what becomes of the object below it. Source: kubernetes/kubernetes
/// staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, `directiveMarker`.
const PATCH_DIRECTIVE: &str = "$patch";

/// Whether a workload must not be patched: Helm runs it, it is never applied, another workload creates it, or it is a
/// patch of another one.
pub(crate) fn is_left_alone(node: &Node<'_>) -> bool {
    let annotation = |key: &str| node.at(&["metadata", "annotations", key]);
    annotation(HOOK).is_some()
        || annotation(LOCAL_CONFIG).and_then(Node::as_str) == Some("true")
        || is_made_by_a_workload(node)
        || node.get(PATCH_DIRECTIVE).is_some()
}

/// The same of an object whose metadata are lines: among those are no owners.
pub(crate) fn is_left_alone_by(metadata: &Flat<'_>) -> bool {
    let annotations = metadata.within("annotations");
    annotations.get(HOOK).is_some()
        || annotations.get(LOCAL_CONFIG).and_then(Scalar::as_str) == Some("true")
}

/// Whether another workload created it, such as a `ReplicaSet` or `Job` that `kubectl get all` lists too.
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
