use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

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
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let least = system
        .descheduler
        .as_ref()
        .and_then(|descheduler| descheduler.evictor.min_replicas);
    if least != Some(1) {
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
