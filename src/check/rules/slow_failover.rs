use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::autoscaler::{self, Setting};
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::refuge::refuge;
use crate::diagnostic::Severity;
use crate::model::failover::{Failover, Refuge};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "slow-failover",
    levels: &[Severity::Warning, Severity::Info],
    summary: "the autoscaler waits too long before it gives up on a Spot pool without capacity",
    harm: "A Spot request that the cloud rejects late, or never serves, blocks the pods that wait for it until \
           `max-node-provision-time` is over. Only then is on-demand tried. The default of 15 minutes is a long \
           outage.\n\nFor a request that is accepted but never served, even that limit guarantees nothing: when it \
           expires, the autoscaler may ask the same pool again at once, and whether it then backs off is a matter of \
           timing. Seen on a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): three \
           times in a row, 5 minutes each.\n\nPlaceholders on on-demand make the delay harmless: they are preempted at \
           once, and because they are pinned to on-demand, they trigger on-demand nodes whatever happens to Spot. All \
           37 pods were ready after 360 s. With such placeholders, or if on-demand nodes that always run hold \
           everything, the finding is only an info.",
    detection: "Pods are Pending for 15 minutes. The autoscaler's log then shows `Scale-up timed out`, or the same \
                pool again. `spotgen check --numbers` prints the worst-case failover, and what applies when a Spot \
                request hangs.",
    remedy: "Set `max-node-provision-time: 5m`. `profilePreset: Spot`, which is the default, does this. Also keep \
             placeholders on on-demand.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: max-node-provision-time 15m",
        "kubernetes/autoscaler cluster-autoscaler/core/static_autoscaler.go and clusterstate/clusterstate.go: instances that \
            never register are removed, and a request times out, by the same limit",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the keys of the profile",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Systems(check),
};

const TOLERABLE_MINUTES: u64 = 10;
const KEY: &str = "max-node-provision-time";
const WANTED: [Setting; 1] = [(KEY, "5m")];

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let failovers = systems.distinct(|system| Failover::of(&system.plan, refuge(system)));
    for (version, failover) in failovers {
        let plan = &systems.version(version).plan;
        if plan.autoscaler.has_setting(KEY) {
            let findings = findings.of_part(version, &systems.room(version));
            judge(plan, failover, findings);
        }
    }
}

fn judge(plan: &Plan, failover: Failover, findings: &mut Findings<'_>) {
    // Another rule covers several Spot pools in a row.
    let minutes = failover.provision_minutes;
    if failover.spot_pools > 1 || minutes <= TOLERABLE_MINUTES {
        return;
    }
    let pointer = autoscaler::place(findings, KEY);
    let help = autoscaler::help(findings, plan, &WANTED);
    let cure = autoscaler::set(findings, &WANTED);
    let is_by_default = autoscaler::is_by_default(findings, plan, KEY);
    let (level, message) = match failover.refuge {
        Some(refuge) => {
            let meanwhile = match refuge {
                Refuge::PaidNodes => "fail over to the on-demand nodes that always run",
                Refuge::Placeholders => "fail over only by preempting placeholders on on-demand",
            };
            let message = format!(
                "the autoscaler gives up on a failed Spot request only after {minutes} min; until then, pods \
                 {meanwhile}"
            );
            (Severity::Info, message)
        }
        None => (
            if is_by_default {
                Severity::Info
            } else {
                Severity::Warning
            },
            format!(
                "when Spot has no capacity, pods wait at least {minutes} min: the autoscaler waits `{KEY}` for each Spot \
                 pool before it tries on-demand"
            ),
        ),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure)
    });
}
