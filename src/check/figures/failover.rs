//! How long failover takes when Spot is refused, and when it hangs.

use super::Figure;
use crate::components::System;
use crate::components::overprovisioner::refuge::{asks_for_spot, refuge};
use crate::model::failover::{FIRST_BACKOFF_MINUTES, Failover, LONGEST_BACKOFF_MINUTES, Refuge};
use crate::plan::Plan;

pub(super) fn rows(system: &System) -> Vec<Figure> {
    let plan = &system.plan;
    let Some(failover) = Failover::of(plan, refuge(system)) else {
        return Vec::new();
    };
    let longest = failover.longest_minutes();
    let mut numbers = vec![
        Figure {
            what: "longest way to on-demand".to_owned(),
            value: longest.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min")),
            how: format!(
                "when Spot is refused; Spot pools tried first: {}; each is given up after {} min, and tried again after \
                 {FIRST_BACKOFF_MINUTES}, 10, 20 and {LONGEST_BACKOFF_MINUTES} min",
                failover.spot_pools, failover.provision_minutes
            ),
        },
        failover.when_spot_hangs(),
    ];
    numbers.extend(asks_for_spot(system).then(|| asked_again(plan)));
    numbers
}

impl Failover {
    /// When the cloud accepts requests for Spot and never serves them.
    fn when_spot_hangs(&self) -> Figure {
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
        Figure {
            what: "the same when Spot hangs".to_owned(),
            value: value.to_owned(),
            how,
        }
    }
}

/// How late failback can begin.
fn asked_again(plan: &Plan) -> Figure {
    let key = if plan.provider.cluster_autoscaler.profile.is_empty() {
        "`--max-node-group-backoff-duration` of the autoscaler sets it".to_owned()
    } else {
        format!("{} has no key for it", plan.provider.title)
    };
    Figure {
        what: "next request for Spot after it is back".to_owned(),
        value: format!("up to {LONGEST_BACKOFF_MINUTES} min"),
        how: format!(
            "each refused request doubles the pool's back-off, and pending pods keep asking; a success does not clear it; {key}"
        ),
    }
}
