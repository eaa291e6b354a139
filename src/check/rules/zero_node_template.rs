use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;
use crate::providers::NodeTemplate;

pub(super) const RULE: Rule = Rule {
    id: "zero-node-template",
    level: Severity::Info,
    summary: "a self-managed autoscaler must be told what an empty Spot pool would be like",
    harm: "An autoscaler that you run yourself does not know the labels and taints of a pool without nodes, \
           unless the node group has them as tags. Pods that are pinned to Spot, placeholders first, then never \
           bring the first node.",
    detection: "Placeholders stay Pending with the event `NotTriggerScaleUp`, while the Spot pool is at 0.",
    remedy: "Put labels and taints on the node group as tags. On Azure: \
             `k8s.io_cluster-autoscaler_node-template_label_<key>` and \
             `k8s.io_cluster-autoscaler_node-template_taint_<key>`; on AWS the same with slashes. Or keep one \
             node: `nodes: {min: 1}`.",
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
                "`{}` can be empty: does its node group say, as tags, which labels and taints its nodes will have?",
                pool.name
            );
            findings.at(&pointers::pool(at).child("nodes"), message, |diagnostic| {
                diagnostic
                    .help(
                        "without them, pods that are pinned to Spot do not bring its first node; or \
                        write `min: 1`",
                    )
                    .no_fix("whether the node group has the tags only the cloud knows")
            });
        }
    }
}
