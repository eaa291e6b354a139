use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Fix, Severity};
use crate::model::kept_off_spot::KeptOff;
use crate::model::{WorkloadView, pinning};
use crate::plan::{Plan, Workload};

pub(super) const RULE: Rule = Rule {
    id: "never-on-spot",
    levels: &[Severity::Warning],
    summary: "a workload prefers Spot and can run on none of the Spot pools",
    harm: "A preference only chooses among the nodes that a pod may run on. If a `nodeSelector`, required node affinity, a \
           request for GPUs or a missing toleration excludes every Spot pool, the pods run on on-demand for good and at its \
           price, and nothing reports it. A common cause is an architecture: `kubernetes.io/arch: amd64`, where all Spot \
           pools have ARM processors.\n\n\
           The labels of pools are those that the configuration says, and what follows from `vmSize`. A label that nobody \
           declares is no reason. What no pool at all has is `selector-matches-no-pool`.",
    detection: "Pods of the workload run on on-demand while Spot has free capacity. `kubectl describe pod` shows a \
                `Node-Selectors` line or tolerations that no Spot node meets.",
    remedy: "Remove what excludes Spot, or add a Spot pool that has what the pods ask for. If the workload belongs on \
             on-demand, say so: `placement: {spot: Never}`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/: required terms come before preferences",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch",
    ],
    check: Check::Workloads(check),
};

const CHOICE: &str = "the manifest may exclude Spot by mistake";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // A DaemonSet runs on every node that it allows, and other rules tell of what a class forbids or requires.
    let wants_spot = |pods: &&WorkloadView<'_>| {
        let may_want = matches!(pods.spot(), None | Some(Spot::Preferred | Spot::Tolerated));
        may_want && pods.kind() != Kind::DaemonSet && pods.prefers_spot(plan)
    };
    for &pods in all.iter().filter(wants_spot) {
        let Some(kept_off) = pods.kept_off_spot(plan) else {
            continue;
        };
        // What no pool at all has is a fault of its own.
        let is_of_labels = kept_off != KeptOff::Taints;
        let is_unmet = |found| pinning::is_met_nowhere(plan, found);
        if is_of_labels && pods.found.is_some_and(is_unmet) {
            continue;
        }
        if kept_off == KeptOff::Taints && !is_told_here(plan, pods, all) {
            continue;
        }
        judge(pods, kept_off, findings);
    }
}

/// Whether no other rule tells of taints: not `missing-spot-toleration`, of workloads that the configuration does not
/// cover, nor `taint-not-tolerated`, of pools that no workload runs on.
fn is_told_here(plan: &Plan, pods: WorkloadView<'_>, all: &[WorkloadView<'_>]) -> bool {
    let is_in_use = || {
        let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        spot.any(|pool| {
            let mut others = all.iter().filter(|other| other.kind() != Kind::DaemonSet);
            others.any(|other| other.found.is_some() && other.may_be_on(plan, pool))
        })
    };
    pods.planned.is_some() && is_in_use()
}

fn judge(pods: WorkloadView<'_>, kept_off: KeptOff<'_>, findings: &mut Findings<'_>) {
    let message = format!(
        "workload `{}` prefers Spot and can never run there: {}",
        pods.name(),
        kept_off.why()
    );
    let help = match kept_off {
        KeptOff::Gpu(_) => "add a Spot pool with such GPUs",
        KeptOff::Labels => {
            "remove the `nodeSelector` or node affinity from its manifest, or add a Spot pool that meets it"
        }
        KeptOff::Taints => "let its manifest tolerate the taints of a Spot pool",
    };
    let listed = pods.planned.and_then(Workload::pointer);
    let listed = listed.ok_or("a class rule sets its placement, and that of other workloads");
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        let diagnostic = match pods.found {
            Some(found) => diagnostic.related(found.locations.nodes, "its manifest"),
            None => diagnostic,
        };
        diagnostic
            .help(help)
            .help("if it belongs on on-demand, set `spot: Never`")
            .cure(listed.map(|entry| Fix::set(entry.child("placement").child("spot"), "Never")))
            .choice(CHOICE)
    });
}
