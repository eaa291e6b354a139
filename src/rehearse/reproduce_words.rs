//! What comments say of the commands that cause a scenario for real: which nodes are meant.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::REGION;
use crate::plan::{NodePool, Plan};
use crate::providers::ZoneLabel;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Machines, Pools, Stage, Zones};
use crate::simulate::world::GroupId;
use crate::values::words::all_of;

/// The Spot nodes that one step of a scenario took in the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nodes {
    pub(super) pools: BTreeSet<String>,
    zones: BTreeSet<String>,
    count: usize,
}

/// What each interruption took, in their order.
pub(super) fn taken(run: &Run) -> Vec<Nodes> {
    let world = &run.started.engine.world;
    let watch = run.started.watch.borrow();
    let steps = run.happened.iter().filter_map(|own| match own.what {
        Stage::Interrupted(count) => Some((own.at, count)),
        _ => None,
    });
    steps
        .map(|(at, count)| {
            let nodes = watch.nodes.iter().filter(|node| node.noticed == Some(at));
            let zone = |zone| world.symbols.text(zone).to_owned();
            Nodes {
                pools: nodes
                    .clone()
                    .filter_map(|node| Some(pool(run, node.group?)))
                    .collect(),
                zones: nodes
                    .filter_map(|own| world.node(own.node).zone.map(zone))
                    .collect(),
                count,
            }
        })
        .collect()
}

/// The nodes that each pool had when the scenario began.
pub(super) fn at_first(run: &Run) -> BTreeMap<String, i64> {
    let zero = run.started.zero;
    let watch = run.started.watch.borrow();
    let nodes = watch.nodes.iter();
    let nodes = nodes.filter(|node| node.asked <= zero && node.gone.is_none_or(|gone| gone > zero));
    let mut counts = BTreeMap::new();
    for node in nodes {
        if let Some(group) = node.group {
            *counts.entry(pool(run, group)).or_default() += 1;
        }
    }
    counts
}

fn pool(run: &Run, group: GroupId) -> String {
    run.started.engine.world.groups[group.index()].pool.clone()
}

/// The Spot pools that are meant. `Busiest` are those that the model took nodes from; all where there was none to take.
pub(super) fn meant<'p>(
    plan: &'p Plan,
    pools: &Pools,
    struck: &BTreeSet<String>,
) -> Vec<&'p NodePool> {
    let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    spot.filter(|pool| match pools {
        Pools::Named(names) => names.contains(&pool.name),
        Pools::Busiest => struck.is_empty() || struck.contains(&pool.name),
        Pools::All => true,
    })
    .collect()
}

/// Which nodes are to be taken.
pub(super) fn which(plan: &Plan, machines: &Machines, taken: &Nodes) -> String {
    let mut place = String::new();
    let zones: Vec<&str> = match &machines.zones {
        Zones::All => Vec::new(),
        Zones::Busiest => taken.zones.iter().map(|zone| known(plan, zone)).collect(),
        Zones::Named(names) => names.iter().map(String::as_str).collect(),
    };
    // Nodes outside zones have a label all the same.
    let mut struck = meant(plan, &machines.pools, &taken.pools).into_iter();
    let has_zones = struck.any(|pool| !pool.zones.is_empty());
    if !zones.is_empty() && has_zones {
        let noun = if zones.len() == 1 { "zone" } else { "zones" };
        place = format!(" of {noun} {}", all_of(&zones));
    }
    if machines.pools != Pools::All {
        place.push_str(" of ");
        place.push_str(&named(&machines.pools, &taken.pools));
    }
    let nodes = match (machines.most, taken.count) {
        (_, 0) => format!("all Spot nodes{place}; the model has none there"),
        (Some(_), 1) => format!("one Spot node{place}, that with the most pods"),
        (Some(_), count) => format!("{count} Spot nodes{place}, those with the most pods"),
        (None, count) => format!("all Spot nodes{place}, {count} in the model"),
    };
    if !zones.is_empty() && !has_zones {
        return format!("{nodes}, since the pools have no zones");
    }
    nodes
}

/// A zone as far as it is known: without the stand-in for a region that nothing names.
fn known<'z>(plan: &Plan, zone: &'z str) -> &'z str {
    let has_region = plan.provider.labels.zone == ZoneLabel::RegionAndZone;
    let number = zone.strip_prefix(REGION).filter(|_| has_region);
    number
        .and_then(|number| number.strip_prefix('-'))
        .unwrap_or(zone)
}

pub(super) fn named(pools: &Pools, struck: &BTreeSet<String>) -> String {
    let names: Vec<&str> = match pools {
        Pools::All => return "the Spot pools".to_owned(),
        Pools::Busiest => struck.iter().map(String::as_str).collect(),
        Pools::Named(names) => names.iter().map(String::as_str).collect(),
    };
    if names.is_empty() {
        return "the busiest Spot pool".to_owned();
    }
    let pools = if names.len() == 1 { "pool" } else { "pools" };
    format!("{pools} {}", all_of(&names))
}
