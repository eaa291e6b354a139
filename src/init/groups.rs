//! What the autoscaler's own report adds to the pools: the real names of node groups, and their ranges.

use regex::Regex;

use super::group_prefixes::{Prefixes, before_pool};
use super::pool::Pool;
use crate::config::{Capacity, OsType, Per};
use crate::providers::Facts;
use crate::snapshot::{AutoscalerStatus, GroupStatus};
use crate::values::{group_name, pattern};

/// Adds what the report knows. Groups that no pool has become pools.
pub(super) fn add(pools: &mut Vec<Pool>, status: &AutoscalerStatus, facts: &Facts) {
    let mut of_pool: Vec<Vec<&GroupStatus>> = vec![Vec::new(); pools.len()];
    let mut unknown: Vec<(Pool, &GroupStatus)> = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut others = Vec::new();
    for group in &status.groups {
        match owner(pools, group, facts) {
            Some(at) => {
                prefixes.extend(before_pool(&pools[at].name, &group.name, facts));
                of_pool[at].push(group);
            }
            None => others.push(group),
        }
    }
    let prefixes = Prefixes::new(prefixes, &status.groups, facts);
    for group in others {
        unknown.push((named(&group.name, &prefixes, facts), group));
    }
    for (pool, groups) in pools.iter_mut().zip(of_pool) {
        complete(pool, &groups, facts);
    }
    let mut added: Vec<(Pool, Vec<&GroupStatus>)> = Vec::new();
    for (pool, group) in unknown {
        match added.iter_mut().find(|(own, _)| own.name == pool.name) {
            Some((_, groups)) => groups.push(group),
            None => added.push((pool, vec![group])),
        }
    }
    for (mut pool, groups) in added {
        complete(&mut pool, &groups, facts);
        pools.push(pool);
    }
}

fn complete(pool: &mut Pool, groups: &[&GroupStatus], facts: &Facts) {
    let Some(first) = groups.first() else {
        return;
    };
    // Each zone has a group of its own where ranges are counted per zone.
    let is_per_zone = facts.pool_limits.counted_per == Per::Zone;
    let ranges = groups.iter().map(|group| (group.min, group.max));
    let range = ranges.reduce(|one, other| {
        if is_per_zone {
            (one.0.max(other.0), one.1.max(other.1))
        } else {
            (one.0 + other.0, one.1 + other.1)
        }
    });
    pool.nodes = pool.nodes.or(range);
    if !follows(pool, &first.name, facts) {
        let declared = pool.node_group.get_or_insert_with(|| first.name.clone());
        if !groups.iter().all(|group| is_called(declared, &group.name)) {
            pool.remarks.push(format!(
                "the autoscaler has {} groups for it, of which one is named: write a pattern that matches all",
                groups.len()
            ));
        }
    }
}

/// Whether the name of a group follows from that of its pool.
pub(super) fn follows(pool: &Pool, group: &str, facts: &Facts) -> bool {
    let os = if pool.is_windows {
        OsType::Windows
    } else {
        OsType::Linux
    };
    let node_group = &facts.cluster_autoscaler.node_group;
    pattern::matches(&node_group.pattern(&pool.name, os), group)
}

/// Whether a group has this name, or one of this pattern.
fn is_called(declared: &str, group: &str) -> bool {
    if group_name::is_name(declared) {
        declared == group
    } else {
        pattern::matches(declared, group)
    }
}

/// The pool whose group it is: by the cloud's rule for its name, or the one with the longest name within it.
fn owner(pools: &[Pool], group: &GroupStatus, facts: &Facts) -> Option<usize> {
    let by_rule = pools.iter().position(|pool| {
        let declared = pool.node_group.as_ref().or(pool.tool_group.as_ref());
        declared.is_some_and(|own| is_called(own, &group.name)) || follows(pool, &group.name, facts)
    });
    let within = || {
        let pools = pools.iter().enumerate();
        let named = pools.filter(|(_, pool)| is_word_of(&pool.name, &group.name));
        let longest = named.max_by_key(|(_, pool)| pool.name.len());
        longest.map(|(at, _)| at)
    };
    by_rule.or_else(within)
}

/// Whether a name stands in another one between things that are no letters or digits.
fn is_word_of(word: &str, text: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_end = |next: Option<char>| next.is_none_or(|next| !next.is_alphanumeric());
        is_end(before) && is_end(after)
    })
}

/// The pool whose group is called this.
fn named(group: &str, prefixes: &Prefixes, facts: &Facts) -> Pool {
    let node_group = &facts.cluster_autoscaler.node_group;
    if let Some(name) = of_template(node_group.linux, group) {
        return prefixes.pool(name, group);
    }
    let windows = node_group.windows;
    if windows != node_group.linux
        && let Some(name) = of_template(windows, group)
    {
        return Pool {
            is_windows: true,
            ..Pool::named(name)
        };
    }
    let last = group.rsplit('/').next().unwrap_or(group);
    let kept = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let name: String = last
        .chars()
        .filter(|letter| kept(*letter))
        .take(63)
        .collect();
    Pool::named(name.trim_matches(['-', '_', '.']))
}

/// The name that a pool must have by the provider's rule.
fn of_template(template: &str, group: &str) -> Option<String> {
    // The wildcard of a template stands for the name of the cluster, which has hyphens too.
    let pattern = template.replace("{pool}", "(?P<pool>[A-Za-z0-9][A-Za-z0-9.-]*?)");
    let found = Regex::new(&pattern).ok()?.captures(group)?;
    Some(found.name("pool")?.as_str().to_owned())
}

/// Names the groups that a tool made by its own rule, where nothing has told their names.
pub(super) fn add_of_tools(pools: &mut [Pool]) {
    for pool in pools.iter_mut().filter(|pool| pool.node_group.is_none()) {
        if let Some(group) = pool.tool_group.take() {
            pool.node_group = Some(group);
            pool.remarks.push(
                "`nodeGroup` is a pattern by the labels of eksctl: its list has the name (`--pools`)"
                    .to_owned(),
            );
        }
    }
}

/// What the name of a pool says of how its nodes are bought, where nothing else does.
pub(super) fn guess_capacity(pools: &mut [Pool]) {
    for pool in pools {
        if pool.capacity.is_none() {
            let name = pool.name.to_lowercase();
            let group = pool
                .node_group
                .as_deref()
                .unwrap_or_default()
                .to_lowercase();
            let is_spot =
                name.contains("spot") || group.contains("spot") || name.contains("preempt");
            let capacity = if is_spot {
                Capacity::Spot
            } else {
                Capacity::OnDemand
            };
            pool.capacity = Some(capacity);
            pool.remarks.push(format!(
                "`capacity` is a guess by its name, since it has no node: is it {}?",
                if is_spot { "Spot" } else { "on-demand" }
            ));
        }
    }
}
