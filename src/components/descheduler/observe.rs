use indexmap::IndexMap;

use super::evictor::Evictor;
use super::evictor_args::{EvictorArgs, IGNORE_PVC_PODS, POD_PROTECTIONS};
use super::installed::{Arguments, InstalledPolicy};
use super::limits::{LimitKey, Limits};
use super::policy::{EVICTOR, Failback, Policy};
use super::resolve::{self, Descheduler};
use super::rounds::{self, INTERVAL, Idle, Rounds};
use crate::components::ComponentId;
use crate::components::controller::{ContainerResources, duration};
use crate::components::observe::{Observed, nth, spot};
use crate::components::{Installed, System};
use crate::config::{self, pointers};
use crate::defaults;
use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::manifests::ManifestWorkload;
use crate::plan::{Placement, Plan, SpotPlacement};
use crate::values::{Duration, Schedule, Version};

/// The descheduler by its policy, and by what runs it where that is observed too.
pub(crate) fn observe(
    observed: &mut Observed,
    installed: &Installed<'_>,
    _: &Document<'_>,
    number: usize,
) {
    let plan = observed.system.plan.clone();
    let found = nth(installed.failbacks(&plan), number)
        .map(|(found, failback)| (found, Some(failback)))
        .or_else(|| Some((installed.readable_policies().next()?, None)));
    let Some((found, failback)) = found else {
        if let Some(workload) = installed.running(ComponentId::Descheduler).next() {
            without_policy(observed, installed, workload);
        }
        return;
    };
    let workload = installed.reader(found);
    let without_file = workload.and_then(|workload| installed.without_file(workload));
    let system = &mut observed.system;
    system.descheduler = failback.map(|failback| {
        let descheduler = descheduler(system, &found.policy, failback, workload);
        Descheduler {
            idle: without_file.or(descheduler.idle),
            ..descheduler
        }
    });
    observed
        .locations
        .add(pointers::spec("descheduler"), found.first_line());
    if let Some(failback) = failback {
        add_places(observed, found, failback);
        locate_arguments(observed, found, failback);
    }
    for limit in LimitKey::ALL {
        if let Some(location) = found.top(limit.in_policy()) {
            observed.locations.add(limit.pointer(), location);
        }
        let place = found.text.pointer().child(limit.in_policy());
        let object = found.text.location;
        observed.locations.add_place(limit.pointer(), object, place);
    }
    if let Some(workload) = workload {
        locate_program(observed, workload);
    }
}

/// Where the arguments of failback are; for those that are missing, the smallest thing that lacks them.
fn locate_arguments(observed: &mut Observed, found: &InstalledPolicy<'_>, failback: Failback<'_>) {
    let descheduler = pointers::spec("descheduler");
    let evictor = descheduler.child("evictor");
    let locations = &mut observed.locations;
    let own = found.arguments_of(failback.number, failback.plugin());
    let namespaces = own.entry("namespaces").or(own.around);
    if let Some(location) = namespaces {
        locations.add(descheduler.child("namespaces"), location);
    }
    let own = found.arguments_of(failback.number, EVICTOR);
    for key in EvictorArgs::KEYS {
        if let Some(location) = own.entry(key) {
            locations.add(evictor.child(key), location);
        }
    }
    if let Some(location) = own.around {
        locations.add(evictor, location);
    }
}

/// Where a policy has the arguments of failback.
fn add_places(observed: &mut Observed, found: &InstalledPolicy<'_>, failback: Failback<'_>) {
    let descheduler = pointers::spec("descheduler");
    let evictor = descheduler.child("evictor");
    let object = found.text.location;
    let place = |plugin: &str| found.arguments(failback.number, plugin);
    if let Some(Arguments::Written(place)) = place(failback.plugin()) {
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

/// The descheduler that is planned, as this workload runs it: its policy is not among the manifests. If one is, and cannot
/// be used, nothing that the plan has in its place is true of it.
fn without_policy(observed: &mut Observed, installed: &Installed<'_>, workload: &ManifestWorkload) {
    let system = &observed.system;
    let Some(planned) = system.descheduler.clone() else {
        return;
    };
    let mut descheduler = run_by(system, planned, Some(workload));
    if let Some(found) = installed.policies.first() {
        let is_known = found.text.unknown.is_none() && !installed.is_of_an_old_release(found);
        let policy = if is_known {
            Idle::BrokenPolicy
        } else {
            Idle::UnknownPolicy
        };
        descheduler.idle = descheduler.idle.or(Some(policy));
    }
    observed.system.descheduler = Some(descheduler);
    locate_program(observed, workload);
}

/// What the workload says, and not the policy.
fn locate_program(observed: &mut Observed, workload: &ManifestWorkload) {
    let locations = &mut observed.locations;
    for key in ["image", "placement", "resources", "namespace"] {
        let pointer = pointers::spec("descheduler").child(key);
        locations.add(pointer, workload.locations.name);
    }
    let interval = pointers::spec("descheduler/interval");
    let program = workload.program.as_deref();
    let schedule = program.and_then(|program| program.starts.schedule.as_ref());
    if let Some((_, location)) = schedule {
        locations.add(interval.clone(), *location);
        let place = workload.edited_at(*location, "/spec/schedule");
        locations.add_schedule(interval, place);
        return;
    }
    let argument = program.and_then(|program| program.location(INTERVAL));
    let location = argument.unwrap_or(workload.locations.name);
    locations.add(interval.clone(), location);
    locations.add_argument(interval, workload, INTERVAL);
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
            &system.plan.spot_labels[0],
            &[],
        )
    });
    Descheduler {
        profile_name: failback.profile.to_owned(),
        namespaces: failback.covered(),
        means: failback.means(),
        moves: failback.moves(),
        evictor: Evictor::from(failback.evictor.unwrap_or(&EvictorArgs::default())),
        limits: Limits::from(policy.limits),
        ..run_by(system, otherwise, workload)
    }
}

/// For so long the kubelet waits at most before it starts a program again that has ended.
/// Source: kubernetes/kubernetes pkg/kubelet/kubelet.go, `MaxCrashLoopBackOff`.
const RESTARTED: &str = "5m";

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
    let rounds = workload.map_or(Rounds::Unknown, rounds::of);
    let (interval, schedule, idle) = match rounds {
        Rounds::Every(interval) => (Some(interval), None, None),
        Rounds::At(schedule) => (longest_gap(&schedule), Some(schedule), None),
        Rounds::Never(idle) => (None, None, Some(idle)),
        Rounds::Restarted => (Some(duration(RESTARTED)), None, None),
        Rounds::Unknown => (None, None, None),
    };
    Descheduler {
        namespace: namespace.unwrap_or(otherwise.namespace),
        version: version.unwrap_or(otherwise.version),
        image: image.unwrap_or(otherwise.image),
        resources: resources(workload, otherwise.resources),
        placement: placement(&system.plan, workload, otherwise.placement),
        interval: interval.unwrap_or(otherwise.interval),
        schedule,
        idle,
        ..otherwise
    }
}

fn longest_gap(schedule: &Schedule) -> Option<Duration> {
    let seconds = schedule.longest_gap()?;
    let text = if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    };
    Duration::parse(&text).ok()
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
