use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "taint-not-tolerated",
    level: Severity::Error,
    summary: "a pool has a taint that the placed workloads do not tolerate",
    harm: "Workloads get tolerations for what all Spot pools are tainted with. A taint that only one of them has \
           keeps the workloads off it: it is paid for and empty. A taint on every on-demand pool keeps them off \
           on-demand, and failover has nowhere to go.",
    detection: "Pods are Pending with `untolerated taint`, or a Spot pool grows for placeholders alone.",
    remedy: "Give all Spot pools the same taints, and on-demand pools no `NoSchedule` taint that they do not \
             share with Spot. A pool that is for other workloads need not be listed.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint that AKS sets itself",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.workloads.is_empty() {
        return;
    }
    let has_open = |is_spot: bool| {
        let mut pools = plan.node_pools.iter();
        pools.any(|pool| pool.is_spot() == is_spot && plan.is_for_workloads(pool))
    };
    let (has_spot, has_on_demand) = (has_open(true), has_open(false));
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !plan.has_their_system(pool) {
            continue;
        }
        // One on-demand pool is enough to fail over to, and others are often kept for others.
        if plan.lets_workloads_onto(pool) || (has_on_demand && !pool.is_spot()) {
            continue;
        }
        let taints = pool.taints.iter().filter(|taint| !plan.tolerates(taint));
        let taints: Vec<String> = taints.map(ToString::to_string).collect();
        let message = format!(
            "workloads do not tolerate {} of `{}`, and so never run there",
            taints.join(", "),
            pool.name
        );
        let (level, help) = match pool.is_spot() {
            true if has_spot => (
                Severity::Warning,
                "taint all Spot pools alike, or leave a pool that is for others out",
            ),
            true => (
                Severity::Error,
                "taint all Spot pools alike, or nothing ever runs on Spot",
            ),
            false => (
                Severity::Error,
                "take the taint off one on-demand pool, or failover has nowhere to go",
            ),
        };
        findings.at(&pointers::pool(at).child("taints"), message, |diagnostic| {
            diagnostic.level(level).help(help).fix(take_off(plan, at))
        });
    }
}

/// Leaves the taints that keep no workload away, and those of a pool that says nothing where there are none.
fn take_off(plan: &Plan, at: usize) -> Fix {
    let pointer = pointers::pool(at).child("taints");
    let automatic = plan.spot_taint();
    let taints = plan.node_pools[at].taints.iter();
    let own = taints.filter(|taint| plan.tolerates(taint) && automatic.as_ref() != Some(*taint));
    let left: Vec<String> = own
        .map(|taint| taint.to_string().trim_matches('`').to_owned())
        .collect();
    if left.is_empty() {
        Fix::remove(pointer)
    } else {
        Fix::set(pointer, left)
    }
}
