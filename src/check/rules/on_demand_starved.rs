use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::autoscaler;
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::refuge::refuge;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::failover::{Failover, Refuge};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "on-demand-starved",
    levels: &[Severity::Error, Severity::Warning, Severity::Info],
    summary: "the autoscaler tries so many Spot pools first that on-demand is scaled up late or never",
    harm: "When Spot is lost, the autoscaler tries the Spot pools one after the other, each for up to \
           `max-node-provision-time`. It retries a pool 5 minutes after giving it up, and later 10, 20 and 30 minutes \
           after. With enough pools, the first is due for a retry before the last is given up. The pods then stay \
           Pending although on-demand capacity is available. This is the worst case of a refusal, noticed only when \
           the time is over.\n\nIf the cloud refuses at once (quota, `AllocationFailed`), the pool goes into back-off \
           at once. If the cloud accepts a request and never serves it, there is no limit at all: the autoscaler may \
           ask the same pool again. On a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler \
           1.36.1), one of two such pools went into back-off and the other did not.\n\nPlaceholders on on-demand avoid \
           all of this: they are preempted at once, and the Pending placeholders are pinned to on-demand. All 37 pods \
           were ready after 360 s. With such placeholders, or if on-demand nodes that always run hold everything, the \
           finding is one level lower.",
    detection: "Pods stay Pending. The autoscaler's log shows `Scale-up timed out` for one Spot pool after the other, \
                and never a scale-up of an on-demand pool. `spotgen check --numbers` prints the worst case.",
    remedy: "Keep placeholders on on-demand, so that failover does not wait for Spot requests at all. Or lower \
             `max-node-provision-time` (on AKS, in whole minutes), or give fewer Spot pools a higher priority than \
             on-demand.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: max-node-provision-time 15m, back-off \
            5m to 30m",
        "kubernetes/autoscaler cluster-autoscaler/utils/backoff/exponential_backoff.go",
        "kubernetes/autoscaler#4958: stuck in a loop over three Spot pools",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str = "fewer Spot pools with a higher priority than on-demand remove it as well";

/// Twice the default `max-node-provision-time`.
const TOLERABLE_MINUTES: u64 = 30;

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let failovers = systems.distinct(|system| Failover::of(&system.plan, refuge(system)));
    for (version, failover) in failovers {
        let plan = &systems.version(version).plan;
        let findings = findings.of_part(version, &systems.room(version));
        judge(plan, failover, findings);
    }
}

const KEY: &str = "max-node-provision-time";

fn judge(plan: &Plan, failover: Failover, findings: &mut Findings<'_>) {
    let pools = failover.spot_pools;
    let minutes = failover.provision_minutes;
    let can = match failover.refuge {
        Some(_) => "could",
        None => "can",
    };
    let (message, level) = match failover.longest_minutes() {
        Some(longest) if longest <= TOLERABLE_MINUTES || pools < 2 => return,
        Some(longest) => (
            format!(
                "it {can} take {longest} min until on-demand is scaled up: the autoscaler tries {pools} Spot pools \
                 first, each for up to {minutes} min"
            ),
            Severity::Warning,
        ),
        None => (
            format!(
                "it {can} happen that on-demand is never scaled up: the autoscaler tries {pools} Spot pools first, each for up to \
                 {minutes} min (`max-node-provision-time`), and retries the first before it gives up the last"
            ),
            Severity::Error,
        ),
    };
    let written = pointers::autoscaler_setting(KEY);
    let is_written = findings.document.node(&written).is_some();
    let pointer = if is_written || findings.origin(&written).is_manifest() {
        written.clone()
    } else {
        pointers::spec("nodePools")
    };
    let level = match level {
        _ if autoscaler::is_by_default(findings, plan, KEY) => Severity::Info,
        Severity::Error if failover.refuge.is_some() => Severity::Warning,
        _ if failover.refuge.is_some() => Severity::Info,
        level => level,
    };
    let message = match failover.refuge {
        Some(Refuge::PaidNodes) => {
            format!("without the free capacity on on-demand nodes that always run, {message}")
        }
        Some(Refuge::Placeholders) => format!("without the on-demand placeholders, {message}"),
        None => message,
    };
    let enough = failover.provision_minutes_for(TOLERABLE_MINUTES);
    let cure = match enough {
        Some(minutes) => findings.wherever(Fix::set(written, format!("{minutes}m"))),
        None => Err(
            "too many Spot pools come before on-demand, and only the owner can decide which to drop",
        ),
    };
    let help = match enough {
        Some(minutes) => format!(
            "set `{KEY}` to {minutes}m, which limits the delay to {TOLERABLE_MINUTES} min, or give \
             fewer Spot pools a higher priority than on-demand"
        ),
        None => "give fewer Spot pools a higher priority than on-demand".to_owned(),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure).choice(CHOICE)
    });
}
