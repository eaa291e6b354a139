use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::misspelled_tolerations::has_wrong_toleration;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::{Effect, PREFERRED, Toleration};
use crate::manifests::ManifestWorkload;
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
    if !pods.lacks_spot_toleration(plan) {
        return;
    }
    let requires = pods.own_requires_spot(plan);
    let consequence = if requires {
        "its pods stay Pending"
    } else {
        "its pods never run on Spot, and a descheduler that covers them evicts them again and again"
    };
    let message = format!(
        "workload `{}` asks for Spot nodes but does not tolerate their taint: {consequence}",
        pods.name()
    );
    // One that is wrong by itself is found at its own line, and a second one beside it would hide it.
    let is_right = |found: &&ManifestWorkload| !has_wrong_toleration(plan, found);
    let Some(found) = pods.found.filter(is_right) else {
        return;
    };
    let preferred = format!("affinity/nodeAffinity/{PREFERRED}");
    let location = if requires {
        found.locations.nodes
    } else {
        findings.part_of_pods(found, &[&preferred])
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic.help(help(plan, pods)).cure(tolerate(plan, pods))
    });
}

/// What to tolerate: what all Spot pools have in common, where that lets the pods onto one; else the taints of each.
fn help(plan: &Plan, pods: WorkloadView<'_>) -> String {
    if has_open_pool(plan) {
        let tolerations: Vec<String> = pods
            .missing_spot_tolerations(plan)
            .iter()
            .map(written)
            .collect();
        return format!(
            "choose a class for the workload, or add to its `tolerations`: {}",
            tolerations.join(", ")
        );
    }
    let of_pool = |pool: &NodePool| {
        let taints: Vec<String> = pods
            .untolerated(plan, pool)
            .map(|taint| written(&Toleration::from(taint)))
            .collect();
        format!("`{}` {}", pool.name, taints.join(", "))
    };
    let pools: Vec<String> = spot(plan).map(of_pool).collect();
    format!(
        "no class adds a toleration, since the Spot pools have different taints: add those of one pool to its \
         `tolerations`, or give all Spot pools the same taints: {}",
        pools.join("; ")
    )
}

fn written(toleration: &Toleration) -> String {
    let text = |text: &str| yaml::scalar(text).into_owned();
    let key = toleration.key.as_deref().unwrap_or_default();
    let value = match toleration.value.as_deref() {
        Some(value) => format!("value: {}", text(value)),
        None => "operator: Exists".to_owned(),
    };
    let effect = toleration.effect.map_or("", Effect::as_str);
    format!("{{key: {}, {value}, effect: {effect}}}", text(key))
}

fn spot(plan: &Plan) -> impl Iterator<Item = &NodePool> {
    plan.node_pools.iter().filter(|pool| pool.is_spot())
}

/// Whether the tolerations of classes let pods onto a Spot pool; where none is listed, they are those of the provider.
fn has_open_pool(plan: &Plan) -> bool {
    spot(plan).next().is_none() || spot(plan).any(|pool| pool.lets_on(&plan.spot_tolerations))
}

fn tolerate(plan: &Plan, pods: WorkloadView<'_>) -> Result<Fix, &'static str> {
    let found = pods.found.ok_or("its manifest was not passed to spotgen")?;
    if !has_open_pool(plan) {
        return Err(
            "Spot pools have different taints, and only the owner knows which pools the workload is meant for",
        );
    }
    Ok(tolerations::tolerate(
        found.location,
        found.kind,
        &pods.missing_spot_tolerations(plan),
    ))
}
