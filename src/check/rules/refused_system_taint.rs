use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Mode;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::Taint;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "refused-system-taint",
    levels: &[Severity::Error],
    summary: "a System pool has a taint that AKS rejects",
    harm: "AKS's own pods tolerate `CriticalAddonsOnly` and none of your taints. On a System pool, AKS therefore \
           accepts only that taint and any taint with the effect `PreferNoSchedule`. It rejects every other taint, and \
           the pool is neither created nor updated.",
    detection: "`az aks nodepool add` or `update` fails with `SystemPoolHasRestrictedTaint`.",
    remedy: "Taint the System pool with `CriticalAddonsOnly=true:NoSchedule`, which keeps workload pods off. Or set \
             `mode: User` on the pool that needs the other taint.",
    sources: &[
        "Azure/AKS#2578 and, of 2025, istio/istio#57844: `Placing custom taints on system pool is not supported(except \
         'CriticalAddonsOnly' taint or taint effect is 'PreferNoSchedule')`",
        "MicrosoftDocs/azure-aks-docs articles/aks/use-system-pools.md: the taint of a dedicated System pool",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "the effect `PreferNoSchedule` is accepted as well";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(system_pools) = &plan.provider.system_pools else {
        return;
    };
    let (accepted, ..) = system_pools.taint;
    let wanted = system_pools.taint_text();
    let is_refused = |taint: &&Taint| !taint.is_soft() && taint.key != accepted;
    let pools = plan.node_pools.iter().enumerate();
    for (at, pool) in pools.filter(|(_, pool)| pool.mode == Mode::System && !pool.is_spot()) {
        let pointer = pointers::pool(at).child("taints");
        let kept = pool.taints.iter().filter(|taint| !is_refused(taint));
        let kept = kept.map(Taint::text).filter(|text| *text != wanted);
        let taints: Vec<String> = std::iter::once(wanted.clone()).chain(kept).collect();
        for taint in pool.taints.iter().filter(is_refused) {
            let message = format!(
                "{} rejects taint {taint} on System pool `{}`, so the pool is neither created nor updated",
                plan.provider.title, pool.name
            );
            findings.at(&pointer, message, |diagnostic| {
                diagnostic
                    .help(format!(
                        "replace it with `{wanted}`, or change its effect to `PreferNoSchedule`"
                    ))
                    .fix(Fix::set(pointer.clone(), taints.clone()))
                    .choice(CHOICE)
            });
        }
    }
}
