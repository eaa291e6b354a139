//! What may end a finding: changes of the configuration, each tried in the model before it is offered.

use super::causes::workload;
use super::class::{Blame, Change, Class, Finding};
use super::findings::found;
use crate::components::System;
use crate::config::EvictionPolicy;
use crate::diagnostic::Pointer;
use crate::plan::NodePool;
use crate::simulate::run::run;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::Given;
use crate::simulate::verdict::{Verdict, outcome};

/// Makes the cluster of the configuration with some values set, as `--set` does; none where that is not valid.
pub type Replan<'r> = dyn Fn(&[String]) -> Option<Given> + 'r;

/// Tries what may end the finding, the smallest change first. One after which everything is where it belongs is better
/// than one that only ends a loop.
pub(super) fn add(
    finding: &mut Finding,
    system: &System,
    scenario: &Scenario,
    now: Verdict,
    replan: &Replan<'_>,
) {
    if finding.class == Class::WatchEnded {
        return;
    }
    let mut changes: Vec<Change> = Vec::new();
    let candidates = candidates(finding, system).into_iter();
    for set in candidates.filter(|set| !set.is_empty()) {
        let Some(given) = replan(&set) else {
            continue;
        };
        let tried = run(&given, scenario, None, &mut |_| ());
        let verdict = tried.ending.verdict;
        if finding.class == Class::L4 || now == Verdict::Converged {
            // A runaway is wrong whatever the verdict, and so is a node that nobody can replace.
            let mut left = found(&tried, &outcome(&tried)).into_iter();
            if rank(verdict) <= rank(now) && !left.any(|own| own.class == finding.class) {
                changes.push(Change { set, verdict });
                break;
            }
            continue;
        }
        let best = changes.last().map_or(rank(now), |best| rank(best.verdict));
        if rank(verdict) < best {
            changes.push(Change { set, verdict });
        }
        if verdict == Verdict::Converged {
            break;
        }
    }
    finding.changes = changes;
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}

fn candidates(finding: &Finding, system: &System) -> Vec<Vec<String>> {
    let set = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    // null takes a key off: what is left is the default.
    let room = set(&[
        "spec.descheduler.evictor.nodeFit=true",
        "spec.descheduler.evictor.nodeSelector=null",
    ]);
    let limit = set(&["spec.descheduler.limits.total=null"]);
    let taints: Vec<String> = system
        .plan
        .node_pools
        .iter()
        .filter(|pool| !pool.is_spot())
        .map(|pool| format!("spec.nodePools.{}.taints=null", pool.name))
        .collect();
    let placeholders = set(&["spec.overprovisioner.placeholders=null"]);
    let join = |lists: &[&Vec<String>]| lists.iter().flat_map(|own| own.iter().cloned()).collect();
    match finding.class {
        Class::L1 => vec![
            room.clone(),
            join(&[&room, &limit]),
            join(&[&room, &limit, &taints]),
            join(&[&room, &limit, &taints, &placeholders]),
        ],
        Class::L2 | Class::DeletionTaint => vec![taints.clone(), join(&[&taints, &room])],
        Class::L3 => vec![room],
        Class::L4 => vec![placeholders],
        Class::L5 => match &finding.blame {
            Blame::Budget => vec![one_at_a_time(finding, system)],
            Blame::Key(key) => vec![vec![format!("{}=null", written(key))]],
            Blame::Taints(pool) => vec![vec![format!("spec.nodePools.{pool}.taints=null")]],
            _ => vec![
                placeholders.clone(),
                set(&["spec.overprovisioner=null"]),
                set(&["spec.descheduler=null"]),
                join(&[&placeholders, &set(&["spec.descheduler=null"])]),
            ],
        },
        Class::Stall if finding.blame == Blame::Deallocation => {
            vec![deleted(&system.plan.node_pools)]
        }
        Class::Stall => match &finding.blame {
            Blame::Budget => vec![one_at_a_time(finding, system)],
            Blame::Maximum(full) => {
                let pools = &system.plan.node_pools;
                vec![more_nodes(pools, full, 2), more_nodes(pools, full, 4)]
            }
            Blame::UnreadyLimits => vec![set(&[
                "spec.autoscaler.profile.max-total-unready-percentage=100",
                "spec.autoscaler.profile.ok-total-unready-count=1000",
            ])],
            _ => vec![],
        },
        Class::ScaleDown | Class::WatchEnded => vec![],
    }
}

/// A key as `--set` takes it.
fn written(key: &Pointer) -> String {
    let segments = key.segments().map(|own| own.to_string());
    segments.collect::<Vec<_>>().join(".")
}

/// A budget that lets one pod go. Names that two workloads have say nothing certain to `--set`.
fn one_at_a_time(finding: &Finding, system: &System) -> Vec<String> {
    let Some(own) = workload(finding, system) else {
        return Vec::new();
    };
    let mut all = system.plan.workloads.iter();
    if all.any(|other| other.name == own.name && other.namespace != own.namespace) {
        return Vec::new();
    }
    let budget = format!("spec.workloads.{}.disruptionBudget", own.name);
    vec![
        format!("{budget}.minAvailable=null"),
        format!("{budget}.maxUnavailable=1"),
    ]
}

/// Spot nodes that are deleted with their machines.
fn deleted(pools: &[NodePool]) -> Vec<String> {
    let kept = pools
        .iter()
        .filter(|pool| pool.eviction_policy == Some(EvictionPolicy::Deallocate));
    kept.map(|pool| format!("spec.nodePools.{}.spot.evictionPolicy=Delete", pool.name))
        .collect()
}

/// These pools may have so many times the nodes; of several, those on on-demand, which are there when Spot is not.
fn more_nodes(pools: &[NodePool], full: &[String], times: i64) -> Vec<String> {
    let mut named: Vec<&NodePool> = pools
        .iter()
        .filter(|pool| full.contains(&pool.name))
        .collect();
    if named.iter().any(|pool| !pool.is_spot()) {
        named.retain(|pool| !pool.is_spot());
    }
    let ranges = named
        .into_iter()
        .filter_map(|pool| Some((pool, pool.nodes?)));
    ranges
        .map(|(pool, nodes)| {
            let most = nodes.max.max(1).saturating_mul(times);
            format!("spec.nodePools.{}.nodes.max={most}", pool.name)
        })
        .collect()
}
