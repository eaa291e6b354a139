use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::manifests::{ManifestWorkload, ScaledBy};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "base-in-selector",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the selector of a workload also matches the pods of its `onDemandBase`",
    harm: "With `onDemandBase`, a second Deployment runs copies of a workload's pods on on-demand. Its pods keep all labels, \
           so that Services select both, and get the label `spotgen.dev/part: base`. If the selector of the workload does \
           not mention that label, it matches these pods too. A HorizontalPodAutoscaler then takes the pods of both as those \
           of the workload, and scales it too high: an error. So does the one that KEDA makes for a ScaledObject with a \
           trigger `cpu` or `memory`, or with `metricType: Value`. ReplicaSets leave each other's pods alone, because they go by \
           owner references. But a ReplicaSet without an owner belongs to the first Deployment that selects it: delete the \
           second one with `--cascade=orphan`, and the workload takes its pods over and scales them down.",
    detection: "`kubectl get pods` with the selector of the workload lists pods of its `-base`, and `kubectl get hpa` shows \
                more replicas than load over target explains.",
    remedy: "Give the workload the label `spotgen.dev/part: spot` in the selector and in the pod template. A selector is \
             immutable: create the workload under another name, and delete the old one once the new one is ready. Services \
             must not select by this label. Without an autoscaler you can allow the finding.",
    sources: &[
        "kubernetes/kubernetes v1.36.3 pkg/controller/podautoscaler/replica_calculator.go, `GetResourceReplicas`: pods by \
         selector, times the usage ratio",
        "kedacore/keda pkg/scalers/cpu_memory_scaler.go and scaler.go, `GetMetricTargetType`: the kinds of metrics",
        "kubernetes/kubernetes v1.36.3 pkg/controller/controller_ref_manager.go, `ClaimObject`: those with another owner are \
         ignored, those without one adopted",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector: do not overlap selectors",
    ],
    check: Check::Workloads(check),
};

fn check(_: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // A second workload stands behind the first.
    for pair in all.windows(2) {
        let &[first, second] = pair else { continue };
        if let Some(found) = first.found
            && second.is_base_of(first)
            && matches(found, second)
        {
            report((first, found), second, findings);
        }
    }
}

fn matches(found: &ManifestWorkload, second: WorkloadView<'_>) -> bool {
    let selector = found.whole_selector.as_ref();
    selector.is_some_and(|selector| selector.matches(second.labels()))
}

fn report(
    (first, found): (WorkloadView<'_>, &ManifestWorkload),
    second: WorkloadView<'_>,
    findings: &mut Findings<'_>,
) {
    let (name, base) = (first.name(), second.name());
    let is_counted = found.scaled_by == ScaledBy::Pods;
    let (level, harm) = if is_counted {
        let harm = "its autoscaler counts both, and scales it too high";
        (Severity::Error, harm)
    } else {
        let harm = "it takes them over if they lose their owner";
        (Severity::Warning, harm)
    };
    let message =
        format!("the selector of workload `{name}` also matches the pods of `{base}`: {harm}");
    findings.in_manifest(found.locations.selector, message, |diagnostic| {
        let diagnostic = diagnostic.level(level);
        let diagnostic = if is_counted {
            diagnostic.related(found.locations.autoscaling, "its autoscaler")
        } else {
            diagnostic
        };
        diagnostic
            .help("add `spotgen.dev/part: spot` to its selector and to the labels of its pods")
            .no_fix("a selector is immutable, so the workload has to be created under another name")
    });
}
