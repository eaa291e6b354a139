use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::descheduler::reach::{self, Reason, Way};
use crate::components::descheduler::returning::Returning;
use crate::config::{Kind, pointers};
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "never-fails-back",
    levels: &[Severity::Warning, Severity::Info],
    summary: "the descheduler never moves a workload that prefers Spot back to it",
    harm: "The descheduler ignores pods that one of its protections, limits or filters excludes, and reports nothing. \
           After the first loss of Spot, the workload stays on on-demand for good, and so do the nodes under it.",
    detection: "Pods of the workload run on on-demand while Spot has free capacity, and no event gives a reason. The \
                descheduler's log does, at verbosity 4.",
    remedy: "Remove what blocks the move, or keep the workload on on-demand: `placement: {spot: Never}`. At level \
             info, the finding describes the intended default: pods with volume claims stay where their disks are.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go and constraints.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/utils/pod.go, `IsPodWithLocalStorage`: an emptyDir or a hostPath",
        "kubernetes-sigs/descheduler#1001, #1607: never evicts",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "a protection may be meant, and then the workload belongs on on-demand";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    // A DaemonSet runs on every node that it allows: its pods move nowhere.
    let can_return =
        |pods: &&WorkloadView<'_>| pods.kind() != Kind::DaemonSet && pods.prefers_spot(plan);
    let namespaces = pointers::spec("descheduler/namespaces");
    let deschedulers = systems
        .each()
        .filter_map(|(_, system)| Some((&system.plan, system.descheduler.as_ref()?)));
    let mut returning: Vec<Returning<'_>> = deschedulers
        .map(|(plan, descheduler)| Returning::new(plan, descheduler))
        .collect();
    for &pods in all.iter().filter(can_return) {
        // Most workloads return.
        if returning.iter_mut().all(|own| own.has_no_reason(pods)) {
            continue;
        }
        let reasons = |system: &System| {
            let descheduler = system.descheduler.as_ref()?;
            Some(reach::reasons(&system.plan, descheduler, pods))
        };
        let reasons = systems.distinct(reasons);
        let mut known: Vec<Reason> = Vec::new();
        for (version, mut reasons) in reasons {
            reasons.retain(|reason| !known.contains(reason));
            // It was never there: `never-on-spot` tells.
            if reasons.iter().any(Reason::is_kept_off) {
                continue;
            }
            let findings = findings.of_part(version, &pointers::spec("descheduler"));
            // By default it covers the workloads of the configuration: that one is missing there is the cause, which
            // `unlisted-workload` tells.
            if pods.planned.is_none() && findings.origin(&namespaces).is_default() {
                reasons.retain(|reason| !reason.is_uncovered());
            }
            judge(pods, &reasons, findings);
            known.append(&mut reasons);
        }
    }
}

fn judge(pods: WorkloadView<'_>, reasons: &[Reason], findings: &mut Findings<'_>) {
    let Some(worst) = reasons.iter().map(|reason| reason.level).max() else {
        return;
    };
    let why: Vec<&str> = reasons.iter().map(|reason| reason.why.as_str()).collect();
    let message = format!(
        "workload `{}` never returns to Spot after a failover: {}",
        pods.name(),
        why.join("; ")
    );
    let is_in_policy = findings
        .origin(&pointers::spec("descheduler/evictor"))
        .is_manifest();
    let help = |reason: &Reason| {
        if is_in_policy {
            reason.cure.in_policy
        } else {
            reason.cure.in_config
        }
    };
    let cure = cure(pods, reasons, findings);
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        reasons
            .iter()
            .fold(diagnostic.level(worst), |diagnostic, reason| {
                diagnostic.help(help(reason))
            })
            .cure(cure)
            .choice(CHOICE)
    });
}

/// A fix that removes all of these reasons.
fn cure(
    pods: WorkloadView<'_>,
    reasons: &[Reason],
    findings: &Findings<'_>,
) -> Result<Fix, &'static str> {
    let is_for_on_demand = |reason: &Reason| matches!(reason.way, Way::OnDemand);
    if reasons.iter().any(is_for_on_demand) {
        // Once it is meant for on-demand, the other reasons no longer matter.
        let listed = pods.planned.and_then(Workload::pointer);
        let listed =
            listed.ok_or("a class rule sets its placement, and that of other workloads")?;
        return Ok(Fix::set(listed.child("placement").child("spot"), "Never"));
    }
    let settings = reasons.iter().filter_map(|reason| match &reason.way {
        Way::Setting(edit) => Some(Ok(edit.clone())),
        Way::Choice(reason) => Some(Err(*reason)),
        Way::OnDemand => None,
    });
    let settings = settings.collect::<Result<_, _>>().map(Fix::Config)?;
    findings.wherever(settings)
}
