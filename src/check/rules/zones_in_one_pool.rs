use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::kubernetes::ZONE;
use crate::model::WorkloadView;

pub(super) const RULE: Rule = Rule {
    id: "zones-in-one-pool",
    level: Severity::Warning,
    summary: "pods that need a zone run on a pool of several zones",
    harm: "The autoscaler cannot choose the zone in which a pool of several zones grows. A pod whose disk is in \
           one zone, or that must be spread over zones, can stay Pending although the pool grows, in the wrong \
           zone.",
    detection: "Pods are Pending with `node(s) had volume node affinity conflict` or `didn't match pod topology \
                spread constraints` while the pool has room.",
    remedy: "Make one pool for each zone, all in one tier of the expander, and set `balance-similar-node-groups: \
             true`. Or spread with `ScheduleAnyway`, and use disks that are replicated over zones.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: the cluster autoscaler is not \
         zone-aware",
        "Azure/AKS#2849",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let pools = plan.node_pools.iter().enumerate();
    let mut several = pools.filter(|(_, pool)| pool.is_spot() && pool.zones.len() > 1);
    let Some((at, pool)) = several.next().filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    let mut spreads = pods.hard_spreads().into_iter();
    if !spreads.any(|spread| spread.key == ZONE) {
        return;
    }
    let message = format!(
        "`{}` must be spread over zones, and `{}` grows in whichever of its {} zones: a pod can stay pending",
        pods.name(),
        pool.name,
        pool.zones.len()
    );
    let related = findings.locate(&pointers::pool(at).child("zones"));
    findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
        diagnostic
            .related(related, "the autoscaler does not choose among these")
            .help("make one pool for each zone, or spread with `whenUnsatisfiable: ScheduleAnyway`")
    });
}
