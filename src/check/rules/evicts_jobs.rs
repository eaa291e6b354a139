use serde_json::json;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::label_selector::{self, job_label};
use crate::components::descheduler::reach;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::{LabelSelector, Labels};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "evicts-jobs",
    levels: &[Severity::Warning],
    summary: "the descheduler evicts the pods of Jobs",
    harm: "When Spot returns, the descheduler evicts pods of Jobs from on-demand nodes. Each starts again from the \
           beginning, and the Job counts a failure against its `backoffLimit`. The pods would have ended by \
           themselves, and the next ones would start on Spot.",
    detection: "The descheduler's log names pods of Jobs among the evicted. Jobs run twice as long as they should, or \
                fail with `BackoffLimitExceeded`.",
    remedy: "Exclude the pods of Jobs with the `labelSelector` of `DefaultEvictor`, as spotgen does by default. The pods of a \
             Job with `manualSelector: true` do not get the label that it goes by: set it in the pod template.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go, \
         `evictionConstraintsForLabelSelector`",
        "kubernetes/kubernetes pkg/controller/job/job_controller.go, `isPodFailed`: a deleted pod counts",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#batch-kubernetes-io-job-name",
        "kubernetes/kubernetes pkg/registry/batch/job/strategy.go, `generateSelectorIfNeeded`: no labels with \
         `manualSelector`",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        judge(
            plan,
            descheduler,
            all,
            findings.of_part(version, &pointers::spec("descheduler")),
        );
    }
}

fn judge(
    plan: &Plan,
    descheduler: &Descheduler,
    all: &[WorkloadView<'_>],
    findings: &mut Findings<'_>,
) {
    let is_evicted = |pods: &&WorkloadView<'_>| {
        pods.kind().is_job()
            && pods.prefers_spot(plan)
            && reach::is_selected(descheduler, **pods)
            && reach::reasons(plan, descheduler, **pods).is_empty()
    };
    // Only their own labels could leave them out.
    let unlabelled = |pods: &WorkloadView<'_>| {
        let own = &descheduler.evictor.label_selector;
        !reach::has_job_labels(*pods) && excludes_jobs(own)
    };
    let (by_themselves, jobs): (Vec<_>, Vec<_>) = all
        .iter()
        .filter(is_evicted)
        .partition(|pods| unlabelled(pods));
    report(plan, &jobs, findings);
    for pods in by_themselves {
        without_label(plan, *pods, findings);
    }
}

/// Whether a selector leaves out the pods that the controller of Jobs labels.
fn excludes_jobs(selector: &LabelSelector) -> bool {
    !label_selector::selects(selector, true, (&Labels::new(), false))
}

/// A Job whose pods lack the label by which others are left alone.
fn without_label(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let label = job_label(plan.cluster.kubernetes_version);
    let message = format!(
        "Job `{}` has `manualSelector: true`, so its pods get no label `{label}`: when Spot returns, the descheduler \
         evicts them, their work is lost, and the Job counts a failure",
        found.name
    );
    let template = Pointer::parse("/spec/template/metadata/labels");
    let fix = Fix::manifest(
        found.location,
        Edit::Set {
            pointer: template.child(label),
            value: found.name.as_str().into(),
        },
    );
    let pointer = Pointer::parse("/spec/manualSelector");
    let location = findings.part((found.location, found.locations.name), [pointer]);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help(format!(
                "set the label in its pod template: `{label}: {}`",
                found.name
            ))
            .fix(fix)
    });
}

/// The Jobs that nothing leaves out.
fn report(plan: &Plan, jobs: &[&WorkloadView<'_>], findings: &mut Findings<'_>) {
    let Some((first, others)) = jobs.split_first() else {
        return;
    };
    let others = match others.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message = format!(
        "when Spot returns, the descheduler evicts the pods of {} `{}`{others}: their work is lost, and the Job counts a \
         failure",
        first.kind().as_str(),
        first.name()
    );
    let label = job_label(plan.cluster.kubernetes_version);
    let pointer = pointers::spec("descheduler/evictor/labelSelector");
    let is_manifest = findings.origin(&pointer).is_manifest();
    let cure = findings.wherever(if is_manifest {
        let no_job = json!({"key": label, "operator": "DoesNotExist"});
        Fix::append(pointer.child("matchExpressions"), no_job)
    } else {
        Fix::remove(pointer.clone())
    });
    findings.at(&pointer, message, |diagnostic| {
        let help = if is_manifest {
            format!(
                "give `DefaultEvictor` the argument `labelSelector: {{matchExpressions: [{{key: {label}, operator: \
                 DoesNotExist}}]}}`"
            )
        } else {
            "remove `labelSelector`: by default it excludes the pods of Jobs".to_owned()
        };
        diagnostic.help(help).cure(cure)
    });
}
