use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::{Effect, PREFERRED};
use crate::model::WorkloadView;
use crate::plan::{NodePool, Plan};
use crate::yaml;

pub(super) const RULE: Rule = Rule {
    id: "missing-spot-toleration",
    levels: &[Severity::Error],
    summary: "a workload asks for Spot nodes but does not tolerate their taint",
    harm: "The taint of Spot nodes keeps the pods off them, whatever they prefer. The descheduler ignores taints: it \
           sees a better node and evicts the pods from on-demand in every round, indefinitely. Pods that require Spot \
           stay Pending.",
    detection: "Pods are evicted in every round and never run on Spot. For a Pending pod, `kubectl describe pod` shows \
                `untolerated taint`.",
    remedy: "Choose a class for the workload: its placement adds the toleration. Or add the toleration to the \
             manifest.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go: weights are compared without taints",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Placed(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    // Its class adds the toleration, or keeps it off Spot whatever it tolerates.
    let is_placed = pods.spot().is_some();
    let (prefers, requires) = (pods.own_prefers_spot(plan), pods.own_requires_spot(plan));
    if is_placed || !(prefers || requires) || pods.tolerates_spot(plan) {
        return;
    }
    let consequence = if requires {
        "its pods stay Pending"
    } else {
        "its pods never run on Spot, and a descheduler that covers them evicts them again and again"
    };
    let message = format!(
        "workload `{}` asks for Spot nodes but does not tolerate their taint: {consequence}",
        pods.name()
    );
    let tolerations: Vec<String> = plan
        .spot_tolerations
        .iter()
        .map(|toleration| {
            let text = |text: &Option<String>| {
                yaml::scalar(text.as_deref().unwrap_or_default()).into_owned()
            };
            format!(
                "{{key: {}, value: {}, effect: {}}}",
                text(&toleration.key),
                text(&toleration.value),
                toleration.effect.map_or("", Effect::as_str)
            )
        })
        .collect();
    let Some(found) = pods.found else { return };
    let preferred = format!("affinity/nodeAffinity/{PREFERRED}");
    let location = if requires {
        found.locations.nodes
    } else {
        findings.part_of_pods(found, &[&preferred])
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help(format!(
                "choose a class for the workload, or add to its `tolerations`: {}",
                tolerations.join(", ")
            ))
            .cure(tolerate(plan, pods))
    });
}

fn tolerate(plan: &Plan, pods: WorkloadView<'_>) -> Result<Fix, &'static str> {
    let found = pods.found.ok_or("its manifest was not passed to spotgen")?;
    let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
    let is_let_on = |pool: &NodePool| pool.lets_on(&plan.spot_tolerations);
    if spot().next().is_some() && !spot().any(is_let_on) {
        return Err(
            "Spot pools have different taints, and only the owner knows which pools the workload is meant for",
        );
    }
    Ok(tolerations::tolerate(
        found.location,
        found.kind,
        &plan.spot_tolerations,
    ))
}
