use indexmap::IndexMap;

use super::{Brought, spot};
use crate::config::ExtraProtection;
use crate::defaults;
use crate::manifests::{
    Failback, Found, FoundProgram, Manifests, Policy, Program, StatedNamespaces, is_taken,
};
use crate::plan::{
    Chart, ContainerResources, Descheduler, Evictor, Limits, Namespaces, Placement, Plan,
    PriorityThreshold,
};
use crate::rules::places;
use crate::rules::unlimited_evictions::policy_key;
use crate::values::{Duration, Limit, Version};

/// The descheduler by its policy, and by what runs it where that is brought too.
pub(super) fn put(brought: &mut Brought, manifests: &Manifests) {
    let readable = || {
        let policies = manifests.policies.iter();
        policies.filter(|found| is_taken(&found.faults))
    };
    let mut bringing_back = readable().filter(|found| found.policy.failback.is_some());
    let Some(found) = bringing_back.next().or_else(|| readable().next()) else {
        return;
    };
    let workload = manifests.running(Program::Descheduler).next();
    let plan = &mut brought.plan;
    let failback = found.policy.failback.as_ref();
    plan.descheduler =
        failback.map(|failback| descheduler(plan, &found.policy, failback, workload));
    let descheduler = places::spec("descheduler");
    let limits = descheduler.child("limits");
    for limit in ["total", "perNode", "perNamespace"] {
        if let Some(place) = found.keys.outer(policy_key(limit)) {
            brought.places.add(limits.child(limit), place);
        }
    }
    let evictor = descheduler.child("evictor");
    for key in [
        "nodeFit",
        "nodeSelector",
        "minReplicas",
        "minPodAge",
        "priorityThreshold",
        "podProtections",
    ] {
        // Of several profiles it is not known which one a line is of.
        let line = found.keys.inner(key).filter(|_| found.policy.profiles == 1);
        if let Some(place) = line {
            brought.places.add(evictor.child(key), place);
        }
    }
    if let Some(place) = found.keys.inner("namespaces") {
        brought.places.add(descheduler.child("namespaces"), place);
    }
    brought.places.add(descheduler, found.place);
    if let Some(workload) = workload {
        for key in ["image", "interval", "placement"] {
            let pointer = places::spec("descheduler").child(key);
            brought.places.add(pointer, workload.places.name);
        }
    }
}

fn descheduler(
    plan: &Plan,
    policy: &Policy,
    failback: &Failback,
    workload: Option<&Found>,
) -> Descheduler {
    let planned = plan.descheduler.as_ref();
    let program = workload.and_then(|workload| workload.program.as_deref());
    let version = program
        .and_then(|program| Version::parse(program.tag()?))
        .or(planned.map(|planned| planned.version))
        .unwrap_or(defaults::DESCHEDULER_VERSION);
    let interval = program
        .and_then(interval)
        .or(planned.map(|planned| planned.interval.clone()));
    let limit = |limit: Option<u32>| limit.map_or(Limit::Unlimited, Limit::AtMost);
    let namespace = workload.and_then(|workload| workload.namespace.clone());
    Descheduler {
        namespace: namespace.unwrap_or_else(|| defaults::DESCHEDULER_NAMESPACE.to_owned()),
        version,
        image: program
            .map(|program| program.image.clone())
            .or(planned.map(|planned| planned.image.clone()))
            .unwrap_or_else(|| format!("{}:v{version}", defaults::DESCHEDULER_IMAGE)),
        chart: Chart::default(),
        resources: resources(workload),
        placement: Placement {
            spot: workload.map(|workload| spot(plan, workload)),
            ..Placement::default()
        },
        interval: interval.unwrap_or_else(|| {
            Duration::parse(defaults::DESCHEDULER_INTERVAL).expect("the default is a duration")
        }),
        profile_name: failback.profile.clone(),
        namespaces: namespaces(&failback.namespaces),
        evictor: evictor(failback),
        limits: Limits {
            total: limit(policy.total),
            per_node: limit(policy.per_node),
            per_namespace: limit(policy.per_namespace),
        },
    }
}

/// From one round to the next: its argument, or the minutes of a schedule such as `*/2 * * * *`.
fn interval(program: &FoundProgram) -> Option<Duration> {
    let by_argument = program.argument("descheduling-interval");
    let by_argument = by_argument.and_then(|text| Duration::parse(text).ok());
    by_argument.or_else(|| {
        let minutes = program.schedule.as_deref()?.strip_prefix("*/")?;
        let minutes = minutes.strip_suffix(" * * * *")?;
        Duration::parse(&format!("{minutes}m")).ok()
    })
}

fn namespaces(stated: &StatedNamespaces) -> Namespaces {
    match (&stated.include, &stated.exclude) {
        (Some(names), _) if !names.is_empty() => Namespaces::Include(names.clone()),
        (_, Some(names)) if !names.is_empty() => Namespaces::Exclude(names.clone()),
        _ => Namespaces::All,
    }
}

fn evictor(failback: &Failback) -> Evictor {
    let stated = &failback.evictor;
    let threshold = stated.priority_threshold.as_ref();
    let protected = stated
        .pod_protections
        .as_ref()
        .and_then(|protections| protections.config.as_ref()?.pods_with_pvc.as_ref());
    let extra_enabled = stated.extra_enabled();
    let counts = extra_enabled.contains(&ExtraProtection::PodsWithPvc);
    Evictor {
        // The descheduler's own default.
        node_fit: stated.node_fit.unwrap_or(false),
        node_selector: stated.node_selector.clone().unwrap_or_default(),
        min_replicas: stated
            .min_replicas
            .map(i64::from)
            .filter(|count| *count > 0),
        min_pod_age: stated.min_pod_age.clone().filter(|age| !age.is_zero()),
        priority_threshold: threshold.and_then(|threshold| {
            let by_name = threshold.name.clone().map(PriorityThreshold::Name);
            by_name.or(threshold.value.map(PriorityThreshold::Value))
        }),
        default_disabled: stated.default_disabled(),
        extra_enabled,
        protected_storage_classes: protected
            .filter(|_| counts)
            .map(|protected| {
                let classes = protected.protected_storage_classes.iter();
                classes.map(|class| class.name.to_string()).collect()
            })
            .unwrap_or_default(),
    }
}

fn resources(workload: Option<&Found>) -> ContainerResources {
    let requests = workload.and_then(|workload| workload.requests.as_ref());
    let requests = requests.map(|requests| {
        IndexMap::from([
            ("cpu", requests.cpu.clone()),
            ("memory", requests.memory.clone()),
        ])
    });
    ContainerResources {
        requests: requests.unwrap_or_default(),
        limits: IndexMap::new(),
    }
}
