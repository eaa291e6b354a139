use crate::check::findings::Findings;
use crate::check::fixes::counting::count;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "counts-mixed-pools",
    levels: &[Severity::Error],
    summary: "placeholders are scaled by Spot and on-demand nodes together",
    harm: "When Spot nodes replace on-demand nodes, the total does not change. The headroom follows neither the load \
           nor the free capacity.",
    detection: "`kubectl get nodes -l <the selector of --nodelabels>` shows both Spot and on-demand nodes.",
    remedy: "Set `counting` to `Spot`, to `OnDemand`, or to pools of one kind.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler README.md, `--nodelabels`"],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "counting Spot nodes, or other pools of one kind, removes it as well";

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let counted: Vec<&NodePool> = scaling.counting.pools(plan).collect();
    let spot = counted.iter().filter(|pool| pool.is_spot()).count();
    if spot == 0 || spot == counted.len() {
        return;
    }
    let names: Vec<&str> = counted.iter().map(|pool| pool.name.as_str()).collect();
    let message = format!(
        "placeholders `{}` do not react to a failover: it replaces Spot nodes with on-demand nodes, and the autoscaler \
         counts both (`{}`)",
        placeholder.name,
        names.join("`, `")
    );
    let pointer = pointers::scaling(at).child("counting");
    // Counting on-demand makes headroom follow the pods that failed over, never the Spot nodes that it causes itself.
    let on_demand = counted.iter().filter(|pool| !pool.is_spot());
    let on_demand: Vec<&NodePool> = on_demand.copied().collect();
    let cure = count(findings, plan, at, &on_demand);
    let help = if findings.origin(&pointer).is_manifest() {
        "let `nodelabels` of its autoscaler select Spot nodes only, or on-demand nodes only"
    } else {
        "set `counting` to `Spot`, to `OnDemand`, or to pools of one kind"
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(help).cure(cure).choice(CHOICE)
    });
}
