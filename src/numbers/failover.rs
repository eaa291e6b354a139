//! How long it takes until on-demand is grown when no Spot can be had.
//!
//! The autoscaler grows the pool of the highest tier, and gives it up when its nodes have not come within
//! `max-node-provision-time`. It then leaves it alone for a while, twice as long after each further failure, and grows
//! the next pool. On-demand's turn comes when all Spot pools are left alone at once.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/config/flags/flags.go` (the durations),
//! `cluster-autoscaler/clusterstate/clusterstate.go` and `utils/backoff/exponential_backoff.go`.

use super::Number;
use crate::config::Expander;
use crate::plan::{NodePool, Plan};
use crate::values::Duration;

/// `max-node-provision-time` where the profile does not say it.
const DEFAULT_PROVISION_MINUTES: u64 = 15;
/// `initial-node-group-backoff-duration` and `max-node-group-backoff-duration`; AKS does not let them be set.
const FIRST_BACKOFF_MINUTES: u64 = 5;
const LONGEST_BACKOFF_MINUTES: u64 = 30;
/// Who waits longer waits for ever.
const GIVE_UP_AFTER_MINUTES: u64 = 24 * 60;

/// The way from Spot to on-demand.
#[derive(Clone, Debug)]
pub struct Failover<'p> {
    /// Spot pools that are tried before any on-demand pool.
    pub spot_first: Vec<&'p NodePool>,
    /// Minutes until a pool is given up.
    pub provision_minutes: u64,
}

impl<'p> Failover<'p> {
    /// None where the autoscaler does not go by priorities, or no Spot pool comes first.
    pub fn of(plan: &'p Plan) -> Option<Self> {
        if plan.autoscaler.expander != Some(Expander::Priority) {
            return None;
        }
        let pools = || plan.node_pools.iter();
        let on_demand = pools()
            .filter(|pool| !pool.is_spot())
            .filter_map(NodePool::tier)
            .max()?;
        let mut spot_first: Vec<&NodePool> = pools()
            .filter(|pool| pool.is_spot() && pool.tier() > Some(on_demand))
            .collect();
        spot_first.sort_by_key(|pool| std::cmp::Reverse(pool.tier()));
        (!spot_first.is_empty()).then(|| Self {
            spot_first,
            provision_minutes: provision_minutes(plan),
        })
    }

    /// The longest that it takes, which is when the cloud accepts every request for Spot and delivers nothing. None when
    /// on-demand's turn never comes.
    pub fn longest_minutes(&self) -> Option<u64> {
        longest_minutes(self.spot_first.len(), self.provision_minutes)
    }

    /// The longest `max-node-provision-time` with which it takes no longer than this.
    pub fn provision_minutes_for(&self, longest: u64) -> Option<u64> {
        (1..self.provision_minutes).rev().find(|minutes| {
            longest_minutes(self.spot_first.len(), *minutes).is_some_and(|took| took <= longest)
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

fn provision_minutes(plan: &Plan) -> u64 {
    let stated = plan.autoscaler.profile.get("max-node-provision-time");
    stated
        .and_then(|text| Duration::parse(text).ok())
        .map_or(DEFAULT_PROVISION_MINUTES, |time| time.seconds() / 60)
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let Some(failover) = Failover::of(plan) else {
        return Vec::new();
    };
    let longest = failover.longest_minutes();
    vec![Number {
        what: "longest way to on-demand".to_owned(),
        value: longest.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min")),
        how: format!(
            "Spot pools tried first: {}; each is given up after {} min, and tried again after {FIRST_BACKOFF_MINUTES}, 10, \
             20 and {LONGEST_BACKOFF_MINUTES} min",
            failover.spot_first.len(),
            failover.provision_minutes
        ),
    }]
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
