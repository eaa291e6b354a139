use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::numbers::kept::Kept;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "placeholders-keep-nodes",
    level: Severity::Info,
    summary: "placeholders keep nodes of a pool that may have none",
    harm: "`nodes.min: 0` lets a Spot pool go down to no node, and a placeholder that wants a node for itself keeps one: the \
           autoscaler removes a node only when its pods fit elsewhere. The nodes are paid for day and night, however little \
           runs on them. That is the price of failback: pods come back to the room beside the placeholders.",
    detection: "`kubectl get pods -A -o wide -l app.kubernetes.io/name=overprovisioner` shows one on each Spot node. In runs \
                on a control plane of real components no Spot node with a live placeholder was ever removed, of 18 removed in \
                all.",
    remedy: "Nothing need be done where the workloads run day and night. For what runs at times, write fewer `placeholders`, \
             or none (`placeholders: []`), and accept that pods stay on on-demand until the autoscaler needs a Spot node.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/cluster.go: a node goes when its pods fit on others",
        "kubernetes/autoscaler cluster-autoscaler 1.36.1, run against kube-scheduler 1.36.3",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (_, placeholder) in plan.placeholders() {
        let kept = Kept::expected(plan, placeholder).or_else(|| Kept::least(plan, placeholder));
        let Some(kept) = kept else {
            continue;
        };
        let mut pools = plan.node_pools.iter();
        let empty = pools.position(|pool| {
            pool.is_spot() && kept.has(&pool.name) && pool.nodes.is_some_and(|range| range.min == 0)
        });
        let Some(at) = empty else {
            continue;
        };
        let message = format!(
            "placeholders `{}` keep {} running, though `{}` may have none: {kept}",
            placeholder.name,
            kept.amount(),
            plan.node_pools[at].name
        );
        let pointer = places::pool(at).child("nodes").child("min");
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.help("pods come back to the room beside them; `placeholders: []` keeps no node, and brings none")
        });
    }
}
