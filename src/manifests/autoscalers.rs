//! The autoscalers in the manifests: `HorizontalPodAutoscaler` and KEDA's `ScaledObject`.

use foldhash::{HashMap, HashMapExt as _};

use super::manifest_workload::{ManifestWorkload, ScaledBy};
use super::objects::{Header, Object, workload_kind};
use super::scaled_object;
use super::shape::{self, COUNT, Reader};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::source::Span;
use crate::yaml::Node;

/// Source: kedacore/keda `apis/keda/v1alpha1/scaledobject_types.go` (`defaultHPAMaxReplicas`).
const KEDA_MAX: i64 = 100;

/// An autoscaler of a workload.
pub(super) struct Autoscaler {
    target: (Kind, String),
    namespace: Option<String>,
    range: (i64, i64),
    /// A `ScaledObject` creates a `HorizontalPodAutoscaler` of its own. It takes precedence, since it can scale to 0.
    is_keda: bool,
    counts_pods: bool,
    /// The location of the range, or else of the name.
    location: Span,
    name: Span,
}

impl Autoscaler {
    /// Makes it scale the workload that a Rollout refers to, if it scales that Rollout.
    pub(super) fn retarget(&mut self, rollout: &Header, workload: &(Kind, String)) {
        let is_of_rollout = self.target == (Kind::Rollout, rollout.name.clone())
            && (self.namespace == rollout.namespace || self.namespace.is_none());
        if is_of_rollout {
            self.target = workload.clone();
            self.namespace.clone_from(&rollout.namespace);
        }
    }
}

pub(super) fn is_one(object: &Object<'_, '_>) -> bool {
    object.is("HorizontalPodAutoscaler", &["autoscaling", "extensions"])
        || object.is("ScaledObject", &["keda.sh"])
}

/// Reads an autoscaler. `None` if its target is not a workload, or if it cannot be read.
pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: Header,
) -> Option<Autoscaler> {
    let is_keda = object.kind == "ScaledObject";
    let spec = reader.map(Some(object.node), "spec");
    let target = target(reader, spec, is_keda, header.location)?;
    let (min_key, max_key) = if is_keda {
        ("minReplicaCount", "maxReplicaCount")
    } else {
        ("minReplicas", "maxReplicas")
    };
    let min = number(
        reader,
        spec,
        min_key,
        Some(i64::from(!is_keda)),
        header.location,
    )?;
    let max = number(
        reader,
        spec,
        max_key,
        is_keda.then_some(KEDA_MAX),
        header.location,
    )?;
    let location = [max_key, min_key]
        .iter()
        .find_map(|key| reader.location(spec, key));
    let location = location.unwrap_or(header.location);
    if min > max {
        let problem = format!("must be at least `{min_key}`, which is {min}");
        let diagnostic = reader.problem(location, max_key, &problem);
        reader.report.push(diagnostic);
        return None;
    }
    Some(Autoscaler {
        target,
        namespace: header.namespace,
        range: (min, max),
        is_keda,
        counts_pods: if is_keda {
            scaled_object::counts_pods(spec)
        } else {
            counts_pods(reader, spec)
        },
        location,
        name: header.location,
    })
}

/// Whether it goes by the pods that the selector of its target matches. It does not if it shares out a value from
/// elsewhere: then it goes by the replicas of its target.
/// Source: kubernetes/kubernetes `pkg/controller/podautoscaler/replica_calculator.go`, `GetExternalPerPodMetricReplicas`
/// and `GetObjectPerPodMetricReplicas`.
fn counts_pods(reader: &mut Reader<'_>, spec: Option<&Node<'_>>) -> bool {
    let is_shared_out = |metric: &&Node<'_>| {
        let metric = metric.get("external").or_else(|| metric.get("object"));
        let target = metric.and_then(|metric| metric.get("target"));
        target.is_some_and(|target| target.get("averageValue").is_some())
    };
    // Without metrics it goes by the CPU of the pods.
    let metrics = reader.maps(spec, "metrics");
    metrics.is_empty() || !metrics.iter().all(is_shared_out)
}

/// The workload that it scales. `None`, without a finding, if it scales something else.
fn target(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    is_keda: bool,
    name: Span,
) -> Option<(Kind, String)> {
    let problems = reader.problems();
    let target = reader.map(spec, "scaleTargetRef");
    let api_version = reader.text(target, "apiVersion");
    let kind = reader
        .text(target, "kind")
        .or(is_keda.then(|| "Deployment".to_owned()));
    let target_name = reader.text(target, "name");
    let (Some(kind), Some(target_name)) = (kind, target_name) else {
        if reader.problems() == problems {
            let location = reader.location(spec, "scaleTargetRef").unwrap_or(name);
            let diagnostic = reader.problem(
                location,
                "scaleTargetRef",
                "must have a `kind` and a `name`",
            );
            reader.report.push(diagnostic);
        }
        return None;
    };
    Some((workload_kind(&kind, api_version.as_deref())?, target_name))
}

fn number(
    reader: &mut Reader<'_>,
    spec: Option<&Node<'_>>,
    key: &str,
    default: Option<i64>,
    name: Span,
) -> Option<i64> {
    if shape::present(spec, key).is_some() {
        return reader.integer(spec, key, &COUNT);
    }
    if default.is_none() {
        let diagnostic = reader.problem(name, key, "is missing");
        reader.report.push(diagnostic);
    }
    default
}

/// Gives every workload the range of its autoscaler.
pub(super) fn attach(
    workloads: &mut [ManifestWorkload],
    autoscalers: &[Autoscaler],
    report: &mut Report,
) {
    // The autoscaler that each workload has so far.
    let mut taken: Vec<Option<&Autoscaler>> = vec![None; workloads.len()];
    let mut by_name: HashMap<(Kind, String), Vec<usize>> = HashMap::new();
    for (at, workload) in workloads.iter().enumerate() {
        let name = (workload.kind, workload.name.clone());
        by_name.entry(name).or_default().push(at);
    }
    for autoscaler in autoscalers {
        let candidates = by_name.get(&autoscaler.target);
        let candidates = candidates.map(Vec::as_slice).unwrap_or_default();
        let Some(at) = scaled(workloads, candidates, autoscaler) else {
            continue;
        };
        match taken[at] {
            Some(first) if first.is_keda == autoscaler.is_keda => {
                report.push(contradiction(&workloads[at], first, autoscaler));
            }
            Some(first) if first.is_keda => {}
            _ => taken[at] = Some(autoscaler),
        }
    }
    for (workload, autoscaler) in workloads.iter_mut().zip(taken) {
        if let Some(autoscaler) = autoscaler {
            workload.autoscaling = Some(autoscaler.range);
            workload.scaled_by = if autoscaler.counts_pods {
                ScaledBy::Pods
            } else {
                ScaledBy::Others
            };
            workload.locations.autoscaling = autoscaler.location;
        }
    }
}

/// The workload that is scaled, among those of the kind and name that the autoscaler refers to. Charts often set the
/// namespace in some templates only: if one side has none, the namespace of the other counts, as long as only one
/// workload matches.
fn scaled(
    workloads: &[ManifestWorkload],
    candidates: &[usize],
    autoscaler: &Autoscaler,
) -> Option<usize> {
    let exact = candidates
        .iter()
        .find(|&&at| workloads[at].namespace == autoscaler.namespace);
    exact.copied().or_else(|| {
        let mut loose = candidates
            .iter()
            .copied()
            .filter(|&at| workloads[at].namespace.is_none() || autoscaler.namespace.is_none());
        loose.next().filter(|_| loose.next().is_none())
    })
}

fn contradiction(
    workload: &ManifestWorkload,
    first: &Autoscaler,
    second: &Autoscaler,
) -> Diagnostic {
    let message = format!(
        "two autoscalers scale {:?} `{}`",
        workload.kind, workload.name
    );
    let mut diagnostic = Diagnostic::error(shape::RULE, message)
        .at(second.name)
        .label("this autoscaler is ignored")
        .related(first.name, "this autoscaler counts")
        .help("remove one of them: they work against each other");
    diagnostic.severity = Severity::Warning;
    diagnostic
}
