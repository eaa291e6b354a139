use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "min-replicas-without-effect",
    levels: &[Severity::Info],
    summary: "`minReplicas: 1` protects no workload from eviction",
    harm: "The descheduler counts the pods of a workload only if `minReplicas` is greater than 1. It still evicts \
           workloads with a single pod.",
    detection: "A workload with a single pod has events with the reason `RemovePodsViolatingNodeAffinity`.",
    remedy: "Set `minReplicas: 2` to protect workloads with a single pod, or remove the key.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go",
    ],
    check: Check::Descheduler(check),
};

const CHOICE: &str = "without the key, nothing changes either";

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if descheduler.evictor.min_replicas != Some(1) {
        return;
    }
    let pointer = pointers::spec("descheduler/evictor/minReplicas");
    let cure = findings.wherever(Fix::set(pointer.clone(), 2));
    findings.at(
        &pointer,
        "`minReplicas: 1` has no effect: the descheduler still evicts workloads with a single pod",
        |diagnostic| {
            diagnostic
                .help("set `minReplicas: 2` to protect workloads with a single pod, or remove the key")
                .cure(cure).choice(CHOICE)
        },
    );
}
