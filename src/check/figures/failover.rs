//! How long failover takes when Spot is refused, and when it hangs.

use super::figure::Row;
use crate::components::System;
use crate::components::overprovisioner::refuge::{asks_for_spot, refuge};
use crate::model::failover::{FIRST_BACKOFF_MINUTES, Failover, LONGEST_BACKOFF_MINUTES, Refuge};
use crate::plan::Plan;

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let Some(failover) = Failover::of(plan, refuge(system)) else {
        return Vec::new();
    };
    let longest = failover.longest_minutes();
    let mut numbers = vec![
        Row {
            what: "worst-case failover to on-demand".to_owned(),
            value: longest.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min")),
            how: format!(
                "if Spot requests are refused; Spot pools tried first: {}; the autoscaler gives up on each after {} min and \
                 retries after {FIRST_BACKOFF_MINUTES}, 10, 20 and {LONGEST_BACKOFF_MINUTES} min",
                failover.spot_pools, failover.provision_minutes
            ),
            is_bad: longest.is_none(),
        },
        failover.when_spot_hangs(),
    ];
    numbers.extend(asks_for_spot(system).then(|| asked_again(plan)));
    numbers
}

impl Failover {
    /// The case in which the cloud accepts requests for Spot but never serves them.
    fn when_spot_hangs(&self) -> Row {
        let minutes = self.provision_minutes;
        let (value, how) = match self.refuge {
            Some(Refuge::PaidNodes) => (
                "no wait",
                "all pods that prefer Spot fit on on-demand nodes that always run".to_owned(),
            ),
            Some(Refuge::Placeholders) => (
                "no wait for Spot",
                "placeholders on on-demand nodes are preempted at once, and then trigger scale-ups of on-demand pools only".to_owned(),
            ),
            None => (
                "no limit",
                format!(
                    "the autoscaler drops a request that is accepted but never served after {minutes} min, and may ask the \
                     same pool again at once; with placeholders on on-demand nodes, pods would not wait for it"
                ),
            ),
        };
        Row {
            what: "failover while Spot requests hang".to_owned(),
            value: value.to_owned(),
            how,
            is_bad: self.refuge.is_none(),
        }
    }
}

/// How late failback can start.
fn asked_again(plan: &Plan) -> Row {
    let key = if plan.autoscaler.has_flags() {
        "the autoscaler's flag `--max-node-group-backoff-duration` sets the limit".to_owned()
    } else {
        format!("{} has no setting for the limit", plan.provider.title)
    };
    Row {
        what: "next Spot request after Spot returns".to_owned(),
        value: format!("up to {LONGEST_BACKOFF_MINUTES} min"),
        how: format!(
            "each refused request doubles the pool's back-off, and pending pods keep triggering requests; a success does not reset \
             it; {key}"
        ),
        is_bad: false,
    }
}
