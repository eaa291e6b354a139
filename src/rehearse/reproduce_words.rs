//! What comments say of the commands that cause a scenario for real: which nodes are meant, and what no command does.

use std::collections::BTreeSet;

use crate::plan::Plan;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Machines, Pools, Stage, Supply, Zones};

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
            let pool = |group: usize| world.groups[group].pool.clone();
            let zone = |zone| world.symbols.text(zone).to_owned();
            Nodes {
                pools: nodes
                    .clone()
                    .filter_map(|node| Some(pool(node.group?.index())))
                    .collect(),
                zones: nodes
                    .filter_map(|own| world.node(own.node).zone.map(zone))
                    .collect(),
                count,
            }
        })
        .collect()
}

/// Which nodes are to be taken.
pub(super) fn which(machines: &Machines, taken: &Nodes) -> String {
    let mut place = String::new();
    let zones: Vec<&str> = match &machines.zones {
        Zones::All => Vec::new(),
        Zones::Busiest => taken.zones.iter().map(String::as_str).collect(),
        Zones::Named(names) => names.iter().map(String::as_str).collect(),
    };
    if !zones.is_empty() {
        place = format!(" of zone {}", zones.join(", "));
    }
    if machines.pools != Pools::All {
        place.push_str(" of ");
        place.push_str(&named(&machines.pools, &taken.pools));
    }
    match (machines.most, taken.count) {
        (_, 0) => format!("all Spot nodes{place}; the model has none there"),
        (Some(_), 1) => format!("one Spot node{place}, that with the most pods"),
        (Some(_), count) => format!("{count} Spot nodes{place}, those with the most pods"),
        (None, count) => format!("all Spot nodes{place}, {count} in the model"),
    }
}

fn named(pools: &Pools, struck: &BTreeSet<String>) -> String {
    let names: Vec<&str> = match pools {
        Pools::All => return "the Spot pools".to_owned(),
        Pools::Busiest => struck.iter().map(String::as_str).collect(),
        Pools::Named(names) => names.iter().map(String::as_str).collect(),
    };
    if names.is_empty() {
        return "the busiest Spot pool".to_owned();
    }
    format!("pool {}", names.join(", "))
}

/// Says that no command withholds capacity, and what comes near it.
///
/// Where the group of a machine asks for another one by itself, nothing does.
pub(super) fn withheld(
    plan: &Plan,
    (pools, struck): (&Pools, &BTreeSet<String>),
    supply: Supply,
    is_short: bool,
) -> Option<String> {
    let pools = named(pools, struck);
    let is_replaced = plan.provider.interruption.is_replaced;
    let nodes = match supply {
        Supply::Plenty if is_short && !is_replaced => {
            return Some(format!("# give {pools} the usual maximum again"));
        }
        Supply::Plenty => return None,
        Supply::Percent(percent) => format!("no more than {percent} % of the nodes come"),
        Supply::Nothing | Supply::Hangs => "no node comes".to_owned(),
    };
    Some(if is_replaced {
        format!("# no command withholds capacity from {pools}: each machine is replaced")
    } else {
        format!(
            "# no command withholds capacity: lower the maximum of {pools} meanwhile, so that {nodes}"
        )
    })
}
