//! A workload's manifest → what it says.

use std::sync::Arc;

use crate::config::Kind;
use crate::kinds::PlacementFields;
use crate::kubernetes::{LabelSelector, Labels, NODE_NOT_READY, NODE_UNREACHABLE, REQUIRED};
use crate::source::Span;
use crate::values::IntOrPercent;
use crate::yaml::Node;

use super::claims::{self, Claimed};
use super::facts::Facts;
use super::known::Known;
use super::manifest_workload::{ManifestWorkload, ScaledBy, WorkloadLocations};
use super::objects::{Header, Object};
use super::placement::ExistingPlacement;
use super::requests::{ContainerDefaults, PodRequests};
use super::shape::{self, COUNT, Reader};
use super::unread::Fact;
use super::wanted::Wanted;
use super::{
    gpus, jobs, manifest_placeholder, objects, programs, refused_toleration, requests, serving,
    unsupported_values, written_tolerations,
};

/// The grace period of a pod that sets none, in seconds.
const KUBERNETES_GRACE: i64 = 30;

/// None where it cannot be read which pods it has, or how they are made. What cannot be read of other facts is reported, and
/// they are left out.
pub(super) fn read(
    reader: &mut Reader<'_>,
    (object, known): (&Object<'_, '_>, Known<'_>),
    kind: Kind,
    header: Header,
    wanted: Wanted,
) -> Option<(ManifestWorkload, Vec<Claimed>, PodRequests)> {
    let whole = known.node.as_ref().unwrap_or(object.node);
    let node = Some(whole);
    let metadata = shape::present(node, "metadata");
    let problems = reader.problems();
    let mut facts = Facts::new(known.unread);
    let spec = controller_spec(reader, whole, kind);
    let template = match kind {
        Kind::Pod => node,
        _ => reader.map(spec, "template"),
    };
    let pod_metadata = reader.map(template, "metadata");
    let pod = reader.map(template, "spec");
    if pod.is_none() && reader.problems() == problems {
        let key = if kind == Kind::Pod {
            "spec"
        } else {
            "template.spec"
        };
        let diagnostic = reader.problem(header.location, key, "is missing");
        reader.report.push(diagnostic);
    }
    let pod_labels = reader.labels(pod_metadata, "labels");
    let replicas_key = replicas_key(kind);
    let volumes = reader.maps(pod, "volumes");
    let claim_templates = reader.maps(spec, "volumeClaimTemplates");
    let grace = facts.read(reader, Fact::Grace, |reader| grace(reader, pod));
    let requests = facts.read(reader, Fact::Requests, |reader| {
        PodRequests::read(reader, pod)
    });
    let locations = locations(reader, (spec, pod), replicas_key, &header, &requests);
    let replicas = facts.read(reader, Fact::Replicas, |reader| {
        replicas_key.map(|key| reader.integer(spec, key, &COUNT).unwrap_or(1))
    });
    let missing_in_rollout = facts.read(reader, Fact::Rollout, |reader| {
        missing_in_rollout(reader, spec, kind)
    });
    let priority_class = facts.read(reader, Fact::Priority, |reader| {
        reader.text(pod, "priorityClassName")
    });
    let (existing, node_selector) = facts.read(reader, Fact::Placement, |reader| {
        let written = written_pod(object.node, kind);
        (
            ExistingPlacement::read_with_lists(reader, pod, written),
            reader.labels(pod, "nodeSelector"),
        )
    });
    let is_known = |fact: Fact| !facts.unread.has(fact);
    let claimed = claims::claimed(reader, &claim_templates, &volumes);
    let found = ManifestWorkload {
        number: 0,
        kind,
        labels: reader.labels(metadata, "labels"),
        annotations: reader.labels(metadata, "annotations"),
        selector: selector(reader, spec, kind, &pod_labels),
        whole_selector: whole_selector(spec, kind),
        pod_labels,
        pod_annotations: reader.labels(pod_metadata, "annotations"),
        replicas: replicas
            .map(|count| at_most_completions(count, spec, kind))
            .filter(|_| is_known(Fact::Replicas)),
        missing_in_rollout: missing_in_rollout.filter(|_| is_known(Fact::Rollout)),
        states_replicas: replicas_key.is_some_and(|key| shape::present(spec, key).is_some()),
        autoscaling: None,
        scaled_by: ScaledBy::default(),
        requests: requests
            .total(ContainerDefaults::default())
            .filter(|_| is_known(Fact::Requests)),
        gpu: gpus::gpu(pod),
        gpus: gpus::count(pod),
        priority_class,
        priority: None,
        termination_grace_period_seconds: grace,
        asked_grace: asked_grace(object.node, grace),
        serving: serving::read(pod),
        job: failures(kind, spec, (pod, header.location)),
        local_storage: volumes.iter().any(|volume| is_local(volume)),
        host_path: volumes.iter().any(|volume| is_host_path(volume)),
        storage: Vec::new(),
        existing: Arc::new(existing),
        node_selector,
        tolerations: written_tolerations::read(pod),
        refused_tolerations: refused_toleration::read(pod),
        unsupported_values: unsupported_values::of_workload(object.node, kind, reader.later),
        values: Vec::new(),
        values_at: None,
        placeholder: manifest_placeholder::read(kind, pod),
        original: (wanted.originals && kind == Kind::Deployment)
            .then(|| Arc::new(object.node.to_json())),
        program: programs::read(reader, shape::present(node, "spec"), pod, wanted),
        location: reader.location(node, "kind").unwrap_or(header.location),
        locations: WorkloadLocations {
            class: objects::class_location(object.node),
            ..locations
        },
        is_generated: header.is_generated,
        name: header.name,
        namespace: header.namespace,
        unread: facts.unread,
    };
    (reader.problems() - problems == facts.problems).then_some((found, claimed, requests))
}

/// The key of the number of its pods; none where nobody states it.
fn replicas_key(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::DaemonSet | Kind::Pod => None,
        Kind::Job | Kind::CronJob => Some("parallelism"),
        _ => Some("replicas"),
    }
}

/// Where its facts are, but for its class.
fn locations(
    reader: &Reader<'_>,
    (spec, pod): (Option<&Node<'_>>, Option<&Node<'_>>),
    replicas_key: Option<&str>,
    header: &Header,
    needed: &PodRequests,
) -> WorkloadLocations {
    let location = |parent, key: &str| reader.location(parent, key).unwrap_or(header.location);
    WorkloadLocations {
        name: header.location,
        selector: location(spec, "selector"),
        replicas: location(spec, replicas_key.unwrap_or_default()),
        nodes: nodes_location(reader, pod).unwrap_or(header.location),
        requests: requests::location(reader, pod, needed).unwrap_or(header.location),
        grace: location(pod, "terminationGracePeriodSeconds"),
        node_loss: node_loss_location(reader, pod).unwrap_or(header.location),
        class: None,
        autoscaling: header.location,
    }
}

/// The pod spec as it is written.
fn written_pod<'n, 's>(object: &'n Node<'s>, kind: Kind) -> Option<&'n Node<'s>> {
    let path: &[&str] = match kind {
        Kind::Pod => &["spec"],
        Kind::CronJob => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    object.at(path)
}

fn grace(reader: &mut Reader<'_>, pod: Option<&Node<'_>>) -> Option<i64> {
    reader.integer(pod, "terminationGracePeriodSeconds", &(0..=i64::MAX))
}

/// The default of Kubernetes is in every object that the API server gives back, and nobody's choice there. Such an object
/// has an identity, which no author writes.
/// Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_PodSpec`; kubernetes/apimachinery
/// pkg/apis/meta/v1/types.go, `uid`: "Populated by the system. Read-only."
fn asked_grace(object: &Node<'_>, grace: Option<i64>) -> Option<i64> {
    let is_given_back = object.at(&["metadata", "uid"]).is_some();
    grace.filter(|seconds| *seconds != KUBERNETES_GRACE || !is_given_back)
}

fn nodes_location(reader: &Reader<'_>, pod: Option<&Node<'_>>) -> Option<Span> {
    let affinity = pod.and_then(|pod| pod.at(&["affinity", "nodeAffinity"]));
    let by_affinity = reader.location(affinity, REQUIRED);
    reader.location(pod, "nodeSelector").or(by_affinity)
}

/// How it takes failures, if it is a Job or makes some.
fn failures(
    kind: Kind,
    spec: Option<&Node<'_>>,
    (pod, location): (Option<&Node<'_>>, Span),
) -> Option<jobs::JobFailures> {
    let spec = spec.filter(|_| kind.is_job());
    spec.map(|spec| jobs::read(spec, pod, location))
}

/// The longest `tolerationSeconds` for a lost node that counts, or a toleration of one that has no end. Of each taint, the
/// first toleration counts.
fn node_loss_location(reader: &Reader<'_>, pod: Option<&Node<'_>>) -> Option<Span> {
    let items = pod?.get("tolerations")?.items();
    let text = |item: &Node<'_>, key: &str| {
        let text = item.get(key).and_then(Node::as_str).map(str::to_owned);
        text.filter(|text| !text.is_empty())
    };
    let counting = |taint: &str| {
        items.iter().find(|item| {
            text(item, "key").is_none_or(|key| key == taint)
                && text(item, "effect").is_none_or(|effect| effect == "NoExecute")
        })
    };
    let of_node_loss = [NODE_NOT_READY, NODE_UNREACHABLE].into_iter();
    let of_node_loss = of_node_loss.filter_map(counting);
    let longest = of_node_loss.max_by_key(|item| {
        let seconds = item.get("tolerationSeconds").and_then(Node::as_i64);
        seconds.unwrap_or(i64::MAX)
    })?;
    let seconds = reader.location(Some(longest), "tolerationSeconds");
    let mut parts = ["key", "operator"].into_iter();
    seconds.or_else(|| parts.find_map(|part| reader.location(Some(longest), part)))
}

/// A Job has no more pods than it still needs.
/// Source: kubernetes/kubernetes `pkg/controller/job/job_controller.go`, `manageJob`.
fn at_most_completions(parallelism: i64, spec: Option<&Node<'_>>, kind: Kind) -> i64 {
    let completions = shape::present(spec, "completions").filter(|_| kind.is_job());
    let completions = completions.and_then(Node::as_i64);
    completions.map_or(parallelism, |most| parallelism.min(most))
}

/// Source: kubernetes/kubernetes pkg/apis/apps/v1/defaults.go, `SetDefaults_Deployment`: a quarter.
fn missing_in_rollout(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    kind: Kind,
) -> Option<IntOrPercent> {
    let strategy = reader.map(spec, "strategy");
    let is_recreate = reader.text(strategy, "type").as_deref() == Some("Recreate");
    if kind != Kind::Deployment || is_recreate {
        return None;
    }
    let rolling = reader.map(strategy, "rollingUpdate");
    let declared = reader.int_or_percent(rolling, "maxUnavailable");
    Some(declared.unwrap_or(IntOrPercent::Percent(25)))
}

/// The `spec` that holds the pod template.
fn controller_spec<'n, 's>(
    reader: &mut Reader<'_>,
    node: &'n Node<'s>,
    kind: Kind,
) -> Option<&'n Node<'s>> {
    let spec = reader.map(Some(node), "spec");
    if kind != Kind::CronJob {
        return spec;
    }
    let job = reader.map(spec, "jobTemplate");
    reader.map(job, "spec")
}

fn selector(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    kind: Kind,
    pod_labels: &Labels,
) -> Option<Labels> {
    let is_absent = shape::present(spec, "selector").is_none();
    let labels = match kind {
        // Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`SetDefaults_ReplicationController`).
        Kind::ReplicationController => {
            let labels = reader.labels(spec, "selector");
            if labels.is_empty() {
                pod_labels.clone()
            } else {
                labels
            }
        }
        Kind::Pod => pod_labels.clone(),
        // The selector that the API server makes up is of an identity that no manifest knows.
        Kind::Job | Kind::CronJob if is_absent => pod_labels.clone(),
        _ => LabelSelector::read(reader, spec, "selector")?.match_labels,
    };
    Some(labels).filter(|labels| !labels.is_empty())
}

/// What is wrong with it is reported where its labels are read.
fn whole_selector(spec: Option<&Node<'_>>, kind: Kind) -> Option<LabelSelector> {
    let has_one = matches!(
        kind,
        Kind::Deployment | Kind::Rollout | Kind::ReplicaSet | Kind::StatefulSet
    );
    let node = shape::present(spec, "selector").filter(|_| has_one)?;
    LabelSelector::read_leniently(node).filter(|selector| !selector.is_empty())
}

/// Whether a volume is on the node: an `emptyDir` or a `hostPath`.
///
/// Source: kubernetes-sigs/descheduler pkg/utils/pod.go (`IsPodWithLocalStorage`). A volume without a source is an
/// `emptyDir`: kubernetes/kubernetes pkg/apis/core/v1/defaults.go (`SetDefaults_Volume`).
fn is_local(volume: &Node<'_>) -> bool {
    let mut sources = volume
        .entries()
        .iter()
        .filter(|entry| entry.key != "name" && !entry.value.is_null())
        .peekable();
    sources.peek().is_none()
        || sources.any(|entry| matches!(entry.key.as_ref(), "emptyDir" | "hostPath"))
}

fn is_host_path(volume: &Node<'_>) -> bool {
    volume
        .get("hostPath")
        .is_some_and(|source| !source.is_null())
}

/// What placing pods needs to know of the workload that makes them.
#[derive(Debug)]
pub struct Placeable {
    /// The labels that its selector wants; none where it has only expressions.
    pub selector: Option<Labels>,
    pub existing: ExistingPlacement,
    /// Empty for kinds of operators.
    pub node_selector: Labels,
    pub termination_grace_period_seconds: Option<i64>,
    /// The same, where its author wrote it.
    pub asked_grace: Option<i64>,
    /// Where it is written, if it is.
    pub grace_location: Option<Span>,
}

/// Where the pods of a workload are described.
#[derive(Clone, Copy, Debug)]
pub struct PodsAt<'a, 's> {
    /// None for a kind that is not ours to know.
    pub(crate) kind: Option<Kind>,
    /// The map that has the pod spec, and the pod spec: none if the manifest leaves it out.
    pub(crate) template: Option<&'a Node<'s>>,
    pub(crate) pod: Option<&'a Node<'s>>,
    pub(crate) fields: &'a PlacementFields<'a>,
}

/// Reads only that.
pub(super) fn placeable(
    reader: &mut Reader<'_>,
    object: &Node<'_>,
    at: PodsAt<'_, '_>,
) -> Placeable {
    let pod_metadata = reader.map(at.template, "metadata");
    let pod_labels = reader.labels(pod_metadata, "labels");
    let selector = match at.kind {
        Some(kind) => {
            let spec = controller_spec(reader, object, kind);
            selector(reader, spec, kind, &pod_labels)
        }
        None => custom_selector(reader, object, pod_labels),
    };
    let grace = at.fields.grace.as_deref().and_then(<[_]>::split_last);
    let (grace, grace_location) = match grace {
        Some((key, way)) => {
            let parent = reader.map_at(at.pod, Some(way));
            let seconds = reader.integer(parent, key, &(0..=i64::MAX));
            (seconds, reader.location(parent, key))
        }
        None => (None, None),
    };
    let own_pod = at.pod.filter(|_| at.kind.is_some());
    Placeable {
        selector,
        node_selector: reader.labels(own_pod, "nodeSelector"),
        existing: ExistingPlacement::read(reader, at.pod, at.fields),
        termination_grace_period_seconds: grace,
        asked_grace: asked_grace(object, grace),
        grace_location,
    }
}

/// Operators call it as Kubernetes does, or select by the labels of the pods.
fn custom_selector(
    reader: &mut Reader<'_>,
    object: &Node<'_>,
    pod_labels: Labels,
) -> Option<Labels> {
    let declared = object
        .at(&["spec", "selector"])
        .filter(|selector| selector.get("matchLabels").is_some());
    let labels = match declared {
        Some(selector) => reader.labels(Some(selector), "matchLabels"),
        None => pod_labels,
    };
    Some(labels).filter(|labels| !labels.is_empty())
}
