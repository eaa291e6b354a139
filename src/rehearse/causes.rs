//! The place in the configuration or in a manifest that a finding comes from.

use super::class::{Blame, Class, Finding};
use super::findings::budgets::SEVERAL;
use super::held;
use super::place::{Places, of_pool};
use crate::components::System;
use crate::components::descheduler::counted_on_demand;
use crate::config::pointers;
use crate::diagnostic::Pointer;
use crate::plan::{NodePool, Workload};
use crate::yaml::Node;

/// Beyond it the autoscaler is halted.
pub(super) const UNREADY: &str = "max-total-unready-percentage";

/// Names the cause of a finding in a scenario: `file:line:column spec.key`.
pub(super) fn add(finding: &mut Finding, scenario: &str, places: &mut Places<'_>) {
    let cause = match &finding.blame {
        Blame::Workload(name) => Some(held::workload(name, places)),
        Blame::Budget(name) => Some(held::budget(name, places)),
        Blame::Pods {
            workload,
            hold,
            pools,
        } => Some(held::pods(workload, hold, pools, places)),
        Blame::Deallocation => own_policy(scenario, places),
        Blame::UnreadyLimits if !has_limits(places) => own_policy(scenario, places),
        _ => None,
    };
    let has_policy = places.system.plan.provider.spot_pool_defaults.is_some();
    finding.cause = match cause {
        // The scenario has what no pool of this cloud can have.
        None if finding.blame == Blame::Deallocation && !has_policy => None,
        None if finding.blame == Blame::UnreadyLimits && !has_limits(places) => None,
        None => Some(places.in_config(&pointer(finding, scenario, places))),
        cause => cause,
    };
    let about = match &finding.blame {
        Blame::Budget(name) if finding.rule != Some(SEVERAL) => vec![name.clone()],
        Blame::Pods { workload, hold, .. } if hold.is_by_number() => vec![workload.clone()],
        _ => Vec::new(),
    };
    for name in about {
        finding.events.extend(replicas(&name, places));
    }
}

/// Whether the autoscaler of this cloud takes the limits beyond which unready nodes halt it.
fn has_limits(places: &Places<'_>) -> bool {
    let autoscaler = &places.system.plan.provider.cluster_autoscaler;
    autoscaler.has_setting(UNREADY)
}

/// The eviction policy that a scenario of the configuration has for itself.
fn own_policy(scenario: &str, places: &Places<'_>) -> Option<String> {
    let (own, node) = own_scenario(scenario, places)?;
    node.get("evictionPolicy")?;
    Some(places.in_config(&own.child("evictionPolicy")))
}

/// Where the configuration has a scenario.
fn own_scenario<'p>(scenario: &str, places: &'p Places<'_>) -> Option<(Pointer, &'p Node<'p>)> {
    let all = pointers::spec("simulation/scenarios");
    let list = places.document.node(&all)?.items();
    let is_it = |own: &Node<'_>| own.get("name").and_then(Node::as_str) == Some(scenario);
    let at = list.iter().position(is_it)?;
    Some((all.child(at), &list[at]))
}

/// How many pods a workload has, and where that is written: with fewer or more of them all would be well.
fn replicas(name: &str, places: &mut Places<'_>) -> Option<String> {
    let pods = places.workload(name)?;
    let count = match pods.most()? {
        1 => "1 replica".to_owned(),
        count => format!("{count} replicas"),
    };
    let place = places.replicas(pods)?;
    Some(format!("{name} has {count}: {place}"))
}

fn pointer(finding: &Finding, scenario: &str, places: &Places<'_>) -> Pointer {
    let system = places.system;
    match &finding.blame {
        Blame::Key(key) => key.clone(),
        Blame::OfClass
        | Blame::Moves(_)
        | Blame::Workload(_)
        | Blame::Budget(_)
        | Blame::Pods { .. } => of_class(finding, scenario, places),
        Blame::Placeholders => pointers::spec("overprovisioner/placeholders"),
        Blame::Taints(name) => of_pool(name, system).child("taints"),
        Blame::Maximum(pools) => {
            let first = pools.first().map_or("", String::as_str);
            of_pool(first, system).child("nodes").child("max")
        }
        Blame::MaxPods(pools) => {
            let first = pools.first().map_or("", String::as_str);
            of_pool(first, system).child("maxPods")
        }
        Blame::Minimum(pools) => {
            let first = pools.first().map_or("", String::as_str);
            of_pool(first, system).child("nodes").child("min")
        }
        Blame::UnreadyLimits => pointers::autoscaler_setting(UNREADY),
        Blame::Deallocation => {
            let mut pools = system.plan.node_pools.iter();
            let at = pools.position(NodePool::is_spot).unwrap_or(0);
            pointers::pool(at).child("spot").child("evictionPolicy")
        }
    }
}

fn of_class(finding: &Finding, scenario: &str, places: &Places<'_>) -> Pointer {
    let system = places.system;
    match finding.class {
        Class::L1 => of_moves(&finding.blame, places),
        Class::L2 | Class::DeletionTaint => of_on_demand_pool(system),
        Class::L3 => {
            let mut named = finding.workloads.iter();
            let planned = named.find_map(|name| places.workload(name)?.planned);
            planned.map_or_else(|| pointers::spec("workloads"), Workload::location)
        }
        Class::L4 => {
            let scaled = system.scalings().next();
            scaled.map_or_else(
                || pointers::spec("overprovisioner"),
                |(at, _)| pointers::scaling(at),
            )
        }
        Class::L5 if places.in_effect().descheduler.is_none() => pointers::spec("descheduler"),
        Class::L5 => pointers::spec("descheduler/evictor"),
        Class::ScaleDown => pointers::spec("autoscaler/profile"),
        Class::Slow => pointers::spec("overprovisioner/placeholders"),
        Class::WatchEnded => match own_scenario(scenario, places) {
            Some((own, _)) => own.child("watchedFor"),
            None => pointers::spec("simulation/scenarios"),
        },
        Class::Stall => {
            let pools = &system.plan.node_pools;
            match pools.iter().position(|pool| !pool.is_spot()) {
                Some(at) => pointers::pool(at).child("nodes").child("max"),
                None => pointers::spec("nodePools"),
            }
        }
    }
}

/// What has the descheduler evict pods for which Spot has no room.
fn of_moves(blame: &Blame, places: &Places<'_>) -> Pointer {
    let evictor = pointers::spec("descheduler/evictor");
    let in_effect = places.in_effect();
    let Some(own) = in_effect.descheduler.as_ref().map(|own| &own.evictor) else {
        return evictor.child("nodeFit");
    };
    if !own.node_fit {
        return evictor.child("nodeFit");
    }
    if counted_on_demand(&in_effect.plan, own).is_some() {
        return evictor.child("nodeSelector");
    }
    // Each pod is judged by itself, so that several can be moved into room for one.
    if matches!(blame, Blame::Moves(most) if *most > 1) {
        return pointers::spec("descheduler/limits/total");
    }
    // Something else takes the room before the pod does.
    pointers::spec("overprovisioner/placeholders")
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
