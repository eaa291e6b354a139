use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::refuge::refuge;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::failover::{Failover, Refuge};

pub(super) const RULE: Rule = Rule {
    id: "slow-failover",
    level: Severity::Warning,
    summary: "a Spot pool without capacity is given up late",
    harm: "A request for Spot that the cloud refuses late, or never serves, blocks the pods that wait for it until \
           `max-node-provision-time` is over; only then is on-demand tried. 15 minutes, which is what counts where nothing \
           is set, is a long outage. For a request that is accepted and never served even that is no promise: when the time \
           is over the autoscaler may ask the same pool again at once, and whether it then backs off is a matter of timing. Seen on a control \
           plane of real components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): three times in a row, 5 minutes each. \
           Placeholders on on-demand make it harmless: they are preempted at once, and being pinned to on-demand they ask \
           for its nodes whatever becomes of Spot. All 37 pods were ready after 360 s. With them, or where \
           on-demand nodes that always run hold everything, this is only worth knowing.",
    detection: "Pods are Pending for a quarter of an hour; the autoscaler's log then shows `Scale-up timed out`, or the same \
                pool again. `spotgen check --numbers` prints the longest way to on-demand, and what holds when Spot hangs.",
    remedy: "Set `max-node-provision-time: 5m`, as `profilePreset: Spot` does, which is the default, and keep placeholders on \
             on-demand.",
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

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    // Whose autoscaler is installed by its users has that setting elsewhere.
    let provider = systems.planned().plan.provider;
    if provider.cluster_autoscaler.profile.is_empty() {
        return;
    }
    let failovers = systems.distinct(|system| Failover::of(&system.plan, refuge(system)));
    for (version, failover) in failovers {
        judge(failover, findings.of(version));
    }
}

fn judge(failover: Failover, findings: &mut Findings<'_>) {
    // Of several Spot pools in a row there is more to say, and another rule does.
    let minutes = failover.provision_minutes;
    if failover.spot_pools > 1 || minutes <= TOLERABLE_MINUTES {
        return;
    }
    let setting = pointers::spec("autoscaler/profile").child(KEY);
    let pointer = match findings.document.node(&setting) {
        Some(_) => setting.clone(),
        None => pointers::spec("autoscaler/profilePreset"),
    };
    let (level, message) = match failover.refuge {
        Some(refuge) => {
            let meanwhile = match refuge {
                Refuge::PaidNodes => "go to on-demand nodes that always run",
                Refuge::Placeholders => "fail over by the placeholders on on-demand alone",
            };
            let message = format!(
                "a request for Spot that fails is given up after {minutes} minutes; until then, pods {meanwhile}"
            );
            (Severity::Info, message)
        }
        None => (
            Severity::Warning,
            format!(
                "when there is no Spot, pods wait {minutes} minutes or more before on-demand is scaled up"
            ),
        ),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(format!(
                "set `{KEY}: 5m`, which is what `profilePreset: Spot` does"
            ))
            .fix(Fix::set(setting.clone(), "5m"))
    });
}
