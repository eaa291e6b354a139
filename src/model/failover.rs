//! How long it takes until on-demand is scaled up when no Spot can be had.
//!
//! The autoscaler scales up the pool of the highest tier. A pool that refuses is backed off: left alone for a while, twice
//! as long after each further failure. Then the next pool is scaled up, and on-demand's turn comes when all Spot pools are
//! backed off at once. A refusal is noticed after `max-node-provision-time` at the latest, which is what is computed here.
//!
//! A request that is accepted and never served is another matter. Its time limit removes the instances; whether it also
//! backs the pool off depends on which of the two the autoscaler looks at first. Seen on a control plane of real
//! components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): the same pool asked three times in a row, 5 minutes each,
//! and of two pools one backed off and one not. No time can be promised for that, but placeholders on on-demand get round
//! it: they are preempted at once, and what pends then is pinned to on-demand.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/config/flags/flags.go` (the durations),
//! `cluster-autoscaler/clusterstate/clusterstate.go`, `core/static_autoscaler.go` (removal of unregistered instances) and
//! `utils/backoff/exponential_backoff.go`.

use crate::plan::{NodePool, Plan};

/// `max-node-provision-time` where the profile does not say it.
const DEFAULT_PROVISION_MINUTES: u64 = 15;
/// `initial-node-group-backoff-duration` and `max-node-group-backoff-duration`; AKS does not let them be set.
pub(crate) const FIRST_BACKOFF_MINUTES: u64 = 5;
pub(crate) const LONGEST_BACKOFF_MINUTES: u64 = 30;
/// A longer wait counts as endless.
const GIVE_UP_AFTER_MINUTES: u64 = 24 * 60;

/// The way from Spot to on-demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failover {
    /// How many Spot pools are tried before any on-demand pool.
    pub spot_pools: usize,
    /// Minutes until a pool is given up.
    pub provision_minutes: u64,
    /// What there is for pods to go to, whatever becomes of requests for Spot.
    pub refuge: Option<Refuge>,
}

/// Why pods need not wait for requests for Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuge {
    /// On-demand nodes that run anyway hold everything.
    PaidNodes,
    /// Placeholders on on-demand give way, and ask for its nodes.
    Placeholders,
}

impl Failover {
    /// None where the autoscaler does not go by priorities, or no Spot pool comes first, or nobody knows.
    /// `refuge` is what pods that fail over need not wait for.
    pub(crate) fn of(plan: &Plan, refuge: Option<Refuge>) -> Option<Self> {
        let is_unknown = |name| plan.autoscaler.is_unknown(name);
        let is_known = !is_unknown("expander") && !is_unknown(PROVISION);
        if !plan.autoscaler.goes_by_priority() || !is_known {
            return None;
        }
        let pools = || plan.node_pools.iter();
        let on_demand = pools()
            .filter(|pool| !pool.is_spot())
            .filter_map(NodePool::tier)
            .max()?;
        let is_before = |pool: &&NodePool| pool.is_spot() && pool.tier() > Some(on_demand);
        let spot_pools = pools().filter(is_before).count();
        (spot_pools > 0).then(|| Self {
            spot_pools,
            provision_minutes: provision_minutes(plan),
            refuge,
        })
    }

    /// The longest that it takes when every request for Spot is refused, each as late as can be. None when on-demand's
    /// turn never comes. It is no promise where requests are accepted and never served.
    pub(crate) fn longest_minutes(&self) -> Option<u64> {
        longest_minutes(self.spot_pools, self.provision_minutes)
    }

    /// The longest `max-node-provision-time` with which it takes no longer than this.
    pub(crate) fn provision_minutes_for(&self, longest: u64) -> Option<u64> {
        (1..self.provision_minutes).rev().find(|minutes| {
            longest_minutes(self.spot_pools, *minutes).is_some_and(|took| took <= longest)
        })
    }
}

fn longest_minutes(pools: usize, provision_minutes: u64) -> Option<u64> {
    // Until when each pool is left alone, and how long next time.
    let mut left_alone = vec![(0, FIRST_BACKOFF_MINUTES); pools];
    let mut now = 0;
    while now < GIVE_UP_AFTER_MINUTES {
        let Some((until, backoff)) = left_alone.iter_mut().find(|(until, _)| *until <= now) else {
            return Some(now);
        };
        now += provision_minutes.max(1);
        *until = now + *backoff;
        *backoff = (*backoff * 2).min(LONGEST_BACKOFF_MINUTES);
    }
    None
}

const PROVISION: &str = "max-node-provision-time";

fn provision_minutes(plan: &Plan) -> u64 {
    let limit = plan.autoscaler.seconds(PROVISION);
    limit.map_or(DEFAULT_PROVISION_MINUTES, |seconds| seconds / 60)
}

#[cfg(test)]
mod tests {
    use super::longest_minutes;

    #[test]
    fn back_off_lets_on_demand_have_its_turn_or_not() {
        assert_eq!(longest_minutes(1, 15), Some(15));
        assert_eq!(longest_minutes(2, 5), Some(20));
        // 0, 15, 30, 45, 60, 75: both are left alone at 90.
        assert_eq!(longest_minutes(2, 15), Some(90));
        // The first is ready again at 10, before the third was tried: 0, 5, 10, 15, 20, 25, 30, 35.
        assert_eq!(longest_minutes(3, 5), Some(40));
        // As in kubernetes/autoscaler#4958.
        assert_eq!(longest_minutes(3, 15), None);
    }
}
