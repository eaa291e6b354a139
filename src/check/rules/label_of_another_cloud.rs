use crate::check::asked_labels::{preferred, required};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::providers::cloud_of_spot_label;

pub(super) const RULE: Rule = Rule {
    id: "label-of-another-cloud",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects Spot nodes by the label of another cloud",
    harm: "Each cloud has a label of its own on Spot nodes: `kubernetes.azure.com/scalesetpriority`, \
           `eks.amazonaws.com/capacityType`, `cloud.google.com/gke-spot`. No node of this cluster has that of another \
           cloud. Pods that require it stay Pending, and a preference for it has no effect: they land on Spot by \
           chance. It usually comes with manifests that were written for another cloud.",
    detection: "`kubectl get nodes -L KEY` shows the label on no node.",
    remedy: "Remove the label from the manifest, and let the class place the workload. If nodes do have the label, say \
             so under `labels` of the pool.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
        "awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-groups.adoc",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let is_foreign = |key: &str| {
        let has_label = plan
            .node_pools
            .iter()
            .any(|pool| pool.labels.get(key).is_some());
        cloud_of_spot_label(key, plan.provider).filter(|_| !has_label)
    };
    let foreign = |(key, location)| Some((key, location, is_foreign(key)?));
    let required = required(found).find_map(foreign);
    let preferred = || preferred(found).find_map(foreign);
    let (level, verb, end, (key, location, cloud)) = match required {
        Some(foreign) if found.kind == Kind::DaemonSet => {
            (Severity::Error, "requires", "it runs nowhere", foreign)
        }
        Some(foreign) => (
            Severity::Error,
            "requires",
            "its pods stay Pending",
            foreign,
        ),
        None => match preferred() {
            Some(foreign) => (
                Severity::Warning,
                "prefers",
                "the preference has no effect",
                foreign,
            ),
            None => return,
        },
    };
    let (own, value) = plan.spot_label();
    let message = format!(
        "{} `{}` {verb} nodes by `{key}`, the Spot label of {}, and no node of this cluster has it: {end}",
        found.kind.as_str(),
        found.name,
        cloud.title
    );
    let help = if found.kind == Kind::DaemonSet || pods.spot().is_none() {
        format!("remove it, or select `{own}={value}`, which Spot nodes of this cluster have")
    } else {
        format!("remove it: its class adds `{own}={value}`, which Spot nodes of this cluster have")
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic.level(level).help(help).no_fix(
            "whether the workload is to run on Spot here as well is for its owner to decide",
        )
    });
}
