use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "spot-pool-without-label",
    levels: &[Severity::Warning],
    summary: "a Spot pool does not have the label by which workloads prefer Spot",
    harm: "Workloads, placeholders and the descheduler know Spot by one label. Nodes of a pool without it count as \
           on-demand: pods get there by chance, and the descheduler moves them away from it to other Spot nodes.",
    detection: "`kubectl get nodes -L KEY` shows the nodes of the pool without the label.",
    remedy: "Give the nodes of all Spot pools one label that on-demand nodes do not have, and name it in `spotLabel` of \
             each of these pools.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go: one `nodeSelector`",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let (key, value) = plan.spot_label();
    let is_marked = |pool: &NodePool| pool.has_label(key, value);
    let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !pool.is_spot() || is_marked(pool) {
            continue;
        }
        let others = match spot().find(|pool| is_marked(pool)) {
            Some(other) => format!(", as Spot pool `{}` is", other.name),
            None => String::new(),
        };
        let message = format!(
            "Spot pool `{}` is not known by the label `{key}={value}`{others}: workloads do not prefer its nodes",
            pool.name
        );
        findings.at(&pointers::pool(at).child("spotLabel"), message, |diagnostic| {
            diagnostic
                .help("give the nodes of all Spot pools one label, and name it in `spotLabel` of each pool")
                .no_fix("only whoever makes the nodes can give them a label")
        });
    }
}
