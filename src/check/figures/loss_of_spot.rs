//! The loss of all Spot nodes at once: how many pods are killed, and when they are replaced.

use super::figure::Row;
use super::words::of_pods;
use crate::components::System;
use crate::config::EvictionPolicy;
use crate::model::paid_room::PaidRoom;
use crate::plan::{NodePool, Plan};
use crate::values::Version;

/// The time until a lost node is detected: `node-monitor-grace-period`, 50 s since 1.32 and 40 s before.
/// Source: kubernetes/kubernetes#126287, `CHANGELOG/CHANGELOG-1.32.md`.
fn noticed_seconds(version: Version) -> i64 {
    if version.at_least(1, 32) { 50 } else { 40 }
}

/// The time from then until the pods of a node without a machine are deleted: the cloud's controller deletes the node
/// within 5 s, and the pod garbage collector waits 40 s and runs every 20 s.
/// Source: kubernetes/kubernetes `pkg/controller/podgc/gc_controller.go`.
const COLLECTED_SECONDS: i64 = 65;

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let Some(paid) = PaidRoom::of(plan, system.on_demand_controllers())
        .filter(|_| plan.node_pools.iter().any(NodePool::is_spot))
    else {
        return Vec::new();
    };
    let more = |cure: &PaidRoom<'_>| {
        let nodes = cure.min() - paid.min();
        format!("; {} more node-hours a day", nodes * 24)
    };
    let cure = paid.cure().map(|cure| {
        let more = more(&cure);
        (cure, more)
    });
    let rows = std::iter::once((paid.clone(), String::new())).chain(cure);
    rows.map(|(paid, more)| loss_of_all(plan, &paid, &more))
        .collect()
}

fn loss_of_all(plan: &Plan, paid: &PaidRoom<'_>, more: &str) -> Row {
    let (fewest, most) = paid.killed();
    let killed = if fewest == most {
        most.to_string()
    } else {
        format!("{fewest} to {most}")
    };
    let minimums: Vec<String> = paid
        .minimums()
        .map(|(pool, min)| format!("`min: {min}` of {}", pool.name))
        .collect();
    let again = if most == 0 {
        String::new()
    } else {
        come_again(plan, paid)
    };
    let (at_once, placed) = (paid.at_once(), paid.placed());
    let find = if placed == 1 { "finds" } else { "find" };
    // The reason why a larger minimum does not lower the upper figure.
    let held_back = if most > fewest {
        format!("; budgets hold back {most} until replacements are ready")
    } else {
        String::new()
    };
    Row {
        what: format!("loss of all Spot with {}", minimums.join(" and ")),
        value: format!("{killed} of {} killed", of_pods(paid.pods())),
        how: format!(
            "budgets allow evicting {at_once} at once, and {placed} of them {find} capacity on running nodes{held_back}{again}{more}"
        ),
        is_bad: most > 0 || at_once > 0 && placed == 0,
    }
}

/// When the killed pods are replaced.
fn come_again(plan: &Plan, paid: &PaidRoom<'_>) -> String {
    let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
    let stays = |pool: &&NodePool| pool.eviction_policy == Some(EvictionPolicy::Deallocate);
    let staying: Vec<&str> = spot()
        .filter(stays)
        .map(|pool| pool.name.as_str())
        .collect();
    // The objects of deallocated nodes remain. If more than two nodes of a zone, and most of its nodes, are lost, the
    // control plane evicts nothing (docs/evidence.md; kubernetes/kubernetes pkg/controller/nodelifecycle,
    // `PartialDisruption`).
    let stay = "stay `Running` on their dead nodes and are not replaced automatically: the objects of deallocated nodes remain";
    if staying.len() == spot().count() {
        return format!("; the killed pods {stay}");
    }
    let tolerated = plan
        .workloads
        .iter()
        .filter(|workload| workload.prefers_spot())
        .map(|workload| workload.node_loss_toleration_seconds.map_or(300, i64::from))
        .max();
    let noticed = noticed_seconds(plan.cluster.kubernetes_version);
    let seconds = noticed + tolerated.unwrap_or(0).min(COLLECTED_SECONDS);
    let when = if paid.holds_usual() {
        format!("{seconds} s after the loss of their VM, on running nodes")
    } else {
        format!("{seconds} s or more after the loss of their VM: further nodes take 3 to 7 min")
    };
    if staying.is_empty() {
        return format!("; the killed pods are replaced {when}");
    }
    format!(
        "; the killed pods are replaced {when}; those on nodes of {} {stay}",
        staying.join(", ")
    )
}
