use crate::check::capacity_values;
use crate::check::findings::Findings;
use crate::check::fixes::node_selector;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::kubernetes::Requirement;
use crate::manifests::ManifestWorkload;
use crate::model::{WorkloadView, node_labels, pinning, spot_terms};
use crate::plan::Plan;
use crate::providers::cloud_of_spot_label;

pub(super) const RULE: Rule = Rule {
    id: "selector-matches-no-pool",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload requires a node label or value that no listed pool has",
    harm: "Pods that no node matches stay Pending, and the autoscaler adds no node for them. A letter that is wrong in a \
           `nodeSelector` or in required node affinity is enough: the API server accepts any label. It is a warning where \
           the label may be that of a pool which is not listed, and an error where it is a letter away from one that is. \
           Labels that pools have, and none has together, are an error too. An empty term (`nodeSelectorTerms: [{}]`) \
           matches no node at all, and is an error.\n\n\
           A label is known if a pool declares it under `labels`, or if it is the label of Spot, of the operating system, or \
           the one with the name of the pool. The zone is known of pools that list `zones`, and the architecture and the \
           instance type follow from `vmSize`. Each pool is taken to have such a label as the configuration says, or not at \
           all. No finding rests on another label: the names of nodes, regions, the labels of operators, and your own labels \
           that no pool lists. Workloads that the configuration does not cover may have pools of their own: of these, only a \
           wrong letter is a finding, and so it is of DaemonSets, which may be for nodes that the cluster lacks.",
    detection: "The pods have the events `FailedScheduling` with `didn't match Pod's node affinity/selector` and \
                `NotTriggerScaleUp`.",
    remedy: "Correct the label. If nodes do have it, list it in `labels` of their pool. If the pool is not listed, list it or \
             allow the finding.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/: the labels that each node has",
        "kubernetes/component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go, `isEmptyNodeSelectorTerm`",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "if the nodes have the label, list it in `labels` of their pool";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else { return };
    if pinning::takes_no_node(found) {
        of_empty_terms(found, findings);
        return;
    }
    // What the plan adds can contradict the manifest, and other rules say so.
    let unmet = pinning::surely_unmet(plan, found);
    // Of labels that no pool has together, each is right by itself.
    let is_together = pinning::contradicts_itself(plan, found);
    let is_told = || unmet.iter().any(|own| is_found_by_others(plan, own));
    if unmet.is_empty() || !is_together && is_told() {
        return;
    }
    let meant = match &unmet[..] {
        [only] => pinning::meant(plan, only),
        _ => None,
    };
    // Charts have DaemonSets for nodes that a cluster may lack, such as those of Windows: nothing waits for these.
    if meant.is_none() && (pods.planned.is_none() || found.kind == Kind::DaemonSet) {
        return;
    }
    let end = end(found);
    let written: Vec<String> = unmet.iter().map(pinning::written).collect();
    let message = format!(
        "{} `{}` requires nodes with {}, and no listed pool has them{}: {end}",
        found.kind.as_str(),
        found.name,
        written.join(" and "),
        if is_together { " together" } else { "" }
    );
    findings.in_manifest(found.locations.nodes, message, |diagnostic| match meant {
        Some((key, value)) => diagnostic
            .help(format!("did you mean `{key}: {value}`?"))
            .cure(node_selector::select(found, &unmet[0], (key, value)))
            .choice(CHOICE),
        None => diagnostic
            .level(if is_together {
                Severity::Error
            } else {
                Severity::Warning
            })
            .help(help(plan, &unmet))
            .no_fix("only the owner knows which nodes are meant, or which labels they have"),
    });
}

fn help(plan: &Plan, unmet: &[Requirement]) -> &'static str {
    let is_off_spot = |own: &Requirement| {
        let mut keys = plan.spot_labels().map(|(key, _)| key);
        own.operator.holds(None) && keys.any(|key| key == own.key)
    };
    if plan.provider.pool_limits.mixed_capacity && unmet.iter().all(is_off_spot) {
        "list the on-demand pool that is meant; if on-demand nodes of a Spot pool lack its label, write how many they are in \
         `instancesDistribution` of that pool"
    } else {
        "require a label of a pool; if the nodes have this one, list it in `labels` of their pool, under `spec.nodePools`"
    }
}

fn end(found: &ManifestWorkload) -> &'static str {
    match found.kind {
        Kind::DaemonSet => "it runs nowhere",
        _ => "its pods stay Pending",
    }
}

/// Required node affinity without a requirement: whatever nodes there are, it takes none.
fn of_empty_terms(found: &ManifestWorkload, findings: &mut Findings<'_>) {
    let message = format!(
        "the `nodeSelectorTerms` of {} `{}` are empty, and an empty term matches no node: {}",
        found.kind.as_str(),
        found.name,
        end(found)
    );
    findings.in_manifest(found.locations.nodes, message, |diagnostic| {
        diagnostic
            .help("remove `requiredDuringSchedulingIgnoredDuringExecution`, or write under `matchExpressions` which nodes are meant")
            .no_fix("only the owner knows which nodes are meant")
    });
}

/// Whether a rule of its own is about the label.
fn is_found_by_others(plan: &Plan, own: &Requirement) -> bool {
    node_labels::meant(plan, &own.key).is_some()
        || cloud_of_spot_label(&own.key, plan.provider).is_some()
        || spot_terms::is_of_spot(plan, own)
        || capacity_values::is_odd(plan, own)
}
