use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::{Part, Plan};

pub(super) const RULE: Rule = Rule {
    id: "base-outnumbers-spot",
    levels: &[Severity::Warning],
    summary: "`onDemandBase` keeps more pods on on-demand than the workload has on Spot",
    harm: "`onDemandBase` adds pods to a workload: they are no part of its replicas, or of the range of its autoscaler. \
           Whoever takes them for a part pays for more pods than before, most of them on on-demand. If the base \
           alone carries the usual load, an autoscaler keeps the pods on Spot at their minimum, and Spot saves next to \
           nothing.",
    detection: "`kubectl get deployment` shows more replicas of the `-base` than of the workload.",
    remedy: "Lower `onDemandBase`, or raise the workload's replicas or the range of its autoscaler. If most pods belong on \
             on-demand, use `spot: Avoided` or `spot: Never` instead.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/: an autoscaler changes the \
         replicas of its target alone",
    ],
    check: Check::Workload(check),
};

fn check(_: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(workload) = pods.planned else { return };
    let Some(Part::Others { base, .. }) = workload.part else {
        return;
    };
    // An autoscaler whose minimum is 0 is at 0 when there is nothing to do, whatever the base is.
    let is_asleep_at_times = pods.autoscaling().is_some_and(|(least, _)| least == 0);
    let (usual, bound) = if is_asleep_at_times {
        (pods.most(), "at most ")
    } else {
        (pods.least(), "")
    };
    let Some(usual) = usual.filter(|usual| *usual < base) else {
        return;
    };
    let message = format!(
        "`onDemandBase` adds {base} pods on on-demand to the {bound}{usual} of workload `{}` on Spot",
        workload.name
    );
    findings.at_workload(pods, &["onDemandBase"], message, |diagnostic| {
        diagnostic
            .help("the base is no part of the workload's replicas: lower it, or raise those")
            .no_fix("only you know how many pods the workload needs")
    });
}
