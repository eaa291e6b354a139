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
    let grace = grace.unwrap_or(world.template_of(pod).grace);
    world.terminate(pod, grace);
    Ok(())
}
