use std::collections::HashMap;

use super::context::{Context, spec};
use crate::config::{Capacity, Mode, NodePool, OsType};
use crate::diagnostic::Pointer;
use crate::providers::TaintValue;
use crate::values::LabelValue;

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
        taints(context, pool, &pointer);
        zones(context, pool, &pointer);
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

fn taints(context: &mut Context<'_>, pool: &NodePool, pointer: &Pointer) {
    if context.facts.taints.value == TaintValue::Optional {
        return;
    }
    for (at, taint) in pool.taints.iter().flatten().enumerate() {
        if !taint.as_str().contains('=') {
            let pointer = pointer.child("taints").child(at);
            context.problem(
                &pointer,
                format!("taint `{taint}` has no value"),
                format!(
                    "write `key=value:Effect`: {} requires a value",
                    context.facts.title
                ),
            );
        }
    }
}
