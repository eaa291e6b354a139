use indexmap::IndexMap;

use super::evictor::Evictor;
use super::evictor_args::{EvictorArgs, IGNORE_PVC_PODS, POD_PROTECTIONS};
use super::installed::{Arguments, InstalledPolicy};
use super::limits::{LimitKey, Limits};
use super::namespaces::Namespaces;
use super::policy::{EVICTOR, Failback, NODE_AFFINITY, Policy};
use super::resolve::{self, Descheduler};
use crate::components::ComponentId;
use crate::components::controller::ContainerResources;
use crate::components::observe::{Observed, nth, spot};
use crate::components::{Installed, System};
use crate::config::{self, pointers};
use crate::defaults;
use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::manifests::{ManifestProgram, ManifestWorkload};
use crate::plan::{Placement, Plan, SpotPlacement};
use crate::values::{Duration, Version};

/// The descheduler by its policy, and by what runs it where that is observed too.
pub(crate) fn observe(
    observed: &mut Observed,
    installed: &Installed<'_>,
    _: &Document<'_>,
    number: usize,
) {
    let found = nth(installed.failbacks(), number)
        .map(|(found, failback)| (found, Some(failback)))
        .or_else(|| Some((installed.readable_policies().next()?, None)));
    let workload = installed.running(ComponentId::Descheduler).next();
    let Some((found, failback)) = found else {
        if let Some(workload) = workload {
            without_policy(observed, workload);
        }
        return;
    };
    let system = &mut observed.system;
    system.descheduler =
        failback.map(|failback| descheduler(system, &found.policy, failback, workload));
    let descheduler = pointers::spec("descheduler");
    for limit in LimitKey::ALL {
        if let Some(location) = found.text.keys.outer(limit.in_policy()) {
            observed.locations.add(limit.pointer(), location);
        }
        let place = found.text.pointer().child(limit.in_policy());
        let object = found.text.location;
        observed.locations.add_place(limit.pointer(), object, place);
    }
    if let Some(failback) = failback {
        add_places(observed, found, failback);
    }
    let evictor = descheduler.child("evictor");
    for key in EvictorArgs::KEYS {
        // Of several profiles it is not known which one a line is of.
        let line = found
            .text
            .keys
            .inner(key)
            .filter(|_| found.policy.profiles.len() == 1);
        if let Some(location) = line {
            observed.locations.add(evictor.child(key), location);
        }
    }
    if let Some(location) = found.text.keys.inner("namespaces") {
        observed
            .locations
            .add(descheduler.child("namespaces"), location);
    }
    // Where the arguments of the evictor begin, for those that are missing.
    let mut keys = EvictorArgs::KEYS.into_iter();
    let first = keys.find_map(|key| found.text.keys.inner(key));
    if let Some(first) = first.filter(|_| found.policy.profiles.len() == 1) {
        observed.locations.add(evictor, first);
    }
    observed.locations.add(descheduler, found.text.location);
    if let Some(workload) = workload {
        locate_program(observed, workload);
    }
}

/// Where a policy has the arguments of failback.
fn add_places(observed: &mut Observed, found: &InstalledPolicy<'_>, failback: Failback<'_>) {
    let descheduler = pointers::spec("descheduler");
    let evictor = descheduler.child("evictor");
    let object = found.text.location;
    let place = |plugin: &str| found.arguments(failback.profile, plugin);
    if let Some(Arguments::Written(place)) = place(NODE_AFFINITY) {
        let namespaces = descheduler.child("namespaces");
        let place = place.child("namespaces");
        observed.locations.add_place(namespaces, object, place);
    }
    let Some(place) = place(EVICTOR) else {
        return;
    };
    let version = observed.system.descheduler.as_ref();
    let is_old = version.is_some_and(|descheduler| !descheduler.version.at_least(0, 34));
    // A policy with both kinds of protections is refused.
    let has_flags = failback.evictor.is_some_and(EvictorArgs::has_flags);
    let protections = if is_old || has_flags {
        IGNORE_PVC_PODS
    } else {
        POD_PROTECTIONS
    };
    let keys = EvictorArgs::KEYS.into_iter();
    let keys = keys.filter(|key| *key != POD_PROTECTIONS);
    for key in keys.chain([protections]) {
        let pointer = evictor.child(key);
        let locations = &mut observed.locations;
        match &place {
            Arguments::Written(place) => locations.add_place(pointer, object, place.child(key)),
            Arguments::Missing(plugins) => {
                let way = Pointer::root().child("args").child(key);
                locations.add_item(pointer, object, (plugins.clone(), EVICTOR, way));
            }
        }
    }
}

/// The descheduler that is planned, as this workload runs it: its policy is not among the manifests.
fn without_policy(observed: &mut Observed, workload: &ManifestWorkload) {
    let system = &observed.system;
    let Some(planned) = system.descheduler.clone() else {
        return;
    };
    observed.system.descheduler = Some(run_by(system, planned, Some(workload)));
    locate_program(observed, workload);
}

/// What the workload says, and not the policy.
fn locate_program(observed: &mut Observed, workload: &ManifestWorkload) {
    for key in ["image", "interval", "placement", "resources", "namespace"] {
        let pointer = pointers::spec("descheduler").child(key);
        observed.locations.add(pointer, workload.locations.name);
    }
    let interval = pointers::spec("descheduler/interval");
    let locations = &mut observed.locations;
    locations.add_argument(interval, workload, "descheduling-interval");
}

/// What manifests do not say is as if it were planned.
fn descheduler(
    system: &System,
    policy: &Policy,
    failback: Failback<'_>,
    workload: Option<&ManifestWorkload>,
) -> Descheduler {
    let planned = system.descheduler.clone();
    let otherwise = planned.unwrap_or_else(|| {
        resolve::of(
            config::Descheduler::default(),
            system.plan.cluster.kubernetes_version,
            system.plan.provider,
            &system.plan.spot_label,
            &[],
        )
    });
    Descheduler {
        profile_name: failback.profile.to_owned(),
        namespaces: failback
            .namespaces
            .map_or(Namespaces::All, Namespaces::from),
        evictor: Evictor::from(failback.evictor.unwrap_or(&EvictorArgs::default())),
        limits: Limits::from(policy.limits),
        ..run_by(system, otherwise, workload)
    }
}

/// This descheduler, as a workload runs it.
fn run_by(
    system: &System,
    otherwise: Descheduler,
    workload: Option<&ManifestWorkload>,
) -> Descheduler {
    let program = workload.and_then(|workload| workload.program.as_deref());
    let version = program.and_then(|program| Version::parse(program.tag()?));
    let image = program.map(|program| program.image.clone());
    let namespace = workload.and_then(|workload| workload.namespace.clone());
    Descheduler {
        namespace: namespace.unwrap_or(otherwise.namespace),
        version: version.unwrap_or(otherwise.version),
        image: image.unwrap_or(otherwise.image),
        resources: resources(workload, otherwise.resources),
        placement: placement(&system.plan, workload, otherwise.placement),
        interval: program.and_then(interval).unwrap_or(otherwise.interval),
        ..otherwise
    }
}

/// From one round to the next: its argument, or the minutes of a schedule such as `*/2 * * * *`.
fn interval(program: &ManifestProgram) -> Option<Duration> {
    let by_argument = program.argument("descheduling-interval");
    let by_argument = by_argument.and_then(|text| Duration::parse(text).ok());
    by_argument.or_else(|| {
        let minutes = program.schedule.as_deref()?.strip_prefix("*/")?;
        let minutes = minutes.strip_suffix(" * * * *")?;
        Duration::parse(&format!("{minutes}m")).ok()
    })
}

/// `otherwise` where no workload tells.
fn resources(
    workload: Option<&ManifestWorkload>,
    otherwise: ContainerResources,
) -> ContainerResources {
    let Some(workload) = workload else {
        return otherwise;
    };
    let requests = workload.requests.as_ref().map(|requests| {
        IndexMap::from([
            ("cpu", requests.cpu.clone()),
            ("memory", requests.memory.clone()),
        ])
    });
    ContainerResources {
        requests: requests.unwrap_or_default(),
        ..otherwise
    }
}

/// Nothing is said of Spot where no workload tells, and it is `otherwise` where that comes to the same.
fn placement(plan: &Plan, workload: Option<&ManifestWorkload>, otherwise: Placement) -> Placement {
    let spot = workload.map(|found| spot(plan, found));
    if spot.is_some() && spot == otherwise.spot() {
        return otherwise;
    }
    Placement {
        spot_placement: spot.map(|spot| SpotPlacement::new(spot, defaults::SPOT_WEIGHT)),
        ..Placement::default()
    }
}
