//! The nodes that placeholders keep running, and the placeholders that are added for overflow.

use super::figure::Row;
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::added::Added;
use crate::components::overprovisioner::kept::{Kept, counted as counted_nodes};
use crate::components::overprovisioner::pools::pools_of;
use crate::plan::{NodePool, Plan};

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let mut numbers = Vec::new();
    for (_, placeholder) in system.placeholders() {
        if !pools_of(plan, placeholder).any(NodePool::is_spot) {
            continue;
        }
        numbers.extend(kept(plan, placeholder));
        numbers.extend(added(plan, placeholder));
    }
    numbers
}

fn kept(plan: &Plan, placeholder: &Placeholder) -> Option<Row> {
    let least = Kept::least(plan, placeholder)?;
    let most = Kept::most(plan, placeholder)?;
    let range = format!(
        "from {}, {least}, to {}, {most}",
        least.amount(),
        most.amount()
    );
    let (value, which) = match Kept::expected(plan, placeholder) {
        Some(expected) if least == most => (expected.amount(), expected.to_string()),
        Some(expected) => (
            expected.amount(),
            format!("{expected}; if a pool has no capacity when they are requested: {range}"),
        ),
        None => (
            least.amount_to(&most),
            format!("the autoscaler chooses: {range}"),
        ),
    };
    let running: i64 = least.pools().filter_map(|pool| Some(pool.nodes?.min)).sum();
    let running = match running {
        0 => String::new(),
        running => format!(
            "; {} of them run because of `nodes.min`",
            counted_nodes(running)
        ),
    };
    Some(Row {
        what: format!("Spot nodes kept by placeholders `{}`", placeholder.name),
        value,
        how: format!("{which}{running}; nodes for the workloads come on top"),
        is_bad: false,
    })
}

fn added(plan: &Plan, placeholder: &Placeholder) -> Option<Row> {
    let added = Added::of(plan, placeholder)?;
    let strength = added.shares.map_or_else(String::new, |shares| {
        let [least, most] = shares.map(|share| format!("{:.0}", share * 100.0));
        let range = if least == most {
            least
        } else {
            format!("{least} to {most}")
        };
        format!("; the Spot nodes that they add hold {range} % of the pods of that node")
    });
    Some(Row {
        what: format!("placeholders `{}` added for overflow", placeholder.name),
        value: format!("{} per node", added.each),
        how: format!(
            "none while {}, {} for each further node, at most {} in total{strength}; a node that only unlisted workloads need also \
             counts",
            match (added.least, added.counted.join(", ")) {
                (1, pools) => format!("1 node of {pools} runs"),
                (least, pools) => format!("{least} nodes of {pools} run"),
            },
            added.each,
            added.most
        ),
        is_bad: false,
    })
}
