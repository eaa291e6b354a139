use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Spot, pointers};
use crate::diagnostic::Severity;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "spot-pool-without-label",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a Spot pool does not have the label by which the others are known",
    harm: "Workloads and placeholders know Spot nodes by a label of each pool. The descheduler, the termination handler and \
           the dashboard know all of them by one label. Nodes of a pool without that label count as on-demand to them: \
           the descheduler moves no pods back to these nodes. If a pool has no label at all, pods get to its nodes by \
           chance, and `spot: Never` does not keep them off.",
    detection: "`kubectl get nodes -L KEY` shows the nodes of the pool without the label.",
    remedy: "Give the nodes of all Spot pools one label that on-demand nodes do not have, and name it in `spotLabel` of \
             each of these pools.\n\nThe finding is an error if a pool has no label at all and a workload has `spot: \
             Never`: it would run on Spot.",
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
    let kept_off = plan
        .workloads
        .iter()
        .find(|workload| workload.placement.spot() == Some(Spot::Never));
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !pool.is_spot() || is_marked(pool) {
            continue;
        }
        let others = match spot().find(|pool| is_marked(pool)) {
            Some(other) => format!(", as Spot pool `{}` is", other.name),
            None => String::new(),
        };
        let mut labels = plan.spot_labels.iter();
        let is_known = labels.any(|(key, value)| pool.has_label(key, value));
        let (level, harm) = match kept_off {
            _ if is_known => (
                Severity::Warning,
                "the descheduler moves no pods back to its nodes".to_owned(),
            ),
            Some(workload) => (
                Severity::Error,
                format!(
                    "`spot: Never` does not keep workload `{}` off its nodes",
                    workload.name
                ),
            ),
            None => (
                Severity::Warning,
                "workloads do not prefer its nodes".to_owned(),
            ),
        };
        let message = format!(
            "Spot pool `{}` is not known by the label `{key}={value}`{others}: {harm}",
            pool.name
        );
        findings.at(&pointers::pool(at).child("spotLabel"), message, |diagnostic| {
            diagnostic
                .level(level)
                .help("give the nodes of all Spot pools one label, and name it in `spotLabel` of each pool")
                .no_fix("only whoever makes the nodes can give them a label")
        });
    }
}
