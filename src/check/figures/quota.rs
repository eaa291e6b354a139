//! The vCPU quota that a plan needs, in particular for failover.
//!
//! Regular vCPUs are limited per family of VM sizes and in total, Spot vCPUs by one quota for all sizes; each quota is
//! per subscription and region. Once the quota is used up, a pool cannot scale up, whatever its `nodes.max`.

use std::collections::BTreeMap;

use super::figure::Row;
use super::words::its;
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::pools::pools_of;
use crate::config::PlaceholderSpread;
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::{NodePool, NodeRange};
use crate::providers::Quota;
use crate::values::Quantity;

/// A pool with all facts that quotas depend on.
#[derive(Clone, Copy)]
struct SizedPool<'p> {
    pool: &'p NodePool,
    /// vCPUs of one node.
    vcpus: i64,
    range: NodeRange,
}

impl<'p> SizedPool<'p> {
    fn of(quota: &Quota, pool: &'p NodePool) -> Option<Self> {
        Some(Self {
            pool,
            vcpus: i64::from((quota.vcpus)(pool.vm_size.as_deref()?)?),
            range: pool.nodes?,
        })
    }
}

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let pools = |is_spot: bool| {
        let pools = plan.node_pools.iter();
        pools.filter(move |pool| pool.is_spot() == is_spot)
    };
    let Some(quota) = &plan.provider.quota else {
        return Vec::new();
    };
    if pools(true).next().is_none() {
        return Vec::new();
    }
    let family = |pool: &NodePool| pool.vm_size.as_deref().and_then(quota.family);
    let mut families: Vec<&str> = Vec::new();
    for family in pools(false).filter_map(family) {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let pods = failing_over(system);
    let mut numbers: Vec<Row> = families
        .iter()
        .filter_map(|name| {
            let own = pools(false).filter(|pool| family(pool) == Some(name));
            regular(
                system,
                (quota, name),
                &all(quota, own)?,
                families.len() > 1,
                &pods,
            )
        })
        .collect();
    if families.len() > 1 {
        let total = all(quota, pools(false));
        numbers.extend(
            total.and_then(|pools| regular(system, (quota, quota.regular), &pools, false, &pods)),
        );
    }
    numbers.extend(all(quota, pools(true)).map(|pools| Row {
        what: format!("vCPU quota {}", quota.spot),
        value: at_most(&pools).to_string(),
        how: format!(
            "Spot, one quota for all VM sizes in a region: {} at {} maximum; {}",
            names(&pools),
            its(pools.len()),
            quota.command
        ),
        is_bad: false,
    }));
    numbers
}

/// The pools, or `None` if the facts of any pool are unknown: an incomplete sum is useless.
fn all<'p>(quota: &Quota, pools: impl Iterator<Item = &'p NodePool>) -> Option<Vec<SizedPool<'p>>> {
    pools.map(|pool| SizedPool::of(quota, pool)).collect()
}

fn at_most(pools: &[SizedPool<'_>]) -> i64 {
    sum(pools
        .iter()
        .map(|pool| pool.vcpus.saturating_mul(pool.range.max)))
}

/// The vCPUs of pools that hold everything that fails over, and those at their maximum; `None` if nothing fails over to
/// them.
fn regular(
    system: &System,
    (quota, name): (&Quota, &str),
    pools: &[SizedPool<'_>],
    is_one_of_several: bool,
    pods: &[Pods],
) -> Option<Row> {
    let theirs: Vec<&str> = capacity::failover_pools(&system.plan)
        .iter()
        .map(|pool| pool.name.as_str())
        .collect();
    let (mut filled, others): (Vec<SizedPool<'_>>, Vec<SizedPool<'_>>) = pools
        .iter()
        .partition(|pool| theirs.contains(&pool.pool.name.as_str()));
    if filled.is_empty() {
        return None;
    }
    // The autoscaler scales up the highest tier first.
    filled.sort_by_key(|pool| std::cmp::Reverse(pool.pool.tier()));
    let (nodes, are_enough) = nodes_for(&filled, pods);
    let counts = filled
        .iter()
        .zip(&nodes)
        .map(|(pool, count)| (pool, *count));
    let counts = counts.chain(others.iter().map(|pool| (pool, pool.range.min)));
    let counts: Vec<(&SizedPool<'_>, i64)> = counts.collect();
    let needed = sum(counts
        .iter()
        .map(|(pool, count)| pool.vcpus.saturating_mul(*count)));
    let at_most = at_most(pools);
    // The autoscaler also adds nodes for the placeholders, once pods have displaced them.
    let displaced = if placeholders_on_demand(system).next().is_some() {
        " (including capacity for the placeholders that it displaces)"
    } else {
        ""
    };
    let purpose = match (are_enough, is_one_of_several) {
        (true, true) => format!("that failover needs{displaced} if all pods come here"),
        (true, false) => format!("that failover needs{displaced}"),
        // Whoever raises `nodes.max` needs more.
        (false, _) => format!(
            "at {} maximum, which is not enough for failover",
            its(filled.len())
        ),
    };
    Some(Row {
        what: format!("vCPU quota {name}"),
        value: if needed == at_most {
            at_most.to_string()
        } else {
            format!("{needed} to {at_most}")
        },
        how: format!(
            "regular: {}; {}",
            said(&counts, filled.len(), &purpose, (needed, at_most)),
            quota.command
        ),
        is_bad: !are_enough,
    })
}

/// `32 for the 8 nodes of regular1 that failover needs, 40 if regular1 scales up to its maximum of 10`. Pods fail over
/// to the first `filled` pools, and `purpose` tells what their nodes are for.
fn said(
    counts: &[(&SizedPool<'_>, i64)],
    filled: usize,
    purpose: &str,
    (needed, at_most): (i64, i64),
) -> String {
    let nodes = |counts: &[(&SizedPool<'_>, i64)]| {
        let there = counts.iter().filter(|(_, count)| *count > 0);
        let said = there.map(|(pool, count)| match count {
            1 => format!("the single node of {}", pool.pool.name),
            count => format!("the {count} nodes of {}", pool.pool.name),
        });
        said.collect::<Vec<String>>()
    };
    let (theirs, others) = counts.split_at(filled);
    let theirs = nodes(theirs).join(" and ");
    let theirs = (!theirs.is_empty()).then(|| format!("{theirs} {purpose}"));
    let all: Vec<String> = theirs.into_iter().chain(nodes(others)).collect();
    let now = format!("{needed} for {}", all.join(" and "));
    let mut growing = counts
        .iter()
        .filter(|(pool, count)| pool.range.max > *count);
    let (first, second) = (growing.next(), growing.next());
    let scaled_up = match (first, second) {
        (None, _) => return now,
        (Some((pool, _)), None) => format!(
            "{at_most} if {} scales up to its maximum of {}",
            pool.pool.name, pool.range.max
        ),
        _ => format!("{at_most} if all of these pools scale up to their maximums"),
    };
    if all.is_empty() {
        return scaled_up;
    }
    format!("{now}, {scaled_up}")
}

/// Pods of one size.
struct Pods {
    request: Amount,
    count: i64,
    is_one_per_node: bool,
}

/// Pods that need on-demand nodes after the loss of all Spot, the largest first: workloads, the placeholders on
/// on-demand nodes, which trigger scale-ups once they are preempted, and the descheduler.
fn failing_over(system: &System) -> Vec<Pods> {
    let mut by_size: BTreeMap<(i64, i64, bool), i64> = BTreeMap::new();
    let mut add = |request: Amount, count: i64, is_one_per_node: bool| {
        let key = (request.cpu, request.memory, is_one_per_node);
        let known = by_size.entry(key).or_default();
        *known = known.saturating_add(count);
    };
    for workload in capacity::workloads_without_spot(&system.plan) {
        if let Some(requests) = workload
            .requests
            .as_ref()
            .filter(|_| workload.kind.is_counted())
        {
            add(
                requests.into(),
                workload.most_replicas().unwrap_or(1),
                false,
            );
        }
    }
    for placeholder in placeholders_on_demand(system) {
        let is_one_per_node = placeholder.spread == PlaceholderSpread::OnePerNode;
        let count = placeholder.replicas.map_or(0, i64::from);
        add((&placeholder.requests).into(), count, is_one_per_node);
    }
    if let Some(descheduler) = &system.descheduler {
        let requests = &descheduler.resources.requests;
        let request = Amount {
            cpu: requests.get("cpu").map_or(0, Quantity::millis),
            memory: requests.get("memory").map_or(0, Quantity::bytes),
        };
        add(request, 1, false);
    }
    let pods = by_size.into_iter().rev();
    pods.map(|((cpu, memory, is_one_per_node), count)| Pods {
        request: Amount { cpu, memory },
        count,
        is_one_per_node,
    })
    .collect()
}

/// Placeholders that can run on no Spot node.
fn placeholders_on_demand(system: &System) -> impl Iterator<Item = &Placeholder> {
    let placeholders = system.placeholders().map(|(_, placeholder)| placeholder);
    placeholders
        .filter(|placeholder| pools_of(&system.plan, placeholder).all(|pool| !pool.is_spot()))
}

/// How many nodes of each pool hold the pods, and whether they are enough for every pod that fits on a node at all.
/// Each pool is filled before the next, within its minimum and maximum: first fit, the largest pod first, as the
/// autoscaler estimates.
fn nodes_for(pools: &[SizedPool<'_>], pods: &[Pods]) -> (Vec<i64>, bool) {
    let mut counts = vec![0_i64; pools.len()];
    let mut rests: Vec<Amount> = Vec::new();
    let mut are_enough = true;
    for pods in pods {
        let most_on_node = if pods.is_one_per_node { 1 } else { i64::MAX };
        let mut left = pods.count;
        let put = |rest: &mut Amount, left: &mut i64| {
            // A pod without requests needs no node.
            let fit = pods.request.count_in(*rest).unwrap_or(i64::MAX);
            let here = fit.min(*left).min(most_on_node);
            *rest = rest.minus(pods.request.times(here));
            *left -= here;
        };
        for rest in &mut rests {
            put(rest, &mut left);
        }
        for (pool, count) in pools.iter().zip(&mut counts) {
            let Some(whole) = capacity::of_node(pool.pool) else {
                continue;
            };
            while left > 0 && *count < pool.range.max && pods.request.fits(whole) {
                let mut rest = whole;
                put(&mut rest, &mut left);
                rests.push(rest);
                *count += 1;
            }
        }
        let mut nodes = pools.iter().filter_map(|pool| capacity::of_node(pool.pool));
        are_enough &= left == 0 || !nodes.any(|node| pods.request.fits(node));
    }
    let counts = counts.iter().zip(pools);
    let counts = counts.map(|(count, pool)| (*count).max(pool.range.min));
    (counts.collect(), are_enough)
}

fn names(pools: &[SizedPool<'_>]) -> String {
    let names: Vec<&str> = pools.iter().map(|pool| pool.pool.name.as_str()).collect();
    names.join(", ")
}

fn sum(parts: impl Iterator<Item = i64>) -> i64 {
    parts.fold(0, i64::saturating_add)
}
