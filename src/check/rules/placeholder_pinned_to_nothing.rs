use crate::check::findings::Findings;
use crate::check::fixes::node_selector;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::model::pinning;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-pinned-to-nothing",
    levels: &[Severity::Error],
    summary: "placeholders require a node label that no listed pool has",
    harm: "The placeholders stay Pending indefinitely. The autoscaler adds no node for them either, because no new node \
           would have the label. They hold no headroom and trigger no scale-up.",
    detection: "The placeholders have the event `NotTriggerScaleUp`, with `node(s) didn't match Pod's node \
                affinity/selector`.",
    remedy: "Require a label that the nodes of a pool have. If the nodes do have it, list it in `labels` of their pool.",
    sources: &[
        "kubernetes/autoscaler#6086",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    ],
    check: Check::Installed(check),
};

const CHOICE: &str = "if the nodes have the label, list it in `labels` of their pool";

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    for found in installed.placeholders().filter(|found| !found.is_off()) {
        let unmet = pinning::unmet(plan, found);
        if unmet.is_empty() {
            continue;
        }
        let message = format!(
            "placeholders `{}` stay Pending: they require {}, and no listed pool has nodes with {}",
            found.name,
            unmet
                .iter()
                .map(pinning::written)
                .collect::<Vec<_>>()
                .join(" and "),
            if unmet.len() == 1 {
                "that label"
            } else {
                "these labels"
            },
        );
        let meant = match &unmet[..] {
            [only] => pinning::meant(plan, only),
            _ => None,
        };
        findings.in_manifest(found.locations.nodes, message, |diagnostic| match meant {
            Some((key, value)) => diagnostic
                .help(format!("did you mean `{key}: {value}`?"))
                .cure(node_selector::select(found, &unmet[0], (key, value)))
                .choice(CHOICE),
            None => diagnostic
                .help(
                    "require a label of a pool; if the nodes have this one, list it in `labels` of their pool, under \
                     `spec.nodePools`",
                )
                .no_fix("only the owner knows which nodes are meant, or which labels they have"),
        });
    }
}
