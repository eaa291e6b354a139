//! What may end a finding: changes of the configuration, each tried in the model before it is offered.

mod edits;
mod more_placeholders;
mod placing;

use super::class::{Blame, Change, Class, Finding};
use super::findings::found;
use super::held;
use super::hold::Hold;
use super::place::Places;
use crate::config::EvictionPolicy;
use crate::diagnostic::Pointer;
use crate::plan::NodePool;
use crate::simulate::run::run;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::Given;
use crate::simulate::verdict::{Verdict, outcome};
use edits::Edit;

/// Makes the cluster of the configuration with some values set, as `--set` does; none where that is not valid.
pub type Replan<'r> = dyn Fn(&[String]) -> Option<Given> + 'r;

/// What is tried.
enum Trial {
    Set(Vec<String>),
    Edit(Edit),
}

impl Trial {
    /// The cluster with it; none where it is not valid, or there is nothing to change.
    fn given(&self, replan: &Replan<'_>) -> Option<Given> {
        match self {
            Self::Set(set) => replan(set),
            Self::Edit(edit) => {
                let mut given = replan(&[])?;
                edit.apply(&mut given).then_some(given)
            }
        }
    }

    fn change(self, verdict: Verdict) -> Change {
        let (set, edit) = match self {
            Self::Set(set) => (set, None),
            Self::Edit(edit) => (Vec::new(), Some(edit.words)),
        };
        Change { set, edit, verdict }
    }
}

/// Tries what may end the finding, the smallest change first. One after which everything is where it belongs is better
/// than one that only ends a loop.
pub(super) fn add(
    finding: &mut Finding,
    places: &Places<'_>,
    scenario: &Scenario,
    now: Verdict,
    replan: &Replan<'_>,
) {
    if finding.class == Class::WatchEnded {
        return;
    }
    let mut changes: Vec<Change> = Vec::new();
    let mut count = 0;
    let sets = candidates(finding, places).into_iter();
    let sets = sets.filter(|set| !set.is_empty()).map(Trial::Set);
    for trial in edit(finding, places)
        .map(Trial::Edit)
        .into_iter()
        .chain(sets)
    {
        let Some(given) = trial.given(replan) else {
            continue;
        };
        count += 1;
        let tried = run(&given, scenario, None, &mut |_| ());
        let verdict = tried.ending.verdict;
        if finding.class == Class::L4 || now == Verdict::Converged {
            // A runaway is wrong whatever the verdict, and so is a node that nobody can replace.
            let mut left = found(&tried, &outcome(&tried)).into_iter();
            if rank(verdict) <= rank(now) && !left.any(|own| own.class == finding.class) {
                changes.push(trial.change(verdict));
                break;
            }
            continue;
        }
        let best = changes.last().map_or(rank(now), |best| rank(best.verdict));
        if rank(verdict) < best {
            changes.push(trial.change(verdict));
        }
        if verdict == Verdict::Converged {
            break;
        }
    }
    if changes.is_empty() {
        finding.no_change = Some(why_none(finding, count));
    }
    finding.changes = changes;
}

/// Why no change is offered.
fn why_none(finding: &Finding, tried: usize) -> String {
    let known = match &finding.blame {
        Blame::Pods { hold, .. } => match hold {
            Hold::Requests => "only a larger `vmSize` or smaller requests do",
            Hold::Ports => "only a Service in place of the port, or fewer replicas than nodes, do",
            Hold::Claims => {
                "the settings spare them on purpose, since a volume can be bound to a zone; a rollout moves them"
            }
            Hold::Affinity => "only the pods that they want to be beside do",
            _ => "only what their manifest asks for does",
        },
        Blame::Deallocation => {
            "the scenario keeps the machines; where pools have `evictionPolicy: Delete`, they are gone"
        }
        _ if finding.rule == Some("spot-without-fallback") => {
            "only a pool on on-demand does, and its size is not ours to choose"
        }
        _ => "",
    };
    let colon = if known.is_empty() { "" } else { ": " };
    match tried {
        0 => format!("no setting ends it{colon}{known}"),
        1 => format!("the one change that was tried does not end it{colon}{known}"),
        count => format!("none of the {count} changes that were tried ends it{colon}{known}"),
    }
}

/// The change of a manifest that may end it, where the cause is in one.
fn edit(finding: &Finding, places: &Places<'_>) -> Option<Edit> {
    let place = finding.cause.as_deref().unwrap_or_default();
    match &finding.blame {
        Blame::Budget(name) => edits::budget(places.workload(name)?, place),
        Blame::Pods {
            workload,
            hold,
            pools,
        } => {
            let pods = held::by(workload, hold, places)?;
            if !held::is_in_manifest(pods, hold, pools, places) {
                return None;
            }
            edits::pods(pods, (hold, pools), (place, places))
        }
        _ => None,
    }
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}

fn candidates(finding: &Finding, places: &Places<'_>) -> Vec<Vec<String>> {
    let system = places.system;
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
        Class::L3 => {
            let mut all = of_pods(finding, places);
            all.push(room);
            all
        }
        Class::L4 => vec![placeholders],
        Class::L5 => match &finding.blame {
            Blame::Pods { .. } => of_pods(finding, places),
            Blame::Budget(name) => vec![one_at_a_time(name, places)],
            Blame::Key(key) => vec![vec![format!("{}=null", written(key))]],
            Blame::Taints(pool) => vec![vec![format!("spec.nodePools.{pool}.taints=null")]],
            Blame::Maximum(full) => {
                let pools = &system.plan.node_pools;
                let mut all = vec![more_nodes(pools, full, 2), more_nodes(pools, full, 4)];
                all.extend(more_placeholders::sets(places));
                all
            }
            blame => {
                let mut all = vec![
                    placeholders.clone(),
                    set(&["spec.overprovisioner=null"]),
                    set(&["spec.descheduler=null"]),
                    join(&[&placeholders, &set(&["spec.descheduler=null"])]),
                ];
                if *blame == Blame::Placeholders {
                    all.extend(more_placeholders::sets(places));
                }
                all
            }
        },
        Class::Stall if finding.blame == Blame::Deallocation => {
            vec![deleted(&system.plan.node_pools)]
        }
        Class::Stall => match &finding.blame {
            Blame::Budget(name) => vec![one_at_a_time(name, places)],
            Blame::Maximum(full) => {
                let pools = &system.plan.node_pools;
                [2, 4, 8].map(|times| more_nodes(pools, full, times)).into()
            }
            Blame::UnreadyLimits => vec![set(&[
                "spec.autoscaler.profile.max-total-unready-percentage=100",
                "spec.autoscaler.profile.ok-total-unready-count=1000",
            ])],
            Blame::Pods { .. } => of_pods(finding, places),
            _ => vec![],
        },
        Class::ScaleDown => vec![
            set(&["spec.autoscaler.profile.scale-down-unneeded-time=30m"]),
            set(&["spec.autoscaler.profile.scale-down-utilization-threshold=0.1"]),
            set(&["spec.descheduler.interval=2m"]),
        ],
        Class::WatchEnded => vec![],
    }
}

/// A key as `--set` takes it.
fn written(key: &Pointer) -> String {
    let segments = key.segments().map(|own| own.to_string());
    segments.collect::<Vec<_>>().join(".")
}

/// Where pods are held up: their placement in the configuration, and more nodes where their number counts.
fn of_pods(finding: &Finding, places: &Places<'_>) -> Vec<Vec<String>> {
    let Blame::Pods {
        workload,
        hold,
        pools,
    } = &finding.blame
    else {
        return Vec::new();
    };
    let Some(pods) = held::by(workload, hold, places) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let is_set = matches!(hold, Hold::LocalStorage | Hold::Few);
    if is_set || !held::is_in_manifest(pods, hold, pools, places) {
        all.push(placing::sets(pods, hold, places));
        if *hold == Hold::Taints {
            let taints = pools.iter();
            let taints = taints.map(|pool| vec![format!("spec.nodePools.{pool}.taints=null")]);
            all.extend(taints);
        }
    }
    if hold.is_by_number() {
        let known = &places.system.plan.node_pools;
        all.extend([2, 4].map(|times| more_nodes(known, pools, times)));
    }
    all
}

/// A budget that lets one pod go. Names that two workloads have say nothing certain to `--set`.
fn one_at_a_time(name: &str, places: &Places<'_>) -> Vec<String> {
    let own = places.workload(name).filter(|own| places.is_alone(*own));
    // The budget of a manifest stays beside it.
    let Some(own) = own.filter(|own| own.budget.is_none()) else {
        return Vec::new();
    };
    let Some(owner) = placing::owner(own, &["disruptionBudget"], places) else {
        return Vec::new();
    };
    vec![
        format!("{owner}.disruptionBudget.minAvailable=null"),
        format!("{owner}.disruptionBudget.maxUnavailable=1"),
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
