use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "reserved-label",
    level: Severity::Error,
    summary: "a label or taint with a key that AKS keeps for itself",
    harm: "AKS refuses labels and taints of users under `kubernetes.azure.com/` and `kubernetes.io/`. The pool \
           is not made, and everything that selects by the label matches nothing.",
    detection: "`az aks nodepool add` fails and names the label.",
    remedy: "Use a prefix of your own. What AKS sets itself need not be said.",
    sources: &["MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md: reserved prefixes"],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(reserved) = &plan.provider.reserved_prefixes else {
        return;
    };
    let spot_taint = plan.spot_taint();
    let title = plan.provider.title;
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let pointer = pointers::pool(at);
        let own = |key: &str| spot_taint.as_ref().is_some_and(|taint| taint.key == key);
        let labels = pool.labels.keys().filter(|key| reserved.include(key));
        let labels = labels.map(|key| (pointer.child("labels").child(key).at_key(), key, "label"));
        let taints = pool.taints.iter().map(|taint| &taint.key);
        let taints = taints.filter(|key| reserved.include(key) && !own(key));
        let taints = taints.map(|key| (pointer.child("taints"), key, "taint"));
        for (place, key, what) in labels.chain(taints) {
            let message = format!(
                "{title} refuses the {what} `{key}` of `{}`: the prefix is its own",
                pool.name
            );
            findings.at(&place, message, |diagnostic| {
                diagnostic.help(format!(
                    "use a prefix of your own; what {title} sets itself need not be said"
                ))
            });
        }
    }
}
