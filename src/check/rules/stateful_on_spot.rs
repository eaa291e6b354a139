use foldhash::{HashMap, HashMapExt as _};

use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::ManifestWorkload;
use crate::model::{SetBy, WorkloadView};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "stateful-on-spot",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a StatefulSet runs on Spot, where replacing a lost pod takes minutes",
    harm: "A StatefulSet recreates a pod only once the old one is certain to be gone. On a node that was lost without \
           a drain, this takes minutes, and the disk must first be detached from that node. If no volume is known, the \
           finding is only an info. Operators of databases and the like, such as Strimzi and Elastic, make their pods in \
           the same way.",
    detection: "After an interruption, the pod is Terminating or Unknown for minutes, then ContainerCreating with \
                `Multi-Attach error for volume`.",
    remedy: "Keep the StatefulSet on on-demand (`spot: Never`), or make sure that its other pods can do without the \
             lost one in the meantime.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",
    ],
    check: Check::EachWorkload(check),
};

const CHOICE: &str = "it may do without a pod for minutes";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    check_custom(plan, findings);
    // A setting that several workloads share is reported once.
    let mut groups: Vec<Vec<WorkloadView<'_>>> = Vec::new();
    let mut known: HashMap<(SetBy<'_>, bool), usize> = HashMap::new();
    for pods in all.iter().filter(|pods| is_on_spot(plan, **pods)) {
        let next = groups.len();
        let written = pods.set_by(findings.document, &["placement", "spot"]);
        let at = written.map_or(next, |written| {
            *known.entry((written, has_claims(*pods))).or_insert(next)
        });
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(*pods);
    }
    for group in groups {
        report(plan, &group, findings);
    }
}

/// The pods of operators that keep data. Whether their volumes outlive them is not read.
fn check_custom(plan: &Plan, findings: &mut Findings<'_>) {
    let on_spot = plan.custom_workloads.iter();
    for own in on_spot.filter(|own| own.keeps_data_on_spot) {
        let class = own.class.as_deref().unwrap_or_default();
        let message = format!(
            "{} runs on Spot by class `{class}`: its pods keep data, and when the node of one is lost, it is down for \
             minutes, because it is recreated only once the node is removed and its disk is detached",
            own.title()
        );
        let shared = (
            format!("{} {class}", own.kind),
            ("object", own.name.as_str()),
        );
        findings.once_in_manifests(own.location, shared, message, |diagnostic| {
            diagnostic
                .help("give it a class with `spot: Never` by a class rule for its kind, unless it can do without a pod for minutes")
                .no_fix("which class it should have is for its owner to say")
        });
    }
}

/// Reports the first of the workloads that share a setting.
fn report(plan: &Plan, group: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let pods = group[0];
    let verb = if asks(plan, pods) { "runs" } else { "can run" };
    let (level, disk) = if has_claims(pods) {
        (Severity::Warning, " and its disk is detached")
    } else {
        (Severity::Info, "")
    };
    if !findings.are_shown(level) {
        return;
    }
    let message = format!(
        "StatefulSet `{}` {verb} on Spot: when its node is lost, a pod is down for minutes, because it is recreated only \
         once the node is removed{disk}",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        diagnostic.level(level).in_full(|diagnostic| {
            let edits = group
                .iter()
                .map(|pods| workload_setting::write(*pods, &["placement", "spot"], "Never"));
            let edits: Result<Vec<Edit>, _> = edits.collect();
            diagnostic
                .help(
                    "set `spot: Never` to keep it on on-demand, unless it can do without the pod for minutes",
                )
                .cure(edits.map(Fix::Config)).choice(CHOICE)
        })
    });
}

fn is_on_spot(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    let is_there = asks(plan, pods) || is_let_on(plan, pods);
    pods.kind() == Kind::StatefulSet && is_there && pods.can_be_on_spot(plan)
}

fn asks(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    matches!(pods.spot(), Some(Spot::Preferred | Spot::Required))
        || pods.own_prefers_spot(plan)
        || pods.own_requires_spot(plan)
}

/// Whether its manifest lets it onto Spot, and no class decides.
fn is_let_on(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    pods.spot().is_none() && pods.tolerates_by_key(plan)
}

fn has_claims(pods: WorkloadView<'_>) -> bool {
    pods.found.is_some_and(ManifestWorkload::has_claims)
}
