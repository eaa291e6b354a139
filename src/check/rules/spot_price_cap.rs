use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spot-price-cap",
    levels: &[Severity::Warning],
    summary: "a price cap exposes Spot nodes to eviction whenever the Spot price rises",
    harm: "With a price cap, nodes are evicted when the Spot price rises above it, in addition to evictions for \
           capacity. The pool cannot scale up until the price has fallen below the cap again. You never pay more than \
           the on-demand price in any case. The cap of an existing pool cannot be changed.",
    detection: "`az aks nodepool show --query spotMaxPrice` prints a value other than -1.",
    remedy: "Set `maxPrice` to -1, or remove it.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/spot-vms.md: evictions by price",
        "Azure/AKS#4404: a pool is made without nodes",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "the cap may be the highest price that is worth paying";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(price) = pool.max_price.map(crate::values::Number::get) else {
            continue;
        };
        if price < 0.0 {
            continue;
        }
        let pointer = pointers::pool(at).child("spot").child("maxPrice");
        let location = findings.locate(&pointer);
        let message = format!(
            "pool `{}` has a price cap: its nodes are also evicted when Spot costs more than {price} dollars an hour",
            pool.name
        );
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, "-1").choice(CHOICE).help(
                "-1 means: pay at most the on-demand price; the cap of an existing pool cannot be changed",
            )
        });
    }
}
