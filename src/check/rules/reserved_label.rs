use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::{HOSTNAME, OS_LABEL, ZONE};
use crate::plan::Plan;
use crate::providers::NodeLabels;

pub(super) const RULE: Rule = Rule {
    id: "reserved-label",
    level: Severity::Error,
    summary: "a label or taint with a key that AKS keeps for itself",
    harm: "AKS refuses labels and taints of users under `kubernetes.azure.com/` and `kubernetes.io/`. The pool \
           is not made, and everything that selects by the label matches nothing.",
    detection: "`az aks nodepool add` fails and names the label.",
    remedy: "Use a prefix of your own. What AKS sets itself need not be said.",
    sources: &["MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md: reserved prefixes"],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
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
        for (location, key, what) in labels.chain(taints) {
            let message = format!(
                "{title} refuses the {what} `{key}` of `{}`: the prefix is its own",
                pool.name
            );
            findings.at(&location, message, |diagnostic| {
                let diagnostic = diagnostic.help(format!(
                    "use a prefix of your own; what {title} sets itself need not be said"
                ));
                if what == "label" && sets_itself(&plan.provider.labels, key) {
                    return diagnostic.fix(Fix::remove(location.parent().child(key)));
                }
                diagnostic.no_fix(
                    "the prefix is its owner's own, and what selects by the key has to be changed with it",
                )
            });
        }
    }
}

/// Whether the provider sets a label on the nodes of its pools.
fn sets_itself(labels: &NodeLabels, key: &str) -> bool {
    let others = labels.others.iter().map(|(other, _)| *other);
    let fixed = [labels.spot.0, labels.pool, ZONE, HOSTNAME, OS_LABEL];
    others.chain(fixed).any(|own| own == key)
}
