use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::numbers::failover::Failover;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "on-demand-starved",
    level: Severity::Error,
    summary: "with so many Spot pools tried first, on-demand's turn comes late or never",
    harm: "When Spot is gone, the autoscaler tries the Spot pools one after the other, each for \
           `max-node-provision-time`. A pool that was given up is tried again after 5 minutes, later after 10, 20 and 30. \
           If the row of pools is long enough, the first one is ready again before the last one was given up, and the \
           pods stay pending although on-demand could have been had. This is the worst case: the cloud accepts each \
           request and delivers nothing. Where it refuses at once (quota, `AllocationFailed`) a pool is left alone at \
           once.",
    detection: "Pods stay Pending. The autoscaler's log shows `Scale-up timed out` for one Spot pool after the other, and \
                never a scale-up of an on-demand pool. `spotgen check --numbers` prints the longest way.",
    remedy: "Lower `max-node-provision-time` (on AKS in whole minutes), have fewer Spot pools above on-demand, or keep \
             headroom on on-demand, so that failover does not wait for the autoscaler at all.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: max-node-provision-time 15m, back-off \
            5m to 30m",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go",
        "kubernetes/autoscaler#4958: stuck in a loop over three Spot pools",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Plan(check),
};

/// Twice what one pool takes where nothing is set.
const TOLERABLE_MINUTES: u64 = 30;

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(failover) = Failover::of(plan) else {
        return;
    };
    let pools = failover.spot_first.len();
    let minutes = failover.provision_minutes;
    let (message, level) = match failover.longest_minutes() {
        Some(longest) if longest <= TOLERABLE_MINUTES || pools < 2 => return,
        Some(longest) => (
            format!(
                "it can take {longest} minutes until on-demand is grown: {pools} Spot pools are tried first, each for \
                 {minutes} minutes"
            ),
            Severity::Warning,
        ),
        None => (
            format!(
                "on-demand may never be grown: {pools} Spot pools are tried first, each for {minutes} minutes, and the \
                 first is tried again before the last is given up"
            ),
            Severity::Error,
        ),
    };
    let written = places::spec("autoscaler/profile/max-node-provision-time");
    let pointer = match findings.document.node(&written) {
        Some(_) => written,
        None => places::spec("nodePools"),
    };
    // Whose autoscaler is installed by its users has that setting elsewhere.
    let is_known = !plan.provider.profile.is_empty();
    let level = if is_known { level } else { Severity::Info };
    let help = match failover.provision_minutes_for(TOLERABLE_MINUTES) {
        Some(minutes) => format!(
            "a `max-node-provision-time` of {minutes}m brings it to {TOLERABLE_MINUTES} minutes at most; so do fewer Spot \
             pools above on-demand"
        ),
        None => "put fewer Spot pools above on-demand".to_owned(),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help)
    });
}
