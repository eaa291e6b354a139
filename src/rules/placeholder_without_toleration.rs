use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::kubernetes::{Taint, Toleration};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-without-toleration",
    level: Severity::Error,
    summary: "placeholders do not tolerate the nodes that they are pinned to",
    harm: "A placeholder that selects Spot nodes and does not tolerate their taint is Pending for ever, and no autoscaler helps: \
           a new node would have the taint too. There is no headroom.",
    detection: "The placeholders are Pending with `node(s) had untolerated taint`.",
    remedy: "Add a toleration for each taint of the pool, that of the provider and your own. spotgen's own placeholders have them.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, placeholder) in plan.placeholders() {
        let keeps_off = |taint: &&Taint| {
            !taint.is_soft() && !placeholder.tolerations.contains(&Toleration::from(*taint))
        };
        let mut taints = plan
            .pools_of(&placeholder.target)
            .map(|pool| pool.taints.iter().find(keeps_off))
            .peekable();
        // One pool that takes them is enough.
        let (Some(Some(taint)), true) =
            (taints.peek().copied(), taints.all(|taint| taint.is_some()))
        else {
            continue;
        };
        let message = format!(
            "placeholders `{}` do not tolerate {taint} of the nodes that they are pinned to",
            placeholder.name
        );
        findings.at(&places::placeholder(at), message, |diagnostic| {
            diagnostic.help("add a toleration for it")
        });
    }
}
