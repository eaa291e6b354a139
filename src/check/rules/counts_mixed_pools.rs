use crate::check::findings::Findings;
use crate::check::fixes::unreachable::COUNTED_BY_ARGUMENT;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "counts-mixed-pools",
    level: Severity::Error,
    summary: "the autoscaler of placeholders counts Spot and on-demand nodes together",
    harm: "Spot nodes come and on-demand nodes go, and the count does not change: headroom follows neither the \
           work nor the room.",
    detection: "`kubectl get nodes -l <the selector of --nodelabels>` shows nodes of both kinds.",
    remedy: "Count `Spot`, `OnDemand`, or the pools of one kind.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler README.md, `--nodelabels`"],
    check: Check::Placeholder(check),
};

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
        "Spot and on-demand nodes are counted together: {}",
        names.join(", ")
    );
    let pointer = pointers::scaling(at).child("counting");
    let is_manifest = findings.origin(&pointer).is_manifest();
    // By on-demand headroom follows the pods that had to go there, and never the nodes that it brings on Spot.
    let on_demand = counted.iter().filter(|pool| !pool.is_spot());
    let on_demand: Vec<&str> = on_demand.map(|pool| pool.name.as_str()).collect();
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.help("count `Spot`, `OnDemand`, or the pools of one kind");
        if is_manifest {
            return diagnostic.no_fix(COUNTED_BY_ARGUMENT);
        }
        diagnostic.fix(Fix::set(pointer.clone(), on_demand))
    });
}
