use std::collections::BTreeSet;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::Namespaces;
use crate::components::descheduler::means::Means;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "moves-foreign-pods",
    levels: &[Severity::Warning],
    summary: "the descheduler evicts pods in every namespace",
    harm: "When a better node is ready, the descheduler evicts every pod in the cluster that has a node preference. \
           That includes pods of the cluster's own components and of other teams, whatever their preference is about.",
    detection: "`kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity` lists namespaces that \
                have nothing to do with Spot.",
    remedy: "Set `namespaces: {include: […]}`, or remove `namespaces`: by default the descheduler works in the \
             namespaces of the workloads that prefer Spot.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go: namespaces",
    ],
    check: Check::Descheduler(check),
};

fn check(plan: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    if !matches!(descheduler.namespaces, Namespaces::All) {
        return;
    }
    let workloads = findings.workloads(plan);
    let prefer_spot = workloads.iter().filter(|pods| pods.prefers_spot(plan));
    let wanted: BTreeSet<&str> = prefer_spot.filter_map(|pods| pods.namespace()).collect();
    let moved = plan.workloads.iter().filter(|own| own.prefers_spot());
    let by_default: BTreeSet<&str> = moved.map(|own| own.namespace.as_str()).collect();
    let is_default = wanted == by_default;
    let wanted: Vec<&str> = wanted.into_iter().collect();
    let pointer = pointers::spec("descheduler/namespaces");
    let help = if wanted.is_empty() {
        "list the namespaces that it may evict from: `namespaces: {include: […]}`".to_owned()
    } else {
        format!(
            "set `namespaces: {{include: [{}]}}`{}",
            wanted.join(", "),
            if is_default {
                findings
                    .origin(&pointer)
                    .unless_manifest(", or remove `namespaces`: the default is the same list")
            } else {
                ""
            }
        )
    };
    let cure = if wanted.is_empty() {
        Err(
            "no workload of a known namespace prefers Spot, so nothing shows which namespaces are meant",
        )
    } else {
        let namespaces = serde_json::json!({"include": wanted});
        findings.wherever(Fix::set(pointer.clone(), namespaces))
    };
    let which = match descheduler.means {
        Means::Preference => "pods with any node preference",
        Means::Taints { .. } => "pods that do not tolerate the taint of their node",
    };
    let message =
        format!("the descheduler evicts {which}, in every namespace including `kube-system`");
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(help).cure(cure)
    });
}
