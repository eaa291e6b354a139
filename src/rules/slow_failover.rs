use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::numbers::failover::Failover;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "slow-failover",
    level: Severity::Warning,
    summary: "a Spot pool without capacity is given up late",
    harm: "Where the cloud accepts a request for Spot and delivers nothing, the autoscaler waits for \
           `max-node-provision-time` before it tries on-demand. Pods are Pending all that time. 15 minutes, \
           which is what counts where nothing is set, is a long outage.",
    detection: "Pods are Pending for a quarter of an hour; the autoscaler's log then shows `Scale-up timed out`. \
                `spotgen check --numbers` prints the longest way to on-demand.",
    remedy: "Set `max-node-provision-time: 5m`. `profilePreset: Spot`, which is the default, does.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: max-node-provision-time 15m",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the keys of the profile",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Plan(check),
};

const TOLERABLE_MINUTES: u64 = 10;
const KEY: &str = "max-node-provision-time";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    // Whose autoscaler is installed by its users has that setting elsewhere.
    let Some(failover) = Failover::of(plan).filter(|_| !plan.provider.profile.is_empty()) else {
        return;
    };
    // Of several Spot pools in a row there is more to say, and another rule does.
    let minutes = failover.provision_minutes;
    if failover.spot_first.len() > 1 || minutes <= TOLERABLE_MINUTES {
        return;
    }
    let written = places::spec("autoscaler/profile").child(KEY);
    let pointer = match findings.document.node(&written) {
        Some(_) => written,
        None => places::spec("autoscaler/profilePreset"),
    };
    let message = format!(
        "when there is no Spot, pods wait up to {minutes} minutes before on-demand is grown"
    );
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(format!(
            "set `{KEY}: 5m`, which is what `profilePreset: Spot` does"
        ))
    });
}
