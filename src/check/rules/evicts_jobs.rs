use serde_json::json;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::label_selector::job_label;
use crate::components::descheduler::reach;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
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
    remedy: "Exclude the pods of Jobs with the `labelSelector` of `DefaultEvictor`, as spotgen does by default.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go, \
         `evictionConstraintsForLabelSelector`",
        "kubernetes/kubernetes pkg/controller/job/job_controller.go, `isPodFailed`: a deleted pod counts",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#batch-kubernetes-io-job-name",
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
            && reach::is_selected(&descheduler.evictor, **pods)
            && reach::reasons(plan, descheduler, **pods).is_empty()
    };
    let mut jobs = all.iter().filter(is_evicted);
    let Some(first) = jobs.next() else {
        return;
    };
    let others = match jobs.count() {
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
