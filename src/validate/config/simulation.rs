use foldhash::{HashMap, HashMapExt as _};

use super::context::{Context, spec};
use crate::config::{Capacity, Scenario, Step};
use crate::diagnostic::Pointer;
use crate::values::{LabelValue, PoolName};

/// Checks that scenarios differ by their names, are watched long enough, and have steps that do something to what there is.
pub(super) fn check(context: &mut Context<'_>) {
    let config = context.config;
    let Some(simulation) = &config.spec.simulation else {
        return;
    };
    let section = spec().child("simulation").child("scenarios");
    let mut seen = HashMap::new();
    for (at, scenario) in simulation.scenarios.iter().enumerate() {
        let pointer = section.child(at);
        if let Some(first) = seen.insert(scenario.name.as_str(), at) {
            context.twice(
                &section.child(first).child("name"),
                &pointer.child("name"),
                &format!("the scenario `{}`", scenario.name),
                "rename one of them",
            );
        }
        watched(context, scenario, &pointer);
        steps(context, scenario, &pointer);
    }
}

/// What ends before machines do that were told to shows them as if nothing had come to them.
fn watched(context: &mut Context<'_>, scenario: &Scenario, pointer: &Pointer) {
    let notice = context.facts.interruption.notice_seconds.unsigned_abs();
    if let Some(watched) = &scenario.watched_for
        && watched.seconds() <= u64::from(notice)
    {
        context.problem(
            &pointer.child("watchedFor"),
            format!("`{watched}` is over before Spot VMs are: they get {notice} s of notice"),
            "write `1h`, or leave `watchedFor` out to watch until the cluster is at rest",
        );
    }
}

fn steps(context: &mut Context<'_>, scenario: &Scenario, pointer: &Pointer) {
    for (at, step) in scenario.steps.iter().enumerate() {
        let pointer = pointer.child("steps").child(at);
        if is_idle(step) {
            context.missing(
                &pointer,
                "this step does nothing",
                "add `interrupt`, `capacity`, `load`, `rollOut` or `upgrade`",
            );
        }
        let of_spot = [
            ("interrupt", step.interrupt.as_ref().map(|own| &own.pools)),
            ("capacity", step.capacity.as_ref().map(|own| &own.pools)),
        ];
        for (key, names) in of_spot {
            pools(context, names, &pointer.child(key).child("pools"), true);
        }
        let zones_of = step.interrupt.as_ref();
        let all = pointer.child("interrupt").child("zones");
        zones(context, zones_of.map(|own| &own.zones), &all);
        let upgraded = step.upgrade.as_ref().map(|own| &own.pools);
        let all = pointer.child("upgrade").child("pools");
        pools(context, upgraded, &all, false);
        let workloads_of = [
            ("load", step.load.as_ref().map(|own| &own.workloads)),
            ("rollOut", step.roll_out.as_ref().map(|own| &own.workloads)),
        ];
        for (key, names) in workloads_of {
            workloads(context, names, &pointer.child(key).child("workloads"));
        }
    }
}

fn is_idle(step: &Step) -> bool {
    step.interrupt.is_none()
        && step.capacity.is_none()
        && step.load.is_none()
        && step.roll_out.is_none()
        && step.upgrade.is_none()
}

fn pools(
    context: &mut Context<'_>,
    names: Option<&Vec<PoolName>>,
    pointer: &Pointer,
    must_be_spot: bool,
) {
    empty(context, names, pointer);
    let config = context.config;
    let all = config.spec.node_pools.iter();
    let known = all.filter(|pool| !must_be_spot || pool.capacity == Capacity::Spot);
    let known: Vec<&str> = known.map(|pool| pool.name.as_str()).collect();
    let what = if must_be_spot {
        "Spot pool"
    } else {
        "node pool"
    };
    for (at, name) in names.into_iter().flatten().enumerate() {
        if !known.contains(&name.as_str()) {
            let section = spec().child("nodePools");
            context.unknown(&pointer.child(at), what, name.as_str(), &known, &section);
        }
    }
}

/// A list that is written and names none says less than it seems: left out, it would mean all.
fn empty<T>(context: &mut Context<'_>, names: Option<&Vec<T>>, pointer: &Pointer) {
    let is_written = context.document.node(pointer).is_some();
    if is_written && names.is_some_and(Vec::is_empty) {
        context.problem(
            pointer,
            "this list names none",
            "name at least one, or leave the key out for all",
        );
    }
}

/// A zone is known by the name that a Spot pool has for it, with or without its region.
fn zones(context: &mut Context<'_>, names: Option<&Vec<LabelValue>>, pointer: &Pointer) {
    empty(context, names, pointer);
    let config = context.config;
    let pools = config.spec.node_pools.iter();
    let spot = pools.filter(|pool| pool.capacity == Capacity::Spot);
    let zones = spot.flat_map(|pool| &pool.zones);
    let mut known: Vec<&str> = zones.map(LabelValue::as_str).collect();
    known.sort_unstable();
    known.dedup();
    for (at, name) in names.into_iter().flatten().enumerate() {
        let is_it = |own: &&str| *own == name.as_str() || own.ends_with(&format!("-{name}"));
        if !known.iter().any(is_it) {
            let section = spec().child("nodePools");
            let what = "zone of a Spot pool";
            context.unknown(&pointer.child(at), what, name.as_str(), &known, &section);
        }
    }
}

/// Workloads of manifests are not known here: only a list that is all there is can be held against.
fn workloads(context: &mut Context<'_>, names: Option<&Vec<String>>, pointer: &Pointer) {
    empty(context, names, pointer);
    if context.holes.has_manifests {
        return;
    }
    let config = context.config;
    let all = config.spec.workloads.iter();
    let known: Vec<(&str, String)> = all
        .map(|own| {
            let namespace = own.namespace.as_ref().map_or("default", |own| own.as_str());
            (own.name.as_str(), format!("{namespace}/{}", own.name))
        })
        .collect();
    for (at, name) in names.into_iter().flatten().enumerate() {
        let is_known = known
            .iter()
            .any(|(own, whole)| own == name || whole == name);
        if !is_known {
            let known: Vec<&str> = known.iter().map(|(own, _)| *own).collect();
            let section = spec().child("workloads");
            context.unknown(&pointer.child(at), "workload", name, &known, &section);
        }
    }
}
