use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::plan::Plan;
use std::collections::HashMap;

pub(super) const RULE: Rule = Rule {
    id: "stateful-on-spot",
    level: Severity::Warning,
    summary: "a StatefulSet runs on Spot",
    harm: "A pod of a StatefulSet is made anew only when the old one is gone for certain. On a node that was lost without a \
           drain that takes minutes, and its disk has to be detached from there first. Info where no volume is known.",
    detection: "After an interruption the pod is Terminating or Unknown for minutes, then ContainerCreating with `Multi-Attach \
                error for volume`.",
    remedy: "Keep it on on-demand (`spot: Never`), or be sure that the rest of the set does without the pod meanwhile.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",
    ],
    check: Check::Workloads(check),
};

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // What is written in one place is said once.
    let mut groups: Vec<Vec<WorkloadView<'_>>> = Vec::new();
    let mut known: HashMap<(Pointer, bool), usize> = HashMap::new();
    for pods in all.iter().filter(|pods| is_on_spot(plan, **pods)) {
        let next = groups.len();
        let written = pods.setting(findings.document, &["placement", "spot"]);
        let at = written.map_or(next, |written| {
            *known.entry((written, has_claims(*pods))).or_insert(next)
        });
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(*pods);
    }
    for group in groups {
        report(&group, findings);
    }
}

/// Says it of the first of those whose setting is written in one place.
fn report(group: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let pods = group[0];
    let (level, disk) = if has_claims(pods) {
        (Severity::Warning, " and its disk is free")
    } else {
        (Severity::Info, "")
    };
    let message = format!(
        "a pod of StatefulSet `{}` on a lost Spot node comes again only when the node is gone{disk}",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        diagnostic.level(level).in_full(|diagnostic| {
            let edits = group
                .iter()
                .map(|pods| workload_setting::write(*pods, &["placement", "spot"], "Never"));
            let edits: Result<Vec<Edit>, _> = edits.collect();
            diagnostic
                .help("keep it on on-demand, `spot: Never`, unless the set does without the pod for minutes")
                .cure(edits.map(Fix::Config))
        })
    });
}

fn is_on_spot(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    let is_wanted = matches!(pods.spot(), Some(Spot::Preferred | Spot::Required))
        || pods.own_prefers_spot(plan)
        || pods.own_requires_spot(plan);
    pods.kind() == Kind::StatefulSet && is_wanted && pods.can_be_on_spot(plan)
}

fn has_claims(pods: WorkloadView<'_>) -> bool {
    pods.found.is_some_and(ManifestWorkload::has_claims)
}
