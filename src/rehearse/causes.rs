//! The place in the configuration or in a manifest that a finding comes from.

use super::class::{Blame, Class, Finding};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Pointer, position};
use crate::load::Document;
use crate::plan::{NodePool, Workload};

/// Names the cause of a finding: `file:line:column spec.key`.
pub(super) fn add(finding: &mut Finding, system: &System, document: &Document<'_>) {
    let pointer = pointer(finding, system);
    let location = document.locate(&pointer);
    let key: Vec<_> = pointer.segments().map(|own| own.to_string()).collect();
    finding.cause = Some(format!(
        "{} {}",
        position(document.sources, location),
        key.join(".")
    ));
}

fn pointer(finding: &Finding, system: &System) -> Pointer {
    match &finding.blame {
        Blame::Key(key) => key.clone(),
        Blame::OfClass => of_class(finding, system),
        Blame::Budget => {
            let own = workload(finding, system).and_then(Workload::pointer);
            own.map_or_else(
                || pointers::spec("classes"),
                |own| own.child("disruptionBudget"),
            )
        }
        Blame::Placeholders => pointers::spec("overprovisioner/placeholders"),
        Blame::Taints(name) => of_pool(name, system).child("taints"),
        Blame::Maximum(pools) => {
            let first = pools.first().map_or("", String::as_str);
            of_pool(first, system).child("nodes").child("max")
        }
        Blame::UnreadyLimits => pointers::autoscaler_setting("max-total-unready-percentage"),
        Blame::ScaleDown => pointers::spec("autoscaler/profile"),
        Blame::Workload => of_workload(finding, system),
        Blame::Deallocation => {
            let mut pools = system.plan.node_pools.iter();
            let at = pools.position(NodePool::is_spot).unwrap_or(0);
            pointers::pool(at).child("spot").child("evictionPolicy")
        }
    }
}

fn of_pool(name: &str, system: &System) -> Pointer {
    let mut pools = system.plan.node_pools.iter();
    pointers::pool(pools.position(|pool| pool.name == name).unwrap_or(0))
}

fn of_class(finding: &Finding, system: &System) -> Pointer {
    match finding.class {
        Class::L1 => pointers::spec("descheduler/evictor/nodeFit"),
        Class::L2 | Class::DeletionTaint => of_on_demand_pool(system),
        Class::L3 => of_workload(finding, system),
        Class::L4 => {
            let scaled = system.scalings().next();
            scaled.map_or_else(
                || pointers::spec("overprovisioner"),
                |(at, _)| pointers::scaling(at),
            )
        }
        Class::L5 if system.descheduler.is_none() => pointers::spec("descheduler"),
        Class::L5 => pointers::spec("descheduler/evictor"),
        Class::ScaleDown => pointers::spec("autoscaler/profile"),
        Class::WatchEnded => pointers::spec("simulation/scenarios"),
        Class::Stall => {
            let pools = &system.plan.node_pools;
            let at = pools.iter().position(|pool| !pool.is_spot()).unwrap_or(0);
            pointers::pool(at).child("nodes").child("max")
        }
    }
}

/// The on-demand pool that has no taint by which the scheduler avoids it.
fn of_on_demand_pool(system: &System) -> Pointer {
    let pools = system.plan.node_pools.iter();
    let untainted = pools.enumerate().find(|(_, pool)| {
        !pool.is_spot() && !pool.taints.iter().any(crate::kubernetes::Taint::is_soft)
    });
    match untainted {
        Some((at, _)) => pointers::pool(at).child("taints"),
        None => pointers::spec("nodePools"),
    }
}

fn of_workload(finding: &Finding, system: &System) -> Pointer {
    let own = workload(finding, system);
    own.map_or_else(|| pointers::spec("workloads"), Workload::location)
}

/// The first that the finding is about.
pub(super) fn workload<'s>(finding: &Finding, system: &'s System) -> Option<&'s Workload> {
    let mut all = system.plan.workloads.iter();
    all.find(|own| {
        finding
            .workloads
            .contains(&format!("{}/{}", own.namespace, own.name))
    })
}
