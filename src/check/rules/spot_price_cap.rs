use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spot-price-cap",
    level: Severity::Warning,
    summary: "a price cap lets Spot nodes be evicted for their price",
    harm: "With a cap, nodes are evicted when the price rises above it, on top of the evictions for capacity, \
           and the pool cannot grow until it has fallen again. You never pay more than the on-demand price in \
           any case. The cap of a pool cannot be changed.",
    detection: "`az aks nodepool show --query spotMaxPrice` prints something else than -1.",
    remedy: "Leave `maxPrice` out, or write -1.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/spot-vms.md: evictions by price",
        "Azure/AKS#4404: a pool is made without nodes",
    ],
    check: Check::Plan(check),
};

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
            "nodes of `{}` are also evicted when Spot costs more than {price} dollars an hour",
            pool.name
        );
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, "-1").help(
                "-1 pays up to the on-demand price; a cap cannot be changed once there is the pool",
            )
        });
    }
}
