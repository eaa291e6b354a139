use smol_str::SmolStr;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::manifests::CustomObject;
use crate::plan::{NodePool, Plan};
use crate::providers::{NodeTemplate, ScalableObject};

pub(super) const RULE: Rule = Rule {
    id: "zero-node-template",
    levels: &[Severity::Info],
    summary: "a self-managed autoscaler must be told the labels and taints of an empty Spot pool",
    harm: "A self-managed autoscaler does not know the labels and taints of a pool without nodes, unless the node \
           group carries them as tags, or with Cluster API as annotations. Pods that are pinned to Spot, above all \
           placeholders, then never cause the first node to be added.",
    detection: "Placeholders stay Pending with the event `NotTriggerScaleUp` while the Spot pool is at 0.",
    remedy: "Add the labels and taints to the node group as tags. On Azure: \
             `k8s.io_cluster-autoscaler_node-template_label_<key>` and \
             `k8s.io_cluster-autoscaler_node-template_taint_<key>`; on AWS the same with slashes. With \
             Cluster API, annotate the MachineDeployment with `capacity.cluster-autoscaler.kubernetes.io/labels` and \
             `capacity.cluster-autoscaler.kubernetes.io/taints`. Or keep one node: `nodes: {min: 1}`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/README.md, labels and taints of node \
         groups",
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md, auto-discovery",
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/clusterapi/README.md, scale from zero support: annotations for \
         labels and taints",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.provider.cluster_autoscaler.node_template != NodeTemplate::Tags {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !(pool.is_spot() && pool.nodes.is_some_and(|range| range.min == 0)) {
            continue;
        }
        let object = ScalableObject::of(&pool.node_group_sample);
        let is_annotated = object.is_some_and(|object| {
            let manifests = findings.installed().map(|installed| installed.manifests);
            let objects = manifests.map_or(&[][..], |manifests| &manifests.custom_objects);
            objects.iter().any(|own| says_all(own, object, pool))
        });
        if is_annotated {
            continue;
        }
        let (what, help) = match object {
            Some(object) => (
                "annotations",
                format!(
                    "set these annotations on the {}, or set `nodes: {{min: 1}}`: {}",
                    object.kind,
                    annotations(pool)
                ),
            ),
            None => (
                "tags",
                "set these tags on the node group, or set `nodes: {min: 1}`: \
                 `k8s.io/cluster-autoscaler/node-template/label/KEY` for each label and \
                 `k8s.io/cluster-autoscaler/node-template/taint/KEY` for each taint"
                    .to_owned(),
            ),
        };
        let message = format!(
            "pool `{}` can be empty: unless its node group has the labels and taints of its nodes as {what}, pods that are \
             pinned to Spot never cause its first node to be added",
            pool.name
        );
        findings.at(&pointers::pool(at).child("nodes"), message, |diagnostic| {
            diagnostic
                .help(help)
                .no_fix("only the cloud knows whether the node group has them")
        });
    }
}

/// The labels that tell the autoscaler what pods ask for.
fn labels(pool: &NodePool) -> Vec<String> {
    let own = pool.spot_label.iter();
    let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
    let labels = pool.labels.iter();
    let mut all: Vec<String> = own
        .chain(labels.map(|(key, value)| (key.as_str(), value.as_str())))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn taints(pool: &NodePool) -> Vec<String> {
    let hard = pool.taints.iter().filter(|taint| !taint.is_soft());
    hard.map(|taint| {
        let value = taint.value.as_deref().map(|value| format!("={value}"));
        let (key, value) = (&taint.key, value.unwrap_or_default());
        format!("{key}{value}:{}", taint.effect.as_str())
    })
    .collect()
}

fn annotations(pool: &NodePool) -> String {
    let lists = [
        (ScalableObject::LABELS, labels(pool)),
        (ScalableObject::TAINTS, taints(pool)),
    ];
    let set = lists.iter().filter(|(_, list)| !list.is_empty());
    let set = set.map(|(key, list)| format!("`{key}: \"{}\"`", list.join(",")));
    set.collect::<Vec<String>>().join(" and ")
}

/// Whether an object of the manifests is the group of a pool, and has all of them.
fn says_all(own: &CustomObject, object: ScalableObject<'_>, pool: &NodePool) -> bool {
    let has_all = |key: &str, wanted: &[String]| {
        let text = own.annotations.get(key).map_or("", SmolStr::as_str);
        let there: Vec<&str> = text.split(',').map(str::trim).collect();
        wanted.iter().all(|one| there.contains(&one.as_str()))
    };
    own.kind == object.kind
        && own.name == object.name
        && has_all(ScalableObject::LABELS, &labels(pool))
        && has_all(ScalableObject::TAINTS, &taints(pool))
}
