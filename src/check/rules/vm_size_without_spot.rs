use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "vm-size-without-spot",
    level: Severity::Warning,
    summary: "a VM size that Azure does not sell as Spot",
    harm: "Sizes of the B series and promotional sizes are not offered as Spot. The pool cannot be made, or \
           never gets a node.",
    detection: "`az aks nodepool add --priority Spot` fails with `SkuNotAvailable`, or `az vm list-skus` does \
                not list the capability `LowPriorityCapable`.",
    remedy: "Choose a size of another series, such as `Standard_D4s_v5`.",
    sources: &[
        "MicrosoftDocs/azure-compute-docs articles/virtual-machine-scale-sets/use-spot.md: the B series and \
         promo versions of any size are not supported",
    ],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(vm_sizes) = &plan.provider.vm_sizes else {
        return;
    };
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(size) = pool.vm_size.as_deref().filter(|_| pool.is_spot()) else {
            continue;
        };
        if !(vm_sizes.is_sold_as_spot)(size) {
            let message = format!("`{size}` of `{}` is not sold as Spot", pool.name);
            findings.at(&pointers::pool(at).child("vmSize"), message, |diagnostic| {
                diagnostic.help(
                    "choose a size of another series; `az vm list-skus` says which have \
                    `LowPriorityCapable`",
                )
            });
        }
    }
}
