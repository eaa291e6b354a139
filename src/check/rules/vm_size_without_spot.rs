use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::providers::{Architecture, Facts};

pub(super) const RULE: Rule = Rule {
    id: "vm-size-without-spot",
    levels: &[Severity::Warning],
    summary: "a Spot pool uses a VM size that Azure does not sell as Spot",
    harm: "Azure does not offer B-series sizes and promotional sizes as Spot. The pool cannot be created, or never \
           gets a node.",
    detection: "`az aks nodepool add --priority Spot` fails with `SkuNotAvailable`, or `az vm list-skus` does \
                not list the capability `LowPriorityCapable`.",
    remedy: "Choose a size of another series, such as `Standard_D4s_v5`.",
    sources: &[
        "MicrosoftDocs/azure-compute-docs articles/virtual-machine-scale-sets/use-spot.md: the B series and \
         promo versions of any size are not supported",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "sizes of other series are sold as Spot as well";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let sizes = plan.provider.vm_sizes.as_ref();
    let Some(is_sold) = sizes.and_then(|sizes| sizes.is_sold_as_spot) else {
        return;
    };
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(size) = pool.vm_size.as_deref().filter(|_| pool.is_spot()) else {
            continue;
        };
        if !is_sold(size) {
            let message = format!(
                "VM size `{size}` of Spot pool `{}` is not sold as Spot: the pool never gets a node",
                pool.name
            );
            let pointer = pointers::pool(at).child("vmSize");
            findings.at(&pointer, message, |diagnostic| {
                let diagnostic = diagnostic.help(
                    "choose a size of another series; `az vm list-skus` shows which sizes have the capability \
                     `LowPriorityCapable`",
                );
                match another(plan.provider, size) {
                    Some(other) => diagnostic.fix(Fix::set(pointer.clone(), other)).choice(CHOICE),
                    None => {
                        diagnostic.no_fix("the resources of this size are unknown, so no similar size can be chosen")
                    }
                }
            });
        }
    }
}

/// The same size without the promotion; otherwise the smallest general-purpose size with at least as many vCPUs.
fn another(facts: &Facts, size: &str) -> Option<String> {
    let sizes = facts.vm_sizes.as_ref()?;
    let is_sold = sizes.is_sold_as_spot?;
    let vcpus_of = facts.quota.as_ref()?.vcpus;
    let lower = size.to_ascii_lowercase();
    if let Some(regular) = lower.strip_suffix("_promo") {
        let regular = &size[..regular.len()];
        return is_sold(regular).then(|| regular.to_owned());
    }
    let vcpus = vcpus_of(size)?;
    // Binaries for one processor architecture do not run on the other.
    let arm = match (sizes.resources)(size)?.architecture {
        Architecture::Amd64 => "",
        Architecture::Arm64 => "p",
    };
    let mut others = (vcpus..=2 * vcpus).map(|vcpus| format!("Standard_D{vcpus}{arm}s_v5"));
    others.find(|other| is_sold(other) && vcpus_of(other).is_some())
}
