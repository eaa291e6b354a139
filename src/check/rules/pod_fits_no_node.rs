use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::model::capacity;
use crate::plan::NodePool;
use crate::plan::{Amount, Plan};

pub(super) const RULE: Rule = Rule {
    id: "pod-fits-no-node",
    level: Severity::Error,
    summary: "a pod is larger than any node that it could be on",
    harm: "Capacity is no use in pieces: a pod needs its room on one node. What fits on no on-demand node has no failover, \
           however many of them there are, and what fits on no Spot node never comes to Spot. The autoscaler sees so too and \
           grows nothing.",
    detection: "The pods are Pending with `Insufficient cpu` or `Insufficient memory`, and the autoscaler's event is \
                `NotTriggerScaleUp`.",
    remedy: "Take a larger VM for the pool, or smaller pods. `spotgen check --numbers` prints the room on a node of each pool; \
             `allocatable` and `daemonSetOverhead` of a pool replace what is assumed.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go: requests against one node",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a group is grown only if a node of it would take the pod",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(requests) = pods.requests().filter(|_| pods.kind() != Kind::DaemonSet) else {
        return;
    };
    let request = Amount::from(requests);
    let open = |is_spot: Option<bool>| -> Vec<&NodePool> {
        let pools = plan.node_pools.iter();
        let is_meant = |pool: &&NodePool| is_spot.is_none_or(|is_spot| pool.is_spot() == is_spot);
        pools
            .filter(is_meant)
            .filter(|pool| pods.may_be_on(plan, pool))
            .collect()
    };
    let (level, which, end) = if is_too_large(request, &open(None)) {
        (Severity::Error, "", "it does not run")
    } else if matches!(pods.spot(), Some(Spot::Preferred | Spot::Tolerated))
        && is_too_large(request, &open(Some(false)))
    {
        (Severity::Error, "on-demand ", "it has no failover")
    } else if pods.spot() == Some(Spot::Preferred) && is_too_large(request, &open(Some(true))) {
        (Severity::Warning, "Spot ", "it stays on on-demand")
    } else {
        return;
    };
    let message = format!(
        "a pod of workload `{}` requests {request}, more than any {which}node that it may be on has room for: {end}",
        pods.name()
    );
    findings.at_workload(pods, &["requests"], message, |diagnostic| {
        diagnostic
            .level(level)
            .help("take a larger VM for a pool, or make the pod smaller")
            .no_fix(
                "the pod may be too large or the VM too small, and only their owner knows which",
            )
    });
}

/// Whether it fits on a node of none of the pools; where there are none, or the room is not known, nobody can say.
fn is_too_large(request: Amount, pools: &[&NodePool]) -> bool {
    let mut rooms = pools.iter().map(|pool| capacity::of_node(pool));
    !pools.is_empty() && rooms.all(|room| room.is_some_and(|room| !request.fits(room)))
}
