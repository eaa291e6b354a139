use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::Namespaces;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "moves-foreign-pods",
    level: Severity::Warning,
    summary: "the descheduler moves pods in every namespace",
    harm: "Every pod in the cluster that has a preference for nodes is evicted when a better node is ready: also those of \
           the cluster's own components and of other teams, whatever their preference is about.",
    detection: "`kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity` names namespaces that have \
                nothing to do with Spot.",
    remedy: "Say `namespaces: {include: […]}`, or leave `namespaces` out: by default it works where the workloads are that \
             prefer Spot.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go: namespaces",
    ],
    check: Check::Descheduler(check),
};

fn check(plan: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if !matches!(descheduler.namespaces, Namespaces::All) {
        return;
    }
    let wanted: std::collections::BTreeSet<&str> = plan
        .workloads
        .iter()
        .filter(|workload| workload.prefers_spot())
        .map(|workload| workload.namespace.as_str())
        .collect();
    let wanted: Vec<&str> = wanted.into_iter().collect();
    let pointer = pointers::spec("descheduler/namespaces");
    let help = if wanted.is_empty() {
        "name the namespaces: `namespaces: {include: […]}`".to_owned()
    } else {
        format!(
            "write `namespaces: {{include: [{}]}}`{}",
            wanted.join(", "),
            findings
                .origin(&pointer)
                .unless_manifest(", or leave it out: that is the default")
        )
    };
    let cure = if wanted.is_empty() {
        Err("no workload prefers Spot, and nothing else tells which namespaces are meant")
    } else {
        let namespaces = serde_json::json!({"include": wanted});
        findings.in_config(&pointer, Fix::set(pointer.clone(), namespaces))
    };
    findings.at(
        &pointer,
        "pods with any preference for nodes are moved, in every namespace, kube-system included",
        |diagnostic| diagnostic.help(help).cure(cure),
    );
}
