use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::kubernetes::SAFE_TO_EVICT;
use crate::manifests::pod_spec_pointer;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "misplaced-annotation",
    levels: &[Severity::Warning],
    summary: "an annotation for pods stands on their workload, where nobody reads it",
    harm: "The cluster autoscaler and the descheduler look at the annotations of pods. On a Deployment or a Job they have \
           no effect: a pod that was to be protected is evicted, and one that was to be let go keeps its node.",
    detection: "`kubectl get pods -o yaml` shows pods without the annotation.",
    remedy: "Move the annotation to `spec.template.metadata.annotations`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: what keeps nodes from being removed",
        "kubernetes/autoscaler#1497, #4813",
        "kubernetes-sigs/descheduler README.md: pods with the annotation `descheduler.alpha.kubernetes.io/evict`",
    ],
    check: Check::Workload(check),
};

/// The annotations that are read of pods.
const OF_PODS: [&str; 4] = [
    SAFE_TO_EVICT,
    "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes",
    "descheduler.alpha.kubernetes.io/evict",
    "descheduler.alpha.kubernetes.io/prefer-no-eviction",
];

fn check(_: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|found| found.kind != Kind::Pod) else {
        return;
    };
    for key in OF_PODS {
        let Some(value) = found.annotations.get(key) else {
            continue;
        };
        if found.pod_annotations.get(key).is_some() {
            continue;
        }
        let message = format!(
            "{} `{}` has the annotation `{key}`, which only counts on pods: it has no effect",
            found.kind.as_str(),
            found.name
        );
        let annotations = |metadata: Pointer| metadata.child("annotations").child(key);
        let template = pod_spec_pointer(found.kind).parent().child("metadata");
        let edits = [
            Edit::Remove {
                pointer: annotations(Pointer::parse("/metadata")),
            },
            Edit::Set {
                pointer: annotations(template),
                value: value.as_str().into(),
            },
        ];
        let edits = edits.map(|edit| ManifestEdit {
            object: found.location,
            edit,
        });
        let written = annotations(Pointer::parse("/metadata")).at_key();
        let location = findings.part((found.location, found.locations.name), [written]);
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help("move it to the `metadata.annotations` of the pod template")
                .fix(Fix::Manifest(edits.into()))
                .choice("the annotation may not be wanted on the pods")
        });
    }
}
