use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, Covers, ManifestWorkload, ScaledBy};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "scaling-counts-other-pods",
    levels: &[Severity::Warning],
    summary: "an autoscaler counts the pods of another workload",
    harm: "A HorizontalPodAutoscaler takes the ready pods that its workload's selector matches, whoever made them, and \
           multiplies their number by load over target. So does the one that KEDA makes for a ScaledObject with a trigger \
           `cpu` or `memory`, or with `metricType: Value`. If the selector also matches the pods of a second workload, \
           such as a share that is kept on on-demand, the first gets the replicas of both: with 3 pods each and load \
           at 1.5 times the target, 9 replicas instead of 5. ReplicaSets do not take each other's pods: they go by \
           owner references.",
    detection: "`kubectl get hpa` shows more replicas than load over target explains, and `kubectl get pods` with the \
                selector of the workload lists pods of another one.",
    remedy: "Give each of the workloads a label of its own in the selector and in the pod template, such as \
             `spotgen.dev/part: spot` and `spotgen.dev/part: base`. A selector is immutable: create the workload under \
             another name, and delete the old one once the new one is ready.",
    sources: &[
        "kubernetes/kubernetes v1.36.3 pkg/controller/podautoscaler/replica_calculator.go, `GetResourceReplicas`: pods by \
         selector, times the usage ratio",
        "kedacore/keda pkg/scalers/cpu_memory_scaler.go and scaler.go, `GetMetricTargetType`: the kinds of metrics",
        "kubernetes/kubernetes v1.36.3 pkg/controller/controller_ref_manager.go, `ClaimObject`: pods with another owner are \
         ignored",
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector: do not overlap selectors",
    ],
    check: Check::Workloads(check),
};

fn check(_: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let scaled: Vec<Scaled<'_>> = all.iter().filter_map(|pods| Scaled::of(*pods)).collect();
    let index = BudgetIndex::new(&scaled);
    for pods in all {
        let Some(other) = pods.found else { continue };
        for scaled in index.over(other.namespace.as_deref(), &other.pod_labels) {
            // Of its own base, rule `base-in-selector` tells more.
            if !std::ptr::eq(scaled.found, other) && !pods.is_base_of(scaled.pods) {
                report(scaled.pods, scaled.found, other, findings);
            }
        }
    }
}

fn report(
    pods: WorkloadView<'_>,
    found: &ManifestWorkload,
    other: &ManifestWorkload,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "the selector of workload `{}` also matches the pods of `{}`: its autoscaler counts both, and scales it too high",
        pods.name(),
        other.name
    );
    findings.in_manifest(found.locations.selector, message, |diagnostic| {
        diagnostic
            .related(found.locations.autoscaling, "its autoscaler")
            .related(other.locations.name, "the other workload")
            .help("give each of the two a label of its own in its selector and pod template")
            .no_fix("a selector is immutable, so the workload has to be created under another name")
    });
}

/// A workload whose autoscaler counts the pods that its selector matches.
struct Scaled<'a> {
    pods: WorkloadView<'a>,
    found: &'a ManifestWorkload,
}

impl<'a> Scaled<'a> {
    fn of(pods: WorkloadView<'a>) -> Option<Self> {
        let found = pods
            .found
            .filter(|found| found.scaled_by == ScaledBy::Pods)?;
        Some(Self { pods, found })
    }
}

impl Covers for Scaled<'_> {
    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.found.selector.iter().flat_map(Labels::iter);
        labels.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn covers(&self, namespace: Option<&str>, pod_labels: &Labels) -> bool {
        let selector = self.found.whole_selector.as_ref();
        self.found.namespace.as_deref() == namespace
            && selector.is_some_and(|selector| selector.matches(pod_labels))
    }
}
