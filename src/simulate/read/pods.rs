//! Pod specifications.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::affinity::{self, OwnPod};
use super::{details, requests};
use crate::kubernetes::{Labels, SAFE_TO_EVICT};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Symbol, Template, World, seconds};

/// Source: kubernetes-sigs/descheduler README.md, "Pod Evictions".
const EVICTS: &str = "descheduler.alpha.kubernetes.io/evict";
const SPARES: &str = "descheduler.alpha.kubernetes.io/prefer-no-eviction";
/// Source: kubernetes/kubernetes `pkg/apis/core/v1/defaults.go`, `DefaultTerminationGracePeriodSeconds`.
const DEFAULT_GRACE: i64 = 30;
/// Source: kubernetes/kubernetes `pkg/apis/scheduling/types.go`, `SystemCriticalPriority`.
const SYSTEM_CRITICAL: i32 = 2_000_000_000;
/// Source: kubernetes/api core/v1/types.go, `DefaultSchedulerName`.
const DEFAULT_SCHEDULER: &str = "default-scheduler";
/// What waits and does nothing.
const PLACEHOLDER_PRIORITY: i32 = 0;

/// What a pod's specification refers to.
pub(super) struct Surroundings<'s> {
    pub(super) classes: &'s BTreeMap<String, PriorityClass>,
    pub(super) default_class: Option<&'s PriorityClass>,
    pub(super) namespaces: &'s [(String, Labels)],
    /// The storage class of each claim in the pod's namespace, by the claim's name.
    pub(super) claims: &'s BTreeMap<(String, String), String>,
    pub(super) timings: &'s Timings,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PriorityClass {
    pub(super) value: i32,
    pub(super) never_preempts: bool,
}

pub(super) fn template(
    namespace: &str,
    metadata: Option<&ObjectMeta>,
    spec: &api::PodSpec,
    around: &Surroundings<'_>,
    world: &mut World,
) -> Template {
    let labels = metadata
        .and_then(|own| own.labels.clone())
        .unwrap_or_default();
    let labels: Labels = labels.into_iter().collect();
    let annotation = |name: &str| {
        metadata?
            .annotations
            .as_ref()?
            .get(name)
            .map(String::as_str)
    };
    let own = OwnPod {
        namespace,
        labels: &labels,
        namespaces: around.namespaces,
    };
    let class = match spec.priority_class_name.as_deref() {
        Some("system-cluster-critical") => Some(PriorityClass {
            value: SYSTEM_CRITICAL,
            never_preempts: false,
        }),
        Some("system-node-critical") => Some(PriorityClass {
            value: SYSTEM_CRITICAL + 1000,
            never_preempts: false,
        }),
        Some(name) => around.classes.get(name).copied(),
        None => around.default_class.copied(),
    };
    let priority = spec
        .priority
        .or(class.map(|class| class.value))
        .unwrap_or(0);
    let pods = affinity::pods(spec, &own, world);
    let spread = affinity::spread(spec, &own, world);
    let (requests, counted) = requests::of_pod(spec, &mut world.symbols);
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    let in_memory = |volume: &api::Volume| {
        let medium = volume
            .empty_dir
            .as_ref()
            .and_then(|own| own.medium.as_deref());
        medium == Some("Memory")
    };
    let is_local = |volume: &api::Volume| volume.empty_dir.is_some() || volume.host_path.is_some();
    let ports = spec
        .containers
        .iter()
        .flat_map(|container| container.ports.iter().flatten());
    Template {
        namespace: Some(world.symbols.of(namespace)),
        requests,
        counted,
        tolerations: affinity::tolerations(spec, &mut world.symbols),
        required_nodes: affinity::required_nodes(spec, &mut world.symbols),
        has_required_affinity: affinity::has_required(spec),
        preferred_nodes: affinity::preferred_nodes(spec, &mut world.symbols),
        required_pods: pods.required,
        forbidden_pods: pods.forbidden,
        preferred_pods: pods.preferred,
        spread_is_default: false,
        spread,
        priority,
        never_preempts: spec.preemption_policy.as_deref() == Some("Never")
            || class.is_some_and(|class| class.never_preempts),
        grace: seconds(
            spec.termination_grace_period_seconds
                .unwrap_or(DEFAULT_GRACE)
                .max(0),
        ),
        stops_within: around.timings.pod_stop + details::stop_hooks(spec),
        starts_within: around.timings.pod_start + details::first_probe(spec),
        runs_for: None,
        host_ports: ports
            .filter_map(|port| u16::try_from(port.host_port?).ok())
            .filter(|port| *port > 0)
            .collect(),
        has_local_storage: volumes
            .iter()
            .any(|volume| is_local(volume) && !in_memory(volume)),
        has_any_local_storage: volumes.iter().any(is_local),
        has_claims: volumes
            .iter()
            .any(|volume| volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some()),
        storage_classes: volumes
            .iter()
            .filter_map(|volume| storage_class(volume, namespace, around, world))
            .collect(),
        has_resource_claims: spec
            .resource_claims
            .as_ref()
            .is_some_and(|list| !list.is_empty()),
        safe_to_evict: annotation(SAFE_TO_EVICT).and_then(|value| value.parse().ok()),
        descheduler_evicts: annotation(EVICTS).is_some(),
        descheduler_spares: annotation(SPARES).is_some(),
        is_system_critical: priority >= SYSTEM_CRITICAL,
        is_placeholder: priority < PLACEHOLDER_PRIORITY && details::only_waits(spec),
        label_set: crate::simulate::world::LabelSet::default(),
        labels,
    }
}

/// What decides where pods go, or whether they go anywhere, and is played as if it were not there.
pub(super) fn left_out(
    spec: &api::PodSpec,
    classes: &BTreeMap<String, PriorityClass>,
) -> Vec<String> {
    let mut reasons = Vec::new();
    if spec.node_name.is_some() {
        reasons.push("`nodeName` is left out: the scheduler places its pods".to_owned());
    }
    if spec
        .scheduling_gates
        .as_ref()
        .is_some_and(|gates| !gates.is_empty())
    {
        reasons.push("`schedulingGates` are left out: its pods are placed at once".to_owned());
    }
    let scheduler = spec.scheduler_name.as_deref();
    if let Some(other) = scheduler.filter(|name| *name != DEFAULT_SCHEDULER && !name.is_empty()) {
        reasons.push(format!(
            "`schedulerName: {other}` is left out: kube-scheduler places its pods"
        ));
    }
    let class = spec.priority_class_name.as_deref();
    let is_known =
        |name: &&str| name.is_empty() || name.starts_with("system-") || classes.contains_key(*name);
    if let Some(unknown) = class.filter(|name| !is_known(name) && spec.priority.is_none()) {
        reasons.push(format!(
            "its PriorityClass {unknown} is not among the objects: 0 is assumed"
        ));
    }
    reasons
}

/// The class of a volume's claim; an inner `None` where nothing says it. `None` for a volume without a claim.
#[expect(
    clippy::option_option,
    reason = "no claim, and a claim of no known class, are two things"
)]
fn storage_class(
    volume: &api::Volume,
    namespace: &str,
    around: &Surroundings<'_>,
    world: &mut World,
) -> Option<Option<Symbol>> {
    let class = if let Some(claim) = &volume.persistent_volume_claim {
        let place = (namespace.to_owned(), claim.claim_name.clone());
        around.claims.get(&place).cloned()
    } else {
        let claim = volume.ephemeral.as_ref()?.volume_claim_template.as_ref();
        claim.and_then(|claim| claim.spec.storage_class_name.clone())
    };
    Some(class.map(|class| world.symbols.of(&class)))
}
