//! What a run meant for each workload.

use serde::Serialize;

use crate::simulate::record::{Doing, Place, Sample};
use crate::simulate::start::{Party, Role, Started};
use crate::simulate::world::{BudgetLimit, Millis, OwnerId, OwnerKind, PodId, World};

/// One workload. Times are seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadOutcome {
    pub name: String,
    pub namespace: String,
    /// As manifests name it.
    pub kind: String,
    /// Wanted at the end.
    pub replicas: i64,
    pub prefers_spot: bool,
    /// The fewest that were ready at a time.
    pub least_ready: i64,
    /// For how long fewer were ready than its budget wants; none without a budget.
    pub below_budget_seconds: Option<i64>,
    /// Where its pods are at the end.
    pub on_spot: i64,
    pub on_on_demand: i64,
    pub pending: i64,
    /// On machines that do not run any more.
    pub dead: i64,
    /// Asked to stop, and not gone yet.
    pub stopping: i64,
    /// Bare pods that are no more: nothing makes them again.
    pub gone: i64,
    pub longest_pending_seconds: i64,
    /// Of all pods together.
    pub total_pending_seconds: i64,
    /// Died with their machines, and nothing had asked them to stop.
    pub killed_without_grace: i64,
    /// Died with their machines while they were stopping.
    pub cut_short: i64,
    /// Evicted by the descheduler.
    pub moved: i64,
    /// Of these, those whose replacement was on on-demand again.
    pub moved_back: i64,
    #[serde(skip)]
    pub owner: OwnerId,
    /// What it had when the scenario began.
    #[serde(skip)]
    pub usual: i64,
    /// How many of those its budget wants ready; none without a budget.
    #[serde(rename = "mayFallTo")]
    pub floor: Option<i64>,
}

/// All workloads, by namespace and name.
pub fn workloads(started: &Started) -> Vec<WorkloadOutcome> {
    let world = &started.engine.world;
    let owners = world.owners.len();
    let mut samples: Vec<Vec<&Sample>> = vec![Vec::new(); owners];
    let watch = started.watch.borrow();
    for sample in watch.record.samples() {
        samples[sample.owner.index()].push(sample);
    }
    let mut wanted: Vec<Vec<(Millis, i64)>> = vec![Vec::new(); owners];
    for (at, owner, replicas) in &watch.wanted {
        wanted[owner.index()].push((*at, *replicas));
    }
    let mut pending = vec![(0, 0); owners];
    for (at, pod) in world.pods.iter().enumerate() {
        let until = watch.bound(PodId::of(at)).unwrap_or(if pod.is_gone() {
            pod.created
        } else {
            world.now
        });
        let span = (until - pod.created.max(started.zero)).max(0);
        let (longest, total) = &mut pending[pod.owner.index()];
        *longest = span.max(*longest);
        *total += span;
    }
    let of = |all: &[(Millis, PodId)], owner: OwnerId| {
        let since = all.iter().filter(|(at, _)| *at >= started.zero);
        count(
            since
                .filter(|(_, pod)| world.pod(*pod).owner == owner)
                .count(),
        )
    };
    let mut found: Vec<WorkloadOutcome> = started
        .parties
        .iter()
        .filter(|party| party.role == Role::Workload)
        .map(|party| {
            let at = party.owner.index();
            let ready = ready(&samples[at], started.zero);
            let counts = watch.record.counts(party.owner);
            let place = |place| {
                [Doing::Starting, Doing::Ready]
                    .iter()
                    .map(|doing| counts.get(*doing, place))
                    .sum()
            };
            let moved = watch.evictions.iter().filter(|own| {
                own.owner == party.owner
                    && own.at >= started.zero
                    && own.by == crate::simulate::world::Evictor::Descheduler
            });
            let back = watch
                .back_moves()
                .filter(|own| own.owner == party.owner && own.at >= started.zero);
            let usual = at_time(&wanted[at], started.zero - 1);
            let limit = budget(world, party);
            WorkloadOutcome {
                name: party.name.clone(),
                namespace: party.namespace.clone(),
                kind: party.kind.clone(),
                replicas: world.owners[at].replicas,
                prefers_spot: party.prefers_spot,
                least_ready: ready.iter().map(|(_, count)| *count).min().unwrap_or(0),
                below_budget_seconds: limit
                    .map(|limit| below_budget(limit, &ready, &wanted[at], world.now)),
                on_spot: place(Place::Spot),
                on_on_demand: place(Place::OnDemand),
                pending: counts.all(Doing::Pending),
                dead: counts.all(Doing::Dead),
                stopping: counts.all(Doing::Terminating),
                gone: gone(world, party.owner),
                longest_pending_seconds: pending[at].0 / 1000,
                total_pending_seconds: pending[at].1 / 1000,
                killed_without_grace: of(&watch.killed, party.owner),
                cut_short: of(&watch.cut_short, party.owner),
                moved: count(moved.count()),
                moved_back: count(back.count()),
                owner: party.owner,
                usual,
                floor: limit.map(|limit| desired(limit, usual)),
            }
        })
        .collect();
    found.sort_by(|one, other| (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name)));
    found
}

fn gone(world: &World, owner: OwnerId) -> i64 {
    let own = &world.owners[owner.index()];
    let pods = world.pods_of(owner).iter();
    let left = count(pods.filter(|pod| world.is_active(**pod)).count());
    match own.kind {
        OwnerKind::None => (own.replicas - left).max(0),
        _ => 0,
    }
}

/// How many pods were ready, from when on; the first from the scenario's beginning.
fn ready(samples: &[&Sample], zero: Millis) -> Vec<(Millis, i64)> {
    let mut found: Vec<(Millis, i64)> = vec![(zero, 0)];
    for sample in samples {
        let at = sample.from.max(zero);
        let count = sample.counts.all(Doing::Ready);
        if found.last().is_some_and(|(last, _)| *last == at) {
            found.pop();
        }
        found.push((at, count));
    }
    found
}

fn at_time(wanted: &[(Millis, i64)], when: Millis) -> i64 {
    let before = wanted.partition_point(|(at, _)| *at <= when);
    before.checked_sub(1).map_or(0, |at| wanted[at].1)
}

/// The limit of the first budget over its pods.
fn budget(world: &World, party: &Party) -> Option<BudgetLimit> {
    let own = &world.owners[party.owner.index()];
    if matches!(own.kind, OwnerKind::Job | OwnerKind::None) {
        return None;
    }
    let mut budgets = world.budgets.iter();
    budgets
        .find(|budget| world.selectors.selects(budget.selector, own.template))
        .map(|budget| budget.limit)
}

/// How many of its pods a budget wants ready.
///
/// Source: kubernetes/kubernetes pkg/controller/disruption/disruption.go, `getExpectedPodCount`: percentages are rounded
/// up.
fn desired(limit: BudgetLimit, replicas: i64) -> i64 {
    let share = |percent: i64| (replicas * percent + 99) / 100;
    match limit {
        BudgetLimit::MaxUnavailable(most) => replicas - most,
        BudgetLimit::MaxUnavailablePercent(percent) => replicas - share(percent),
        BudgetLimit::MinAvailable(least) => least,
        BudgetLimit::MinAvailablePercent(percent) => share(percent),
    }
}

/// For how many seconds fewer were ready.
fn below_budget(
    limit: BudgetLimit,
    ready: &[(Millis, i64)],
    wanted: &[(Millis, i64)],
    end: Millis,
) -> i64 {
    let spans = ready.iter().enumerate().map(|(at, (from, count))| {
        let until = ready.get(at + 1).map_or(end, |(next, _)| *next);
        let is_below = *count < desired(limit, at_time(wanted, *from));
        if is_below { until - from } else { 0 }
    });
    spans.sum::<Millis>() / 1000
}

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("fewer than that")
}
