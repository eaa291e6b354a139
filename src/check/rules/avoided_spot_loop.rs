use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::descheduler::means::Means;
use crate::components::descheduler::reach;
use crate::components::descheduler::{Descheduler, Evictor};
use crate::config::Kind;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::{WorkloadView, node_labels};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "avoided-spot-loop",
    levels: &[Severity::Warning],
    summary: "the descheduler evicts pods that prefer on-demand from Spot, and they start on Spot again",
    harm: "A pod that prefers on-demand starts on Spot while on-demand has no free capacity. For the descheduler, every \
           on-demand node is then a better node, full or not. Its evictor looks for free capacity on Spot nodes, as \
           pods that return to Spot need it, and evicts the pod whenever another Spot node has room. On-demand is \
           still full, so the new pod starts on Spot, and is evicted again once it is old enough.",
    detection: "`kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity` lists pods of the \
                workload on Spot nodes, in every round.",
    remedy: "Leave the pods out by a condition in `descheduler.evictor.labelSelector`; without that key, spotgen writes \
             it, as far as their labels differ from those of pods that prefer Spot. They then stay on Spot until they \
             are replaced. Or keep the workload off Spot: `spot: Never`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 \
         pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: the best weight of all nodes",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go, \
         `PreEvictionFilter`: room on another node that `nodeSelector` selects",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "a condition in `descheduler.evictor.labelSelector` that leaves its pods out removes it as well";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    for &pods in all.iter().filter(|pods| pods.avoids_spot(plan)) {
        let is_evicted = |system: &System| {
            let descheduler = system.descheduler.as_ref()?;
            is_evicted(&system.plan, descheduler, pods).then_some(())
        };
        for (version, ()) in systems.distinct(is_evicted) {
            report(
                pods,
                findings.of_part(version, &pointers::spec("descheduler")),
            );
        }
    }
}

fn report(pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let message = format!(
        "workload `{}` prefers on-demand, and the descheduler moves it: while on-demand is full, its pods are evicted \
         from Spot and start on Spot again",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        diagnostic
            .help(
                "leave its pods out in `descheduler.evictor.labelSelector`, by a label that only they have, or keep \
                 them off Spot: `spot: Never`",
            )
            .cure(workload_setting::fix(
                pods,
                &["placement", "spot"],
                "Never",
            ))
            .choice(CHOICE)
    });
}

fn is_evicted(plan: &Plan, descheduler: &Descheduler, pods: WorkloadView<'_>) -> bool {
    pods.kind() != Kind::DaemonSet
        && descheduler.means == Means::Preference
        && descheduler.idle.is_none()
        && reach::is_selected(descheduler, pods)
        && reach::reasons(plan, descheduler, pods).is_empty()
        && descheduler.limits.forbidding().is_none()
        && finds_room_on_spot(plan, &descheduler.evictor)
}

/// Whether free capacity on a Spot node is a reason to evict.
fn finds_room_on_spot(plan: &Plan, evictor: &Evictor) -> bool {
    let selected = |pool: &NodePool| node_labels::selected(plan, pool, &evictor.node_selector);
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    !evictor.node_fit || spot.any(|pool| selected(pool) != Some(false))
}
