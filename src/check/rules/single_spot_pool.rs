use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "single-spot-pool",
    levels: &[Severity::Info],
    summary: "all Spot nodes are of the same VM series",
    harm: "Evictions hit a VM size in a zone. With one Spot pool, or several of one size, all Spot nodes can be lost \
           at the same moment. With sizes of two series, that is less likely. However, the autoscaler tries every \
           additional pool before on-demand, so the worst-case failover takes longer.",
    detection: "`kubectl get nodes -L node.kubernetes.io/instance-type` shows one size on all Spot nodes.",
    remedy: "Add a Spot pool of another series. `spotgen check --numbers` prints how that changes the worst-case \
             failover.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs and the AKS blog: hedge capacity across SKUs",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/spot-vms.md: eviction rates by size and \
         region",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let pools = || {
        plan.node_pools
            .iter()
            .enumerate()
            .filter(|(_, pool)| pool.is_spot())
    };
    let Some((first, pool)) = pools().next() else {
        return;
    };
    // An undeclared size can be anything, and with other providers one pool can have many sizes.
    if plan.provider.pool_limits.vm_sizes_per_pool != Some(1) && pool.vm_size.is_none() {
        return;
    }
    if pools().any(|(_, pool)| pool.vm_size.is_none()) && pools().count() > 1 {
        return;
    }
    let series = |size: Option<&String>| {
        size.map(|size| match &plan.provider.vm_sizes {
            Some(sizes) => (sizes.series)(size),
            None => size.clone(),
        })
    };
    if pools().all(|(_, other)| series(other.vm_size.as_ref()) == series(pool.vm_size.as_ref())) {
        let message = match pool.vm_size {
            Some(_) => "all Spot nodes are of one VM series, so all of them can be evicted at once",
            None => "there is only one Spot pool, so all Spot nodes can be evicted at once",
        };
        findings.at(&pointers::pool(first).child("name"), message, |diagnostic| {
            diagnostic
                .help("add a Spot pool of another VM series: the risk falls, but the worst-case failover takes longer")
                .no_fix("the choice of another series depends on availability, price and quota")
        });
    }
}
