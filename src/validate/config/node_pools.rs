use foldhash::{HashMap, HashMapExt as _};

use super::context::{Context, spec};
use crate::config::{Capacity, Mode, NodePool, OsType};
use crate::diagnostic::Pointer;
use crate::values::{LabelValue, group_name, pattern};

pub(super) fn check(context: &mut Context<'_>) {
    let pools = &context.config.spec.node_pools;
    for (at, pool) in pools.iter().enumerate() {
        let pointer = spec().child("nodePools").child(at);
        if let Some(first) = pools[..at].iter().position(|other| other.name == pool.name) {
            let first = spec().child("nodePools").child(first).child("name");
            context.twice(
                &first,
                &pointer.child("name"),
                &format!("node pool `{}`", pool.name),
                "rename one of the two pools",
            );
        }
        name(context, pool, &pointer);
        range(context, pool, &pointer);
        limits(context, pool, &pointer);
        spot(context, pool, &pointer);
        spot_label(context, pool, &pointer);
        node_group(context, pool, &pointer);
        zones(context, pool, &pointer);
        price(context, pool, &pointer);
    }
}

fn price(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    if pool
        .price
        .as_ref()
        .is_some_and(|price| price.per_hour.get() < 0.0)
    {
        context.problem(
            &pointer.child("price").child("perHour"),
            "a price below zero",
            "write what one node costs an hour, such as `0.192`",
        );
    }
}

fn zones(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let pointer = pointer.child("zones");
    let mut known: HashMap<&LabelValue, (usize, bool)> = HashMap::new();
    for (at, zone) in pool.zones.iter().enumerate() {
        if zone.as_str().is_empty() {
            let help = "write the number or the name of a zone, or remove it";
            context.problem(&pointer.child(at), "a zone without a name", help);
            continue;
        }
        let (first, is_told) = known.entry(zone).or_insert((at, false));
        // However often it is repeated, that is one mistake.
        if *first < at && !*is_told {
            *is_told = true;
            context.twice(
                &pointer.child(*first),
                &pointer.child(at),
                &format!("zone `{zone}` of pool `{}`", pool.name),
                "remove one of them",
            );
        }
    }
}

fn name(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let rule = &context.facts.pool_name;
    let max = match pool.os_type {
        OsType::Linux => rule.max_length,
        OsType::Windows => rule.max_length_windows,
    };
    let matches = rule.pattern.is_none_or(|pattern| {
        regex::Regex::new(pattern)
            .expect("the providers' patterns are valid")
            .is_match(pool.name.as_str())
    });
    if pool.name.as_str().len() > max || !matches {
        let message = format!(
            "`{}` is not a valid name for a node pool on {}",
            pool.name, context.facts.title
        );
        context.problem(
            &pointer.child("name"),
            message,
            format!("use {}", rule.words),
        );
    }
}

fn range(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let Some(range) = pool.nodes else { return };
    if range.min > range.max {
        let message = format!(
            "`min` {} is greater than `max` {}",
            range.min.get(),
            range.max.get()
        );
        context.problem(
            &pointer.child("nodes").child("min"),
            message,
            "set `min` to at most `max`: the autoscaler needs that",
        );
    }
}

/// Checks the range against the limits of the provider.
fn limits(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let Some(range) = pool.nodes else { return };
    let facts = context.facts;
    let nodes = pointer.child("nodes");
    if let Some(system_pools) = &facts.system_pools
        && pool.mode == Mode::System
        && range.min.get() < system_pools.min_nodes
    {
        let help = format!(
            "set `min` to {} or more, or use `mode: User`",
            system_pools.min_nodes
        );
        context.problem(
            &nodes.child("min"),
            format!("a System pool on {} cannot scale to 0 nodes", facts.title),
            help,
        );
    }
    if let Some(most) = facts.pool_limits.nodes_per_pool
        && range.max.get() > most
    {
        let message = format!(
            "{} nodes are more than a node pool on {} can have",
            range.max.get(),
            facts.title
        );
        context.problem(
            &nodes.child("max"),
            message,
            format!("set `max` to {most} or less, or use several pools"),
        );
    }
}

fn spot(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    if pool.capacity == Capacity::Spot && pool.mode == Mode::System {
        let help = "use `mode: User`: system pods need nodes that are not evicted";
        context.problem(
            &pointer.child("mode"),
            "a Spot pool cannot be a System pool",
            help,
        );
    }
    if pool.instances_distribution.is_some() && pool.capacity == Capacity::OnDemand {
        let help =
            "use `capacity: Spot`, which also says that some nodes are on-demand, or remove it";
        context.problem(
            &pointer.child("instancesDistribution").at_key(),
            "`instancesDistribution` is for Spot pools only",
            help,
        );
    }
    let Some(spot) = &pool.spot else { return };
    if pool.capacity == Capacity::OnDemand {
        let help = "remove it, or use `capacity: Spot`";
        context.problem(
            &pointer.child("spot").at_key(),
            "`spot` is for Spot pools only",
            help,
        );
    }
    if spot.max_price.is_some_and(|price| !is_price(price.get())) {
        let help =
            "write -1 for the on-demand price, or US dollars per hour with at most five decimals";
        context.problem(
            &pointer.child("spot").child("maxPrice"),
            "`maxPrice` is not a valid price",
            help,
        );
    }
}

/// Source: azure-cli `command_modules/acs/_validators.py`, `validate_spot_max_price`.
#[expect(clippy::float_cmp, reason = "-1 is written, not computed")]
fn is_price(price: f64) -> bool {
    let scaled = price * 1e5;
    price == -1.0 || (price > 0.0 && (scaled - scaled.round()).abs() < 1e-6)
}

fn spot_label(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let Some(label) = &pool.spot_label else {
        return;
    };
    let pointer = pointer.child("spotLabel");
    if pool.capacity == Capacity::OnDemand {
        let help = "remove it, or use `capacity: Spot`";
        context.problem(
            &pointer.at_key(),
            "`spotLabel` is for Spot pools only",
            help,
        );
    } else if let Some((second, _)) = label.iter().nth(1) {
        let message = format!("`spotLabel` has {} labels", label.keys().count());
        let help = "keep the one that all Spot nodes have and no on-demand node, and move the others to `labels`";
        context.problem(&pointer.child(second).at_key(), message, help);
    } else if let Some((key, value)) = label.iter().next()
        && let Some(other) = pool.labels.get(key).filter(|other| *other != value)
    {
        let message = format!("`spotLabel` sets `{key}` to `{value}`, `labels` to `{other}`");
        context.problem(&pointer.child(key), message, "remove one of the two");
    }
}

fn node_group(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    let Some(written) = pool.node_group.as_deref() else {
        return;
    };
    if group_name::is_name(written) {
        return;
    }
    let pointer = pointer.child("nodeGroup");
    if let Err(reason) = pattern::check(written) {
        let help =
            "write the exact name of the node group, or a regular expression that matches it";
        context.problem(&pointer, reason, help);
    } else if group_name::example(written).is_none_or(|example| example.is_empty()) {
        let help = "write the exact name of the node group, or a pattern with a part of that name";
        let message = format!("`{written}` tells no node group from another");
        context.problem(&pointer, message, help);
    }
}
