use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::manifests::{Fact, Shutdown};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::workloads::grace::{self, KUBERNETES_DEFAULT};

pub(super) const RULE: Rule = Rule {
    id: "shutdown-outlasts-grace",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a container takes longer to stop than its grace period",
    harm: "The grace period includes the `preStop` hook. A hook that sleeps through all of it leaves the process about \
           two seconds between SIGTERM and SIGKILL, and a program that drains for longer than the rest is killed \
           while it still serves. On Spot this happens with every interruption and every failback.",
    detection: "Containers end with exit code 137 after an eviction. Clients see reset connections.",
    remedy: "Make the hook sleep for less, or the program drain for less. A longer grace period helps only where pods are not \
             on Spot: there, the eviction notice ends it.\n\nThe finding is an info for pods that cannot be on Spot, unless \
             their class made the grace period too short.",
    sources: &[
        "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        "kubernetes/kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go, `killContainer`: what the hook takes is \
         subtracted, down to `minimumGracePeriodInSeconds`, 2 seconds",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else { return };
    let planned = pods
        .planned
        .and_then(|workload| workload.termination_grace_period_seconds);
    if planned.is_none() && pods.is_unread(Fact::Grace) {
        return;
    }
    let grace = planned
        .map(i64::from)
        .or(found.termination_grace_period_seconds)
        .unwrap_or(KUBERNETES_DEFAULT);
    let Some(shutdown) = found
        .serving
        .shutdown
        .as_ref()
        .filter(|shutdown| shutdown.seconds() >= grace)
    else {
        return;
    };
    let own = found.termination_grace_period_seconds;
    let own = own.unwrap_or(KUBERNETES_DEFAULT);
    let class = pods.planned.map(|workload| &workload.class);
    let is_of_class = planned.is_some() && shutdown.seconds() < own;
    let killed = match class.filter(|_| is_of_class) {
        Some(class) => format!(
            "class `{class}` gives pods of workload `{}` {grace} s to stop",
            pods.name()
        ),
        None => format!(
            "pods of workload `{}` are killed after {grace} s",
            pods.name()
        ),
    };
    let message = format!("{killed}, but {}", steps(shutdown));
    let can_be_on_spot = pods.can_be_on_spot(plan);
    findings.in_manifest(shutdown.location, message, |diagnostic| {
        // Off Spot it is as true, but happens with upgrades and rollouts alone. What a class does is no choice of the owner.
        let level = if can_be_on_spot || is_of_class {
            Severity::Warning
        } else {
            Severity::Info
        };
        diagnostic
            .level(level)
            .help(if is_of_class && !can_be_on_spot {
                grace::KEEP_OWN.to_owned()
            } else {
                format!("make them stop in less than {grace} s: the grace period includes the `preStop` hook")
            })
            .no_fix("only its owner knows which step can be shorter")
    });
}

/// What the container does until it stops.
fn steps(shutdown: &Shutdown) -> String {
    let pre_stop = shutdown.pre_stop;
    match &shutdown.setting {
        Some((name, seconds)) if pre_stop > 0 => format!(
            "their `preStop` hook takes {pre_stop} s and `{name}` then allows {seconds} s to drain"
        ),
        Some((name, seconds)) => format!("`{name}` allows {seconds} s to drain"),
        None => format!("their `preStop` hook takes {pre_stop} s"),
    }
}
