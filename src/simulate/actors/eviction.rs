//! The eviction subresource of the API server.

use crate::simulate::world::{Millis, PodId, World};

/// Why an eviction is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 429: a budget allows none now.
    Budget,
    /// 500: several budgets select the pod.
    SeveralBudgets,
}

/// Evicts a pod, with its own grace unless another one is given.
///
/// # Errors
/// The API server refuses it; the pod stays.
pub fn evict(world: &mut World, pod: PodId, grace: Option<Millis>) -> Result<(), Refusal> {
    let template = world.pod(pod).template;
    let selectors = &world.selectors;
    let mut held = world.budgets.iter_mut().filter(|budget| selectors.selects(budget.selector, template));
    if let Some(budget) = held.next() {
        if budget.allowed <= 0 {
            return Err(Refusal::Budget);
        }
        budget.allowed -= 1;
    }
    let grace = grace.unwrap_or(world.template_of(pod).grace);
    world.terminate(pod, grace);
    Ok(())
}
