use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;
use crate::providers::NodeTemplate;

pub(super) const RULE: Rule = Rule {
    id: "zero-node-template",
    levels: &[Severity::Info],
    summary: "a self-managed autoscaler must be told the labels and taints of an empty Spot pool",
    harm: "A self-managed autoscaler does not know the labels and taints of a pool without nodes, unless the node \
           group carries them as tags. Pods that are pinned to Spot, above all placeholders, then never cause the \
           first node to be added.",
    detection: "Placeholders stay Pending with the event `NotTriggerScaleUp` while the Spot pool is at 0.",
    remedy: "Add the labels and taints to the node group as tags. On Azure: \
             `k8s.io_cluster-autoscaler_node-template_label_<key>` and \
             `k8s.io_cluster-autoscaler_node-template_taint_<key>`; on AWS the same with slashes. Or keep one node: \
             `nodes: {min: 1}`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/README.md, labels and taints of node \
         groups",
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md, auto-discovery",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.provider.cluster_autoscaler.node_template != NodeTemplate::Tags {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if pool.is_spot() && pool.nodes.is_some_and(|range| range.min == 0) {
            let message = format!(
                "pool `{}` can be empty: unless its node group has the labels and taints of its nodes as tags, pods \
                 that are pinned to Spot never cause its first node to be added",
                pool.name
            );
            findings.at(&pointers::pool(at).child("nodes"), message, |diagnostic| {
                diagnostic
                    .help(
                        "set these tags on the node group, or set `nodes: {min: 1}`: \
                         `k8s.io/cluster-autoscaler/node-template/label/KEY` for each label and \
                         `k8s.io/cluster-autoscaler/node-template/taint/KEY` for each taint",
                    )
                    .no_fix("only the cloud knows whether the node group has the tags")
            });
        }
    }
}
