//! What of the configuration may end a finding, the smallest change first.

use super::growth::Growth;
use super::{more_placeholders, placing};
use crate::components::proportional_autoscaler::Control;
use crate::config::EvictionPolicy;
use crate::diagnostic::Pointer;
use crate::plan::NodePool;
use crate::rehearse::class::{Blame, Class, Finding};
use crate::rehearse::held;
use crate::rehearse::hold::Hold;
use crate::rehearse::place::Places;

/// Values to set together.
pub(super) enum Candidate {
    Set(Vec<String>),
    /// So many more nodes; fewer may be enough.
    Grow(Growth, i64),
}

/// What is tried against a finding.
pub(super) fn candidates(finding: &Finding, places: &Places<'_>) -> Vec<Candidate> {
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
    let pools = &system.plan.node_pools;
    let on_demand = pools.iter().filter(|pool| !pool.is_spot());
    let taints: Vec<String> = on_demand
        .map(|pool| format!("spec.nodePools.{}.taints=null", pool.name))
        .collect();
    let placeholders = set(&["spec.overprovisioner.placeholders=null"]);
    let overprovisioner = set(&["spec.overprovisioner=null"]);
    let join = |lists: &[&Vec<String>]| lists.iter().flat_map(|own| own.iter().cloned()).collect();
    let grow = |full: &[String]| grown(pools, full);
    let sets: Vec<Vec<String>> = match finding.class {
        Class::L1 => vec![
            room.clone(),
            join(&[&room, &limit]),
            join(&[&room, &limit, &taints]),
            join(&[&room, &limit, &taints, &placeholders]),
            overprovisioner.clone(),
        ],
        Class::L2 | Class::DeletionTaint => vec![
            taints.clone(),
            join(&[&taints, &room]),
            placeholders.clone(),
            join(&[&taints, &room, &limit, &placeholders]),
            overprovisioner.clone(),
        ],
        Class::L3 => {
            let mut all = of_pods(finding, places);
            all.push(Candidate::Set(room));
            return all;
        }
        Class::L4 => [vec![placeholders], capped(places)].concat(),
        Class::L5 => match &finding.blame {
            Blame::Pods { .. } => return of_pods(finding, places),
            Blame::Budget(_) => vec![one_at_a_time(finding, places)],
            Blame::Key(key) => vec![vec![format!("{}=null", written(key))]],
            Blame::Taints(pool) => vec![vec![format!("spec.nodePools.{pool}.taints=null")]],
            Blame::Maximum(full) => {
                let mut all = grow(full);
                let more = more_placeholders::sets(places).into_iter();
                all.extend(more.map(Candidate::Set));
                return all;
            }
            Blame::MaxPods(full) => {
                let mut all = without_max_pods(full, places);
                let more = more_placeholders::sets(places).into_iter();
                all.extend(more.map(Candidate::Set));
                return all;
            }
            Blame::Minimum(held) => vec![without_minimum(held)],
            Blame::UnreadyLimits => vec![without_unready_limits()],
            // Nothing makes a bare Pod again elsewhere.
            Blame::Workload(_) => vec![],
            blame => {
                let mut all = vec![
                    placeholders.clone(),
                    overprovisioner.clone(),
                    set(&["spec.descheduler=null"]),
                    join(&[&placeholders, &set(&["spec.descheduler=null"])]),
                    join(&[&overprovisioner, &set(&["spec.descheduler=null"])]),
                ];
                if *blame == Blame::Placeholders {
                    all.extend(more_placeholders::sets(places));
                }
                all
            }
        },
        Class::Stall => match &finding.blame {
            Blame::Deallocation => vec![deleted(pools)],
            Blame::Budget(_) => vec![one_at_a_time(finding, places)],
            Blame::Maximum(full) => return grow(full),
            Blame::Key(key) => vec![vec![format!("{}=null", written(key))]],
            Blame::MaxPods(full) => return without_max_pods(full, places),
            Blame::Minimum(held) => vec![without_minimum(held)],
            Blame::UnreadyLimits => vec![without_unready_limits()],
            Blame::Pods { .. } => return of_pods(finding, places),
            _ => vec![],
        },
        Class::ScaleDown => vec![
            set(&["spec.autoscaler.profile.scale-down-unneeded-time=30m"]),
            set(&["spec.autoscaler.profile.scale-down-utilization-threshold=0.1"]),
            set(&["spec.descheduler.interval=1m"]),
        ],
        Class::Slow => against_waiting(pools),
        Class::WatchEnded => vec![],
    };
    let sets = sets.into_iter().filter(|set| !set.is_empty());
    sets.map(Candidate::Set).collect()
}

/// Placeholders that may become so many.
const CAPS: [i64; 5] = [16, 8, 4, 2, 1];

/// Fewer of the placeholders whose number follows that of nodes or cores: the most of them first.
fn capped(places: &Places<'_>) -> Vec<Vec<String>> {
    let scaled = places.system.placeholders();
    let scaled = scaled.filter_map(|(_, own)| match &own.scaling.as_ref()?.control {
        Control::Linear(_) => Some(own.name.as_str()),
        Control::Ladder(_) => None,
    });
    let names: Vec<&str> = scaled.collect();
    let key = |name: &str, most: i64| {
        format!("spec.overprovisioner.placeholders.{name}.scaling.linear.max={most}")
    };
    CAPS.map(|most| names.iter().map(|name| key(name, most)).collect())
        .to_vec()
}

/// What the default preset has: a shorter wait, and placeholders on on-demand. Then more on-demand nodes that are always
/// there, which these placeholders need.
fn against_waiting(pools: &[NodePool]) -> Vec<Vec<String>> {
    let key = "spec.autoscaler.profile.max-node-provision-time";
    let wait = format!("{key}=null");
    let pinned = "spec.overprovisioner.placeholders=null".to_owned();
    let all = "spec.overprovisioner=null".to_owned();
    let mut sets = vec![
        vec![wait.clone()],
        vec![format!("{key}=5m")],
        vec![pinned],
        vec![all.clone()],
        vec![wait, all],
    ];
    let on_demand = pools.iter().filter(|pool| !pool.is_spot());
    for (pool, range) in on_demand.filter_map(|pool| Some((pool, pool.nodes?))) {
        let more = [1, 2, 4, 8].map(|more| range.min + more);
        let more = more.into_iter().filter(|min| *min <= range.max);
        sets.extend(more.map(|min| vec![format!("spec.nodePools.{}.nodes.min={min}", pool.name)]));
    }
    sets
}

/// Nodes of these pools may hold as many pods as they do by default, or there may be more of them.
fn without_max_pods(pools: &[String], places: &Places<'_>) -> Vec<Candidate> {
    let set = |pool: &String| format!("spec.nodePools.{pool}.maxPods=null");
    let mut all = vec![Candidate::Set(pools.iter().map(set).collect())];
    all.extend(grown(&places.system.plan.node_pools, pools));
    all
}

/// The autoscaler goes on, however many nodes are unready.
fn without_unready_limits() -> Vec<String> {
    let limits = [
        "max-total-unready-percentage=100",
        "ok-total-unready-count=1000",
    ];
    limits
        .map(|limit| format!("spec.autoscaler.profile.{limit}"))
        .to_vec()
}

/// These pools may be empty.
fn without_minimum(pools: &[String]) -> Vec<String> {
    let set = |pool: &String| format!("spec.nodePools.{pool}.nodes.min=0");
    pools.iter().map(set).collect()
}

/// A key as `--set` takes it.
fn written(key: &Pointer) -> String {
    let segments = key.segments().map(|own| own.to_string());
    segments.collect::<Vec<_>>().join(".")
}

/// Where pods are held up: their placement in the configuration, and more nodes where their number counts.
fn of_pods(finding: &Finding, places: &Places<'_>) -> Vec<Candidate> {
    let Blame::Pods {
        workload,
        hold,
        pools,
    } = &finding.blame
    else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let is_set = matches!(hold, Hold::LocalStorage | Hold::Few);
    // The others of a finding are held up by the same.
    let named = [workload].into_iter().chain(&finding.workloads);
    let mut placements: Vec<String> = Vec::new();
    for name in named {
        let Some(pods) = held::by(name, hold, places) else {
            continue;
        };
        if is_set || !held::is_in_manifest(pods, hold, pools, places) {
            let own = placing::sets(pods, hold, places).into_iter();
            let own: Vec<String> = own.filter(|set| !placements.contains(set)).collect();
            placements.extend(own);
        }
    }
    let Some(pods) = held::by(workload, hold, places) else {
        return Vec::new();
    };
    if !placements.is_empty() {
        all.push(Candidate::Set(placements));
    }
    if *hold == Hold::Taints && !held::is_in_manifest(pods, hold, pools, places) {
        let taints = pools.iter();
        let taints = taints.map(|pool| vec![format!("spec.nodePools.{pool}.taints=null")]);
        all.extend(taints.map(Candidate::Set));
    }
    if hold.is_by_number() {
        all.extend(grown(&places.system.plan.node_pools, pools));
    }
    all
}

/// Multiples of the nodes that pools may have: enough for any load first, and fewer where so many do harm. Of those that help,
/// only as many as are needed are offered.
const TIMES: [i64; 3] = [8, 64, 2];

/// More nodes that these pools may have.
fn grown(pools: &[NodePool], full: &[String]) -> Vec<Candidate> {
    let Some(growth) = Growth::of(pools, full) else {
        return Vec::new();
    };
    let times = TIMES.iter();
    times
        .map(|times| {
            let more = growth.largest().saturating_mul(times - 1);
            Candidate::Grow(growth.clone(), more)
        })
        .collect()
}

/// Budgets that let one pod go, of all workloads that a finding is about.
fn one_at_a_time(finding: &Finding, places: &Places<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in &finding.workloads {
        let new = lets_one_go(name, places).into_iter();
        let new: Vec<String> = new.filter(|set| !all.contains(set)).collect();
        all.extend(new);
    }
    all
}

/// A budget that lets one pod go. Names that two workloads have say nothing certain to `--set`.
fn lets_one_go(name: &str, places: &Places<'_>) -> Vec<String> {
    let own = places.workload(name).filter(|own| places.is_alone(*own));
    // The budget of a manifest stays beside it.
    let Some(own) = own.filter(|own| own.budget.is_none()) else {
        return Vec::new();
    };
    let Some(owner) = placing::owner(own, &["disruptionBudget"], places) else {
        return Vec::new();
    };
    let sets = [
        format!("{owner}.disruptionBudget.minAvailable=null"),
        format!("{owner}.disruptionBudget.maxUnavailable=1"),
    ];
    placing::kept(&owner, places)
        .into_iter()
        .chain(sets)
        .collect()
}

/// Spot nodes that are deleted with their machines.
fn deleted(pools: &[NodePool]) -> Vec<String> {
    let kept = pools
        .iter()
        .filter(|pool| pool.eviction_policy == Some(EvictionPolicy::Deallocate));
    kept.map(|pool| format!("spec.nodePools.{}.spot.evictionPolicy=Delete", pool.name))
        .collect()
}
