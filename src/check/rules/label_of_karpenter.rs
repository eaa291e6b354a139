use crate::check::asked_labels::{preferred, required};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::providers::Karpenter;

pub(super) const RULE: Rule = Rule {
    id: "label-of-karpenter",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects nodes by a label that only Karpenter sets",
    harm: "Karpenter sets `karpenter.sh/capacity-type` and its other labels on nodes that it makes itself. Nodes of pools \
           that the cluster autoscaler scales have none of them. Pods that require such a label stay Pending unless \
           Karpenter makes a node for them, and that node is in no pool of the configuration: placeholders, the priority \
           expander and failback do not reach it. AKS does not allow node auto provisioning, which is Karpenter, beside \
           the cluster autoscaler.",
    detection: "`kubectl get nodes -L karpenter.sh/capacity-type` shows which nodes have the label.",
    remedy: "Remove the label from the manifest, and let the class place the workload. If nodes of a pool do have the \
             label, say so under `labels` of the pool.",
    sources: &[
        "kubernetes-sigs/karpenter pkg/apis/v1/labels.go",
        "kubernetes-sigs/karpenter pkg/apis/v1/taints.go",
        "MicrosoftDocs/azure-aks-docs articles/aks/node-auto-provisioning.md",
        "https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html",
    ],
    check: Check::Workload(check),
};

/// The domains of Karpenter and of its providers for AWS, Azure and Google Cloud.
/// Source: kubernetes-sigs/karpenter pkg/apis/apis.go; aws/karpenter-provider-aws pkg/apis/apis.go;
/// Azure/karpenter-provider-azure pkg/apis/apis.go; cloudpilot-ai/karpenter-provider-gcp pkg/apis/apis.go.
const DOMAINS: [&str; 4] = [
    "karpenter.sh",
    "karpenter.k8s.aws",
    "karpenter.azure.com",
    "karpenter.k8s.gcp",
];

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let reason = match plan.provider.karpenter {
        Karpenter::Unknown => return,
        Karpenter::Possible => "no pool of the configuration has",
        Karpenter::NeverBesideTheAutoscaler => {
            "no node of a cluster with the cluster autoscaler has"
        }
    };
    let is_certain = plan.provider.karpenter == Karpenter::NeverBesideTheAutoscaler;
    let is_karpenters = |key: &str| {
        let domain = key.split_once('/').map_or("", |(domain, _)| domain);
        let mut pools = plan.node_pools.iter();
        DOMAINS.contains(&domain) && !pools.any(|pool| pool.labels.get(key).is_some())
    };
    let (level, verb, end, (key, location)) =
        if let Some(asked) = required(found).find(|(key, _)| is_karpenters(key)) {
            let (level, end) = match found.kind {
                _ if !is_certain => (
                    Severity::Warning,
                    "its pods can run only on nodes that Karpenter makes",
                ),
                Kind::DaemonSet => (Severity::Error, "it runs nowhere"),
                _ => (Severity::Error, "its pods stay Pending"),
            };
            (level, "requires", end, asked)
        } else if let Some(asked) = preferred(found).find(|(key, _)| is_karpenters(key)) {
            let end = "the preference has no effect between the pools";
            (Severity::Warning, "prefers", end, asked)
        } else {
            return;
        };
    let (own, value) = plan.spot_label();
    let message = format!(
        "{} `{}` {verb} nodes by `{key}`, a label of Karpenter, which {reason}: {end}",
        found.kind.as_str(),
        found.name
    );
    let help = if found.kind == Kind::DaemonSet {
        format!("remove it, or select `{own}={value}`, which Spot nodes of the pools have")
    } else if pods.spot().is_some() {
        "remove it, and let the class of the workload place its pods".to_owned()
    } else {
        "remove it, and give the workload a class, which places its pods".to_owned()
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic.level(level).help(help).no_fix(
            "whether the workload is to run on Spot here as well is for its owner to decide",
        )
    });
}
