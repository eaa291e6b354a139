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
    levels: &[Severity::Error, Severity::Warning],
    summary: "a pod is larger than every node that it may run on",
    harm: "A pod needs all of its requests on a single node, so free capacity that is spread over several nodes does \
           not help. A pod that fits on no on-demand node has no failover, however many of these nodes there are. A \
           pod that fits on no Spot node never runs on Spot. The autoscaler calculates the same way and scales nothing \
           up.",
    detection: "The pods are Pending with `Insufficient cpu` or `Insufficient memory`, and the autoscaler's event is \
                `NotTriggerScaleUp`.",
    remedy: "Choose a larger VM size for the pool, or make the pods smaller. `spotgen check --numbers` prints the free \
             capacity of a node in each pool. If spotgen's assumptions are wrong, set `allocatable` and \
             `daemonSetOverhead` of the pool.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go: requests against one node",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a node group is scaled up only if the pod would fit on one of its nodes",
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
        (Severity::Error, "", "it stays Pending")
    } else if matches!(
        pods.spot(),
        Some(Spot::Preferred | Spot::Tolerated | Spot::Avoided)
    ) && is_too_large(request, &open(Some(false)))
    {
        (Severity::Error, "on-demand ", "it has no failover")
    } else if pods.spot() == Some(Spot::Preferred) && is_too_large(request, &open(Some(true))) {
        (Severity::Warning, "Spot ", "it stays on on-demand")
    } else {
        return;
    };
    let message = format!(
        "a pod of workload `{}` requests {request}, more than any {which}node that it may run on has free when empty: \
         {end}",
        pods.name()
    );
    findings.at_workload(pods, &["requests"], message, |diagnostic| {
        diagnostic
            .level(level)
            .help("choose a larger VM size for a pool, or lower the requests of the pod")
            .no_fix("only the owner knows whether the pod is too large or the VM too small")
    });
}

/// Whether it fits on no node of these pools; false if there are no pools, or if the capacity of one is unknown.
fn is_too_large(request: Amount, pools: &[&NodePool]) -> bool {
    let mut rooms = pools.iter().map(|pool| capacity::of_node(pool));
    !pools.is_empty() && rooms.all(|room| room.is_some_and(|room| !request.fits(room)))
}
