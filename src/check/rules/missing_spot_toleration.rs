use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::rule::{Check, Rule};
use crate::config::Spot;
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::Effect;
use crate::model::WorkloadView;
use crate::plan::{NodePool, Plan};
use crate::yaml;

pub(super) const RULE: Rule = Rule {
    id: "missing-spot-toleration",
    level: Severity::Error,
    summary: "a workload asks for Spot nodes and does not tolerate their taint",
    harm: "The taint of Spot nodes keeps the pods off them, whatever they prefer. The descheduler does not look at taints: \
           it sees a better node and evicts the pods from on-demand in every round, for ever. Pods that require Spot stay \
           Pending.",
    detection: "Pods are evicted in every round and never are on Spot; `kubectl describe pod` of a Pending one says \
                `untolerated taint`.",
    remedy: "Choose a class for the workload: placement then brings the toleration. Or add it to the manifest.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go: weights are compared without taints",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let is_placed = matches!(
        pods.spot(),
        Some(Spot::Preferred | Spot::Required | Spot::Tolerated)
    );
    let (prefers, requires) = (pods.own_prefers_spot(plan), pods.own_requires_spot(plan));
    if is_placed || !(prefers || requires) || pods.tolerates_spot(plan) {
        return;
    }
    let consequence = if requires {
        "its pods stay Pending"
    } else {
        "its pods are never on Spot, and are evicted again and again"
    };
    let message = format!(
        "workload `{}` asks for Spot and does not tolerate its taint: {consequence}",
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
    findings.at_workload(pods, &[], message, |diagnostic| {
        diagnostic
            .help(format!(
                "choose a class for it, or add to its tolerations: {}",
                tolerations.join(", ")
            ))
            .cure(tolerate(plan, pods))
    });
}

fn tolerate(plan: &Plan, pods: WorkloadView<'_>) -> Result<Fix, &'static str> {
    if pods.spot() == Some(Spot::Never) {
        return Err(
            "its class keeps it off Spot while its manifest asks for it, and only one can be meant",
        );
    }
    let found = pods.found.ok_or("its manifest is not given")?;
    let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
    let is_let_on = |pool: &NodePool| pool.lets_on(&plan.spot_tolerations);
    if spot().next().is_some() && !spot().any(is_let_on) {
        return Err(
            "Spot pools have different taints, and only the owner of its pods knows which it is for",
        );
    }
    Ok(tolerations::tolerate(
        found.location,
        found.kind,
        &plan.spot_tolerations,
    ))
}
