use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::ProviderName;
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
    if plan.provider.name != ProviderName::Aks {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(size) = pool.vm_size.as_deref().filter(|_| pool.is_spot()) else {
            continue;
        };
        // Azure does not mind the case.
        let lower = size.to_lowercase();
        let name = lower.strip_prefix("standard_").unwrap_or(&lower).as_bytes();
        let is_burstable = matches!(name, [b'b', second, ..] if second.is_ascii_digit());
        if is_burstable || lower.ends_with("_promo") {
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
