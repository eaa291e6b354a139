use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::refuge::refuge;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::failover::{Failover, Refuge};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "on-demand-starved",
    level: Severity::Error,
    summary: "with so many Spot pools tried first, on-demand's turn comes late or never",
    harm: "When Spot is gone, the autoscaler tries the Spot pools one after the other, each for up to \
           `max-node-provision-time`. A pool that was given up is tried again after 5 minutes, later after 10, 20 and 30. \
           If the row of pools is long enough, the first one is ready again before the last one was given up, and the \
           pods stay pending although on-demand could have been had. This is the worst case of a refusal, noticed only when \
           the time is over. Where the cloud refuses at once (quota, `AllocationFailed`) a pool is left alone at once. Where \
           it accepts a request and never serves it, there is no limit at all: the autoscaler may ask the same pool again. \
           Seen on a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): of two such pools one \
           was left alone and the other was not. Placeholders on on-demand get round all of it: they are preempted at once, \
           and what pends then is pinned to on-demand. All 37 pods were ready after 360 s. With them, or where on-demand \
           nodes that always run hold everything, the finding is a level milder.",
    detection: "Pods stay Pending. The autoscaler's log shows `Scale-up timed out` for one Spot pool after the other, and \
                never a scale-up of an on-demand pool. `spotgen check --numbers` prints the longest way.",
    remedy: "Keep placeholders on on-demand, so that failover does not wait for requests for Spot at all. Lower \
             `max-node-provision-time` (on AKS in whole minutes), or have fewer Spot pools above on-demand.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: max-node-provision-time 15m, back-off \
            5m to 30m",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go",
        "kubernetes/autoscaler#4958: stuck in a loop over three Spot pools",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Systems(check),
};

/// Twice what one pool takes where nothing is set.
const TOLERABLE_MINUTES: u64 = 30;

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let failovers = systems.distinct(|system| Failover::of(&system.plan, refuge(system)));
    for (version, failover) in failovers {
        judge(&systems.planned().plan, failover, findings.of(version));
    }
}

fn judge(plan: &Plan, failover: Failover, findings: &mut Findings<'_>) {
    let pools = failover.spot_pools;
    let minutes = failover.provision_minutes;
    let (can, may) = match failover.refuge {
        Some(_) => ("could", "might"),
        None => ("can", "may"),
    };
    let (message, level) = match failover.longest_minutes() {
        Some(longest) if longest <= TOLERABLE_MINUTES || pools < 2 => return,
        Some(longest) => (
            format!(
                "it {can} take {longest} minutes until on-demand is scaled up: {pools} Spot pools are tried first, each for \
                 {minutes} minutes"
            ),
            Severity::Warning,
        ),
        None => (
            format!(
                "on-demand {may} never be scaled up: {pools} Spot pools are tried first, each for {minutes} minutes, and the \
                 first is tried again before the last is given up"
            ),
            Severity::Error,
        ),
    };
    let written = pointers::spec("autoscaler/profile/max-node-provision-time");
    let pointer = match findings.document.node(&written) {
        Some(_) => written.clone(),
        None => pointers::spec("nodePools"),
    };
    // Whose autoscaler is installed by its users has that setting elsewhere.
    let is_known = !plan.provider.cluster_autoscaler.profile.is_empty();
    let level = match level {
        _ if !is_known => Severity::Info,
        Severity::Error if failover.refuge.is_some() => Severity::Warning,
        _ if failover.refuge.is_some() => Severity::Info,
        level => level,
    };
    let message = match failover.refuge {
        Some(Refuge::PaidNodes) => {
            format!("without the room on on-demand nodes that always run, {message}")
        }
        Some(Refuge::Placeholders) => format!("without the on-demand placeholders, {message}"),
        None => message,
    };
    let enough = failover.provision_minutes_for(TOLERABLE_MINUTES);
    let cure = match enough {
        _ if !is_known => {
            Err("who installs the autoscaler sets its flags, and not the configuration")
        }
        Some(minutes) => Ok(Fix::set(written.clone(), format!("{minutes}m"))),
        None => Err(
            "there are too many Spot pools above on-demand, and which of them to do without is open",
        ),
    };
    let help = match enough {
        Some(minutes) => format!(
            "a `max-node-provision-time` of {minutes}m brings it to {TOLERABLE_MINUTES} minutes at most; so do fewer Spot \
             pools above on-demand"
        ),
        None => "put fewer Spot pools above on-demand".to_owned(),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure)
    });
}
