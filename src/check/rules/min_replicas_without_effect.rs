use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "min-replicas-without-effect",
    level: Severity::Info,
    summary: "`minReplicas: 1` protects nothing",
    harm: "The descheduler counts the pods of a workload only when `minReplicas` is more than 1. Workloads of one pod are \
           evicted all the same.",
    detection: "A workload of one pod has events with the reason `RemovePodsViolatingNodeAffinity`.",
    remedy: "Write `minReplicas: 2` to leave workloads of one pod alone, or leave it out.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go",
    ],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if descheduler.evictor.min_replicas != Some(1) {
        return;
    }
    let pointer = pointers::spec("descheduler/evictor/minReplicas");
    let cure = findings.in_config(&pointer, Fix::set(pointer.clone(), 2));
    findings.at(
        &pointer,
        "`minReplicas: 1` protects nothing: it acts from 2 on",
        |diagnostic| {
            diagnostic
                .help("write 2 to leave workloads of one pod alone, or leave it out")
                .cure(cure)
        },
    );
}
