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

use super::paid_room::PaidRoom;
use super::{Number, room};
use crate::config::{Expander, Spot};
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
    /// What there is for pods to go to, whatever becomes of requests for Spot.
    pub refuge: Option<Refuge>,
}

/// Why pods need not wait for requests for Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refuge {
    /// On-demand nodes that run anyway hold everything.
    PaidNodes,
    /// Placeholders on on-demand give way, and ask for its nodes.
    Placeholders,
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
            refuge: refuge(plan),
        })
    }

    /// The longest that it takes when every request for Spot is refused, each as late as can be. None when on-demand's
    /// turn never comes. It is no promise where requests are accepted and never served.
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

fn refuge(plan: &Plan) -> Option<Refuge> {
    if PaidRoom::of(plan).is_some_and(|paid| paid.holds_all()) {
        return Some(Refuge::PaidNodes);
    }
    has_headroom(plan).then_some(Refuge::Placeholders)
}

/// Whether there are placeholders whose nodes are all on-demand.
fn has_headroom(plan: &Plan) -> bool {
    let mut placeholders = plan.placeholders();
    placeholders.any(|(_, placeholder)| {
        let mut pools = room::pools_of(plan, placeholder).peekable();
        placeholder.replicas != Some(0)
            && pools.peek().is_some()
            && pools.all(|pool| !pool.is_spot())
    })
}

/// Whether something asks for Spot nodes while there are none: only then is a pool asked again after its back-off, and
/// backed off for longer.
fn asks_for_spot(plan: &Plan) -> bool {
    let mut placeholders = plan.placeholders();
    let mut workloads = plan.workloads.iter();
    placeholders.any(|(_, placeholder)| {
        placeholder.replicas != Some(0) && room::pools_of(plan, placeholder).any(NodePool::is_spot)
    }) || workloads.any(|workload| workload.placement.spot == Some(Spot::Required))
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let Some(failover) = Failover::of(plan) else {
        return Vec::new();
    };
    let longest = failover.longest_minutes();
    let mut numbers = vec![
        Number {
            what: "longest way to on-demand".to_owned(),
            value: longest.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min")),
            how: format!(
                "when Spot is refused; Spot pools tried first: {}; each is given up after {} min, and tried again after \
                 {FIRST_BACKOFF_MINUTES}, 10, 20 and {LONGEST_BACKOFF_MINUTES} min",
                failover.spot_first.len(),
                failover.provision_minutes
            ),
        },
        failover.when_spot_hangs(),
    ];
    numbers.extend(asks_for_spot(plan).then(|| asked_again(plan)));
    numbers
}

impl Failover<'_> {
    /// When the cloud accepts requests for Spot and never serves them.
    fn when_spot_hangs(&self) -> Number {
        let minutes = self.provision_minutes;
        let (value, how) = match self.refuge {
            Some(Refuge::PaidNodes) => (
                "no wait",
                "everything that prefers Spot fits on on-demand nodes that always run".to_owned(),
            ),
            Some(Refuge::Placeholders) => (
                "no wait for Spot",
                "placeholders on on-demand give way at once, and what pends then asks for on-demand nodes only".to_owned(),
            ),
            None => (
                "no limit",
                format!(
                    "a request that is accepted and never served is dropped after {minutes} min, and the same pool may be \
                     asked again at once; placeholders on on-demand would not wait for it"
                ),
            ),
        };
        Number {
            what: "the same when Spot hangs".to_owned(),
            value: value.to_owned(),
            how,
        }
    }
}

/// How late failback can begin.
fn asked_again(plan: &Plan) -> Number {
    let key = if plan.provider.cluster_autoscaler.profile.is_empty() {
        "`--max-node-group-backoff-duration` of the autoscaler sets it".to_owned()
    } else {
        format!("{} has no key for it", plan.provider.title)
    };
    Number {
        what: "next request for Spot after it is back".to_owned(),
        value: format!("up to {LONGEST_BACKOFF_MINUTES} min"),
        how: format!(
            "each refused request doubles the pool's back-off, and pending pods keep asking; a success does not clear it; {key}"
        ),
    }
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
