use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::reach::{self, Reason, Way};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "never-fails-back",
    level: Severity::Warning,
    summary: "a workload that prefers Spot is never moved back to it",
    harm: "The descheduler passes over pods that one of its protections, limits or filters keeps, and says nothing. After \
           the first loss of Spot the workload is on on-demand for good, and so are the nodes that it is on.",
    detection: "Pods of the workload are on on-demand while Spot has room, and no event says why. The descheduler's log does, \
                at verbosity 4.",
    remedy: "Take away what stops it, or let the workload be on on-demand: `placement: {spot: Never}`. Info is what is meant \
             by default: pods with claims stay where their disks are.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go and constraints.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/utils/pod.go, `IsPodWithLocalStorage`: an emptyDir or a hostPath",
        "kubernetes-sigs/descheduler#1001, #1607: never evicts",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let prefer_spot = |pods: &&WorkloadView<'_>| pods.planned.is_some_and(Workload::prefers_spot);
    for &pods in all.iter().filter(prefer_spot) {
        let reasons = systems.distinct(|system| {
            let descheduler = system.descheduler.as_ref()?;
            Some(reach::reasons(&system.plan, descheduler, pods))
        });
        let mut known: Vec<Reason> = Vec::new();
        for (version, mut reasons) in reasons {
            reasons.retain(|reason| !known.contains(reason));
            judge(pods, &reasons, findings.of(version));
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
        "workload `{}` is never moved back to Spot: {}",
        pods.name(),
        why.join("; ")
    );
    let cure = cure(pods, reasons, findings);
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        reasons
            .iter()
            .fold(diagnostic.level(worst), |diagnostic, reason| {
                diagnostic.help(reason.cure)
            })
            .cure(cure)
    });
}

/// What takes all of them away.
fn cure(
    pods: WorkloadView<'_>,
    reasons: &[Reason],
    findings: &Findings<'_>,
) -> Result<Fix, &'static str> {
    let is_for_on_demand = |reason: &Reason| matches!(reason.way, Way::OnDemand);
    if reasons.iter().any(is_for_on_demand) {
        // Then nothing need bring it back.
        let listed = pods.planned.and_then(Workload::pointer);
        let listed = listed.ok_or("a class rule places it, together with others")?;
        return Ok(Fix::set(listed.child("placement").child("spot"), "Never"));
    }
    let settings = reasons.iter().filter_map(|reason| match &reason.way {
        Way::Setting(edit) => Some(Ok(edit.clone())),
        Way::Choice(reason) => Some(Err(*reason)),
        Way::OnDemand => None,
    });
    let settings = settings.collect::<Result<_, _>>().map(Fix::Config)?;
    findings.in_config(&pointers::spec("descheduler"), settings)
}
