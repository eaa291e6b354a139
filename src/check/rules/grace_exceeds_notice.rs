use crate::check::capacity_values;
use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::{Fact, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::notice;
use crate::workloads::grace::KUBERNETES_DEFAULT;

pub(super) const RULE: Rule = Rule {
    id: "grace-exceeds-notice",
    levels: &[Severity::Error, Severity::Warning],
    summary: "pods may take longer to stop than the eviction notice allows",
    harm: "The cloud announces an interruption and then removes the VM, whether or not its pods have stopped. Whatever \
           a pod still does at that point, `preStop` hooks included, is cut off: open requests are lost, and locks are \
           not released.",
    detection: "Pods on an interrupted node end without their last log lines. `spotgen check --numbers` prints how \
                many seconds are usable.",
    remedy: "Set `terminationGracePeriodSeconds` to the usable time or less, as the default does, and make the \
             workload stop within it. The finding is only a warning if the pods have Kubernetes' own default of 30 \
             seconds, which nobody chose.",
    sources: &[
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md: Preempt, 30 seconds",
        "maksim-paskal/aks-node-termination-handler v1.0.19: period 5s by default",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms: 15 seconds for pods",
    ],
    check: Check::SystemsWithEachWorkload(check),
};

const CHOICE: &str = "only the owner knows whether the pods can stop in less time";

const KEY: &str = "terminationGracePeriodSeconds";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let period = systems.longest_period();
    let usable = notice::usable_seconds(plan, period);
    for pods in all {
        let is_meant_for_spot =
            pods.can_be_on_spot(plan) && !capacity_values::has_odd(plan, pods.found);
        if pods.kind() == Kind::DaemonSet || !is_meant_for_spot {
            continue;
        }
        let Some((seconds, level)) = seconds(*pods) else {
            continue;
        };
        if seconds <= usable {
            continue;
        }
        let pointer = pods.setting(findings.document, &[KEY]);
        let message = format!(
            "pods of workload `{}` may take {seconds} s to stop, but the eviction notice leaves them {usable} s",
            pods.name()
        );
        let wanted = usable.min(i64::from(plan.provider.interruption.grace_seconds));
        let fix = fix(*pods, pointer.clone(), wanted);
        let complete = |diagnostic: crate::check::draft::Draft| {
            diagnostic
                .level(level)
                .help(format!("set `{KEY}: {wanted}`"))
                .help(format!(
                    "usable time of {usable} s: {}",
                    notice::arithmetic(plan, period)
                ))
                .cure(fix)
                .choice(CHOICE)
        };
        match (pointer, pods.found) {
            (Some(pointer), _) => {
                findings.at_workload_setting(*pods, Some(pointer), message, complete);
            }
            // What nobody wrote is the same for all.
            (None, Some(found)) if level == Severity::Warning => {
                let kind = (String::new(), ("workload", pods.name()));
                findings.once_in_manifests(found.locations.grace, kind, message, complete);
            }
            (None, Some(found)) => findings.in_manifest(found.locations.grace, message, complete),
            (None, None) => findings.at_workload(*pods, &[], message, complete),
        }
    }
}

/// Edits the grace period where it is set: in the configuration, or else in the manifest.
fn fix(pods: WorkloadView<'_>, written: Option<Pointer>, wanted: i64) -> Result<Fix, &'static str> {
    let is_planned = pods
        .planned
        .is_some_and(|workload| workload.termination_grace_period_seconds.is_some());
    match (written, pods.found) {
        (Some(pointer), _) => Ok(Fix::set(pointer, wanted)),
        (None, Some(found)) if !is_planned => {
            let pointer = pod_spec_pointer(found.kind).child(KEY);
            let value = wanted.into();
            Ok(Fix::manifest(found.location, Edit::Set { pointer, value }))
        }
        _ => workload_setting::fix(pods, &[KEY], wanted),
    }
}

/// The grace period of its pods, and the level of the finding if it is too long. None if it is unknown.
fn seconds(pods: WorkloadView<'_>) -> Option<(i64, Severity)> {
    let planned = pods
        .planned
        .and_then(|workload| workload.termination_grace_period_seconds);
    if let Some(seconds) = planned {
        return Some((i64::from(seconds), Severity::Error));
    }
    let found = pods.found.filter(|_| !pods.is_unread(Fact::Grace))?;
    let own = found.termination_grace_period_seconds;
    Some(own.map_or((KUBERNETES_DEFAULT, Severity::Warning), |own| {
        (own, Severity::Error)
    }))
}
