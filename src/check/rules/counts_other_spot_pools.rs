use crate::check::findings::Findings;
use crate::check::fixes::counting::count;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::Target;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "counts-other-spot-pools",
    levels: &[Severity::Warning],
    summary: "placeholders run on other Spot pools than the ones that scale them",
    harm: "The headroom on one pool follows the nodes of another. When the counted pool is evicted, the placeholders \
           on the other pools are removed too.",
    detection: "Compare `--nodelabels` of the proportional autoscaler with the node selector of the placeholders.",
    remedy: "Count the pools that the placeholders run on, or count on-demand.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler README.md, `--nodelabels`"],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "counting on-demand nodes removes it as well";

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let names = |target: &Target| -> Option<Vec<String>> {
        let pools: Vec<&NodePool> = target.pools(plan).collect();
        let are_spot = pools.iter().all(|pool| pool.is_spot());
        are_spot.then(|| pools.iter().map(|pool| pool.name.clone()).collect())
    };
    let (Some(on), Some(counted)) = (names(&placeholder.target), names(&scaling.counting)) else {
        return;
    };
    // That it counts none at all is found for that.
    if on == counted || counted.is_empty() {
        return;
    }
    let message = format!(
        "placeholders `{}` run on `{}`, but are scaled only by the nodes of `{}`: other nodes do not change their number",
        placeholder.name,
        on.join("`, `"),
        counted.join("`, `")
    );
    let pointer = pointers::scaling(at).child("counting");
    let pools: Vec<&NodePool> = placeholder.target.pools(plan).collect();
    let cure = count(findings, plan, at, &pools);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("set `counting` to the pools that they run on, or to `OnDemand`")
            .cure(cure)
            .choice(CHOICE)
    });
}
