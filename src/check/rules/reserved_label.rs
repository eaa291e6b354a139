use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::{ARCHITECTURE_LABEL, HOSTNAME, OS_LABEL, ZONE};
use crate::plan::Plan;
use crate::providers::NodeLabels;

pub(super) const RULE: Rule = Rule {
    id: "reserved-label",
    levels: &[Severity::Error],
    summary: "a node pool has a label or taint whose key AKS reserves",
    harm: "AKS rejects user-defined labels and taints under `kubernetes.azure.com/` and `kubernetes.io/`. The pool is \
           not created, and everything that selects the label matches nothing.",
    detection: "`az aks nodepool add` fails and names the label.",
    remedy: "Use a prefix of your own. Do not declare labels that AKS sets itself.",
    sources: &["MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md: reserved prefixes"],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(reserved) = &plan.provider.reserved_prefixes else {
        return;
    };
    let spot_taint = plan.automatic_taint();
    let spot_label = plan.provider.labels.spot;
    let title = plan.provider.title;
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let pointer = pointers::pool(at);
        let own = |key: &str| spot_taint.as_ref().is_some_and(|taint| taint.key == key);
        // Terraform and Bicep have to state the pair that AKS sets on Spot nodes, or see a difference in every plan.
        let is_stated = |key: &str, value: &str| pool.is_spot() && (key, value) == spot_label;
        let labels = pool.labels.iter();
        let labels = labels.filter(|(key, value)| reserved.include(key) && !is_stated(key, value));
        let labels = labels.map(|(key, _)| {
            (
                pointer.child("labels").child(key).at_key(),
                key.as_str(),
                "label",
            )
        });
        let taints = pool.taints.iter().map(|taint| taint.key.as_str());
        // AKS takes this one, by which others keep pods of one architecture off nodes of another.
        // Source: jenkins-infra/azure old_publick8s.tf, `node_taints`.
        let taints =
            taints.filter(|key| reserved.include(key) && !own(key) && *key != ARCHITECTURE_LABEL);
        let taints = taints.map(|key| (pointer.child("taints"), key, "taint"));
        for (location, key, what) in labels.chain(taints) {
            let message = format!(
                "{title} rejects the {what} `{key}` on pool `{}` and does not create the pool: the prefix is reserved",
                pool.name
            );
            findings.at(&location, message, |diagnostic| {
                let diagnostic = diagnostic.help(format!(
                    "use a prefix of your own, or remove the {what} if {title} sets it itself"
                ));
                if what == "label" && sets_itself(&plan.provider.labels, key) {
                    return diagnostic.fix(Fix::remove(location.parent().child(key)));
                }
                diagnostic.no_fix(
                    "only the owner can choose a prefix, and everything that selects the key must change with it",
                )
            });
        }
    }
}

/// Whether the provider itself sets a label on nodes.
fn sets_itself(labels: &NodeLabels, key: &str) -> bool {
    let others = labels.others.iter().map(|(other, _)| *other);
    let fixed = [labels.spot.0, labels.pool, ZONE, HOSTNAME, OS_LABEL];
    others.chain(fixed).any(|own| own == key)
}
