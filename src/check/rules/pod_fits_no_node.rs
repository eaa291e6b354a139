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
    detection: "The pods are Pending with `Insufficient cpu`, `Insufficient memory` or `Insufficient nvidia.com/gpu`, and the autoscaler's event is \
                `NotTriggerScaleUp`.",
    remedy: "Choose a larger VM size for the pool, or make the pods smaller. `spotgen check --numbers` prints the free \
             capacity of a node in each pool. If spotgen's assumptions are wrong, set `allocatable` and \
             `daemonSetOverhead` of the pool. GPUs are counted where the pool or its `vmSize` says how many a node has, \
             and shared ones and parts are not.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go: requests against one node",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: a node group is scaled up only if the pod would fit on one of its nodes",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    if pods.kind() == Kind::DaemonSet {
        return;
    }
    let wanted = Wanted {
        request: pods.requests().map(Amount::from).unwrap_or_default(),
        gpus: pods.found.and_then(|found| found.gpus).unwrap_or(0),
    };
    let pools = plan.node_pools.iter();
    let open = pools.filter(|pool| pods.may_be_on(plan, pool));
    // What fits everywhere fits on each side.
    if open.clone().all(|pool| wanted.fits(pool)) {
        return;
    }
    let open: Vec<&NodePool> = open.collect();
    let of_side = |is_spot: bool| -> Vec<&NodePool> {
        let open = open.iter().copied();
        open.filter(|pool| pool.is_spot() == is_spot).collect()
    };
    let (level, which, end) = if wanted.is_too_large(&open) {
        (Severity::Error, "", "it stays Pending")
    } else if matches!(
        pods.spot(),
        Some(Spot::Preferred | Spot::Tolerated | Spot::Avoided)
    ) && wanted.is_too_large(&of_side(false))
    {
        (Severity::Error, "on-demand ", "it has no failover")
    } else if pods.spot() == Some(Spot::Preferred) && wanted.is_too_large(&of_side(true)) {
        (Severity::Warning, "Spot ", "it stays on on-demand")
    } else {
        return;
    };
    let requests = wanted.words(pods, &open);
    let message = format!(
        "a pod of workload `{}` requests {requests}, more than any {which}node that it may run on has free when empty: \
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

/// What one pod requests.
struct Wanted {
    request: Amount,
    gpus: i64,
}

impl Wanted {
    /// Whether it fits on no node of these pools; false if there are no pools, or if the capacity of one is unknown.
    fn is_too_large(&self, pools: &[&NodePool]) -> bool {
        !pools.is_empty() && !pools.iter().any(|pool| self.fits(pool))
    }

    /// Whether it fits on an empty node of a pool, for all that is known.
    fn fits(&self, pool: &NodePool) -> bool {
        let room = capacity::of_node(pool);
        room.is_none_or(|room| self.request.fits(room)) && !self.has_too_few_gpus(pool)
    }

    fn has_too_few_gpus(&self, pool: &NodePool) -> bool {
        pool.gpus.is_some_and(|gpus| gpus < self.gpus)
    }

    fn words(&self, pods: WorkloadView<'_>, pools: &[&NodePool]) -> String {
        let gpu = pods.found.and_then(|found| found.gpu.as_deref());
        let is_by_gpus = pools.iter().any(|pool| self.has_too_few_gpus(pool));
        match gpu.filter(|_| is_by_gpus) {
            Some(gpu) if self.request == Amount::default() => format!("{} `{gpu}`", self.gpus),
            Some(gpu) => format!("{}, and {} `{gpu}`", self.request, self.gpus),
            None => self.request.to_string(),
        }
    }
}
