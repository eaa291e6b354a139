//! What fits on nodes, and next to placeholders.

use super::figure::Row;
use super::words::{its, of_pods};
use crate::components::System;
use crate::components::overprovisioner::fits::Beside;
use crate::model::capacity::{
    failover_pools, left_of_spot, of_node, of_pools, on_spot, preferring_spot, spot_pools,
    without_spot,
};
use crate::plan::Amount;
use crate::plan::{NodePool, NodeRange};

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let mut numbers = Vec::new();
    for pool in &plan.node_pools {
        let (Some(room), Some(whole)) = (of_node(pool), &pool.allocatable) else {
            continue;
        };
        numbers.push(Row {
            what: format!("free capacity on a node of {}", pool.name),
            value: room.to_string(),
            how: format!(
                "{} allocatable minus the requests of DaemonSets",
                Amount::from(whole)
            ),
            is_bad: false,
        });
    }
    numbers.extend(plan.node_pools.iter().filter_map(on_demand_part));
    let (spot, on_demand) = (spot_pools(plan), failover_pools(plan));
    let left = left_of_spot(plan);
    let on_demand: Vec<&NodePool> = on_demand.into_iter().chain(&left).collect();
    for (name, pools, demand) in [
        ("Spot", &spot, on_spot(plan)),
        ("on-demand without Spot", &on_demand, without_spot(plan)),
    ] {
        let Some(room) = of_pools(pools.iter().copied()).filter(|_| !pools.is_empty()) else {
            continue;
        };
        let names: Vec<String> = pools
            .iter()
            .map(|pool| named(pool, name == "Spot"))
            .collect();
        let at_least = if demand.is_whole { "" } else { "at least " };
        let (their, pods) = (its(names.len()), of_pods(demand.pods));
        numbers.push(Row {
            what: format!("capacity of {name}"),
            value: room.to_string(),
            how: format!(
                "{} at {their} maximum; {at_least}{} requested by {pods}{}",
                names.join(", "),
                demand.all,
                besides(demand.jobs),
            ),
            is_bad: !demand.all.fits(room),
        });
    }
    numbers.extend(placeholders(system));
    numbers
}

/// The name of a pool, with how many of its nodes are on-demand and how many Spot where it has both.
fn named(pool: &NodePool, is_on_spot: bool) -> String {
    let name = &pool.name;
    match (pool.without_spot(), pool.nodes) {
        (Some(_), _) if !is_on_spot => format!("the on-demand nodes of {name}"),
        (
            Some(NodePool {
                nodes: Some(left), ..
            }),
            Some(all),
        ) => {
            format!("{name} ({} of {} nodes on-demand)", left.max, all.max)
        }
        _ => name.clone(),
    }
}

/// Says of Jobs that they are left out.
fn besides(jobs: usize) -> String {
    match jobs {
        0 => String::new(),
        1 => "; 1 Job not counted: it runs only at times".to_owned(),
        jobs => format!("; {jobs} Jobs not counted: they run only at times"),
    }
}

/// The nodes of a Spot pool that are on-demand, and so stay when all Spot is lost.
fn on_demand_part(pool: &NodePool) -> Option<Row> {
    let part = pool.on_demand_part?;
    let NodeRange { min, max } = pool.nodes?;
    Some(Row {
        what: format!("on-demand nodes of Spot pool {}", pool.name),
        value: format!("{} to {}", part.of(min), part.of(max)),
        how: format!(
            "of {min} to {max} nodes, the first {} and {}% of all further ones; they remain when Spot is lost",
            part.base, part.percentage
        ),
        is_bad: false,
    })
}

fn placeholders(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let largest = preferring_spot(plan).largest;
    let pools = plan.node_pools.iter();
    let beside = pools.filter_map(|pool| Some((pool, Beside::on_node(system, pool)?)));
    let number = |(pool, beside): (&NodePool, Beside<'_>)| {
        let does_fit = largest.fits(beside.rest);
        let fits = if does_fit { "fit" } else { "do not fit" };
        Row {
            what: format!("free next to placeholders on {}", pool.name),
            value: beside.rest.to_string(),
            how: format!(
                "{} per node; the largest CPU and memory requests of the pods ({largest}) {fits} next to {}",
                beside.said(),
                if beside.is_one() { "it" } else { "them" }
            ),
            // On on-demand pods displace placeholders, as they are meant to.
            is_bad: pool.is_spot() && !does_fit,
        }
    };
    beside.map(number).collect()
}
