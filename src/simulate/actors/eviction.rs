//! The eviction subresource of the API server.

use crate::simulate::chance::Draws;
use crate::simulate::timings::Timings;
use crate::simulate::world::{BudgetId, Millis, Phase, PodId, World};

/// Why an eviction is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// 429: a budget allows none now.
    Budget,
    /// 500: several budgets select the pod.
    SeveralBudgets,
}

/// More evictions than this must not wait for the disruption controller.
/// Source: kubernetes/kubernetes v1.36.3 pkg/registry/core/pod/storage/eviction.go, `MaxDisruptedPodSize`.
const MAX_DISRUPTED: usize = 2000;

/// Evicts a pod, with its own grace unless another one is given.
///
/// A deletion (preemption, a taint, the end of a machine) asks no budget; only this does.
/// Source: kubernetes/kubernetes v1.36.3 pkg/registry/core/pod/storage/eviction.go, `Create`.
///
/// # Errors
/// The API server refuses it; the pod stays.
pub fn evict(world: &mut World, pod: PodId, grace: Option<Millis>) -> Result<(), Refusal> {
    if !ignores_budgets(world, pod) {
        ask_budgets(world, pod)?;
    }
    let own = world.pod(pod);
    // Source: kubernetes/kubernetes v1.36.3 pkg/registry/core/pod/strategy.go, `CheckGracefulDelete`.
    let grace = if own.node.is_none() || own.is_finished() {
        0
    } else {
        grace.unwrap_or(world.template_of(pod).grace)
    };
    world.terminate(pod, grace);
    Ok(())
}

/// Pods that serve nobody any more, or nobody yet. A pod whose containers start is `Pending` in the API.
/// Source: the same file, `canIgnorePDB`.
fn ignores_budgets(world: &World, pod: PodId) -> bool {
    let pod = world.pod(pod);
    let is_idle = matches!(
        pod.phase,
        Phase::Pending | Phase::Starting | Phase::Succeeded | Phase::Failed
    );
    is_idle || pod.is_terminating()
}

/// When the API server tries this eviction again by itself, if it comes together with another one of its budget. Whoever
/// evicts one pod after the other has no such conflicts.
/// Source: the same file, `Create`: a conflict of `checkAndDecrement` is retried as `EvictionsRetry` says.
pub fn retried_at(world: &World, timings: &Timings, pod: PodId) -> Option<Millis> {
    let last = world.last_disruption(asked_budget(world, pod)?)?;
    // Steps of the golden section: any number of pods in a row spreads evenly over the jitter.
    let part = i64::from(world.pod(pod).serial) * 618_034 % 1_000_000;
    let (pause, jitter) = timings.eviction_conflict;
    (last + timings.eviction_takes >= world.now)
        .then(|| world.now + pause + part * jitter / 1_000_000)
}

/// The same, where the disruption controller comes in between: it counts anew after each eviction, and what it finds is
/// written at any moment of the next one.
/// Source: kubernetes/kubernetes v1.36.3 pkg/controller/disruption/disruption.go, `updatePod` and `updatePdbStatus`.
pub fn overtaken_until(
    world: &World,
    timings: &Timings,
    pod: PodId,
    draws: &mut Draws,
) -> Option<Millis> {
    let last = world.last_disruption(asked_budget(world, pod)?)?;
    let whole = timings.descheduler_eviction;
    if whole == 0 || last + whole < world.now {
        return None;
    }
    let (pause, jitter) = timings.eviction_conflict;
    let is_between = draws.next_thousandths() * whole < timings.eviction_takes * 1000;
    is_between.then(|| world.now + pause + draws.next_thousandths() * jitter / 1000)
}

/// The budget that an eviction reads and changes; none where it asks none, or is refused for having several.
fn asked_budget(world: &World, pod: PodId) -> Option<BudgetId> {
    let template = world.pod(pod).template;
    let mut selecting = (0..world.budgets.len()).filter(|at| {
        world
            .selectors
            .selects(world.budgets[*at].selector, template)
    });
    let budget = selecting.next()?;
    (!ignores_budgets(world, pod) && selecting.next().is_none()).then(|| BudgetId::of(budget))
}

/// Source: the same file, `Create` (the part about budgets) and `checkAndDecrement`.
fn ask_budgets(world: &mut World, pod: PodId) -> Result<(), Refusal> {
    let template = world.pod(pod).template;
    let selects = |at: &usize| {
        let selector = world.budgets[*at].selector;
        world.selectors.selects(selector, template)
    };
    let mut selecting = (0..world.budgets.len()).filter(selects);
    let Some(first) = selecting.next() else {
        return Ok(());
    };
    if selecting.next().is_some() {
        return Err(Refusal::SeveralBudgets);
    }
    let id = BudgetId::of(first);
    let budget = &world.budgets[first];
    if world.pod(pod).phase != Phase::Ready {
        let is_met = budget.healthy >= budget.desired && budget.desired > 0;
        if budget.always_allows_unhealthy || is_met {
            return Ok(());
        }
    }
    let is_full = world.disrupted(id).len() > MAX_DISRUPTED;
    if world.is_unseen(id) || is_full || budget.allowed <= 0 {
        return Err(Refusal::Budget);
    }
    world.disrupt(id, pod);
    Ok(())
}
