use crate::check::findings::Findings;
use crate::check::fixes::unreachable::COUNTED_BY_ARGUMENT;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::gain::Gain;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "headroom-feeds-itself",
    level: Severity::Error,
    summary: "placeholders bring the nodes that they are scaled by",
    harm: "An autoscaler that counts Spot nodes adds placeholders for every node, and every placeholder fills a \
           share of a node, the gain. With a gain of one half the fleet becomes twice what the work needs; near \
           1 it climbs to the maximum of the pool without any work. It hardly comes down again, for each node \
           holds the placeholder that keeps it.",
    detection: "The number of Spot nodes does not fall when the load does. `spotgen check --numbers` prints the \
                gain.",
    remedy: "Count on-demand nodes (`counting: OnDemand`): the more pods had to go there, the more room Spot \
             offers, and it goes away when they are back. Or request less, or scale by more nodes for one \
             replica; set `max` in any case.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go",
        "kubernetes-sigs/cluster-proportional-autoscaler#142: does not come down after spikes",
        "kubernetes-sigs/cluster-proportional-autoscaler#128: goes up and down every ten minutes",
    ],
    check: Check::Placeholder(check),
};

/// From here there is more headroom than is worth it, and from there it runs away.
const MUCH: f64 = 0.3;
const TOO_MUCH: f64 = 0.8;

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(gain) = Gain::of(plan, placeholder).filter(|gain| gain.share >= MUCH) else {
        return;
    };
    let end = match gain.multiplier() {
        Some(times) => format!("the fleet becomes {times:.1} times what the work needs"),
        None => "the fleet grows to the maximum of the pool without any work".to_owned(),
    };
    let message = format!(
        "each node of `{}` brings {:.2} placeholders `{}`, which take {:.0} % of a node: {end}",
        gain.pool.name,
        gain.per_node,
        placeholder.name,
        gain.share * 100.0
    );
    // With an upper bound it climbs there, and no further.
    let runs_away = gain.share >= TOO_MUCH && !is_bounded(placeholder);
    let level = if runs_away {
        Severity::Error
    } else {
        Severity::Warning
    };
    let pointer = pointers::scaling(at);
    let is_manifest = findings.origin(&pointer.child("counting")).is_manifest();
    // On-demand nodes bring none of these placeholders, so they may be counted.
    let are_on_spot = placeholder.target.pools(plan).all(NodePool::is_spot);
    let has_on_demand = plan.node_pools.iter().any(|pool| !pool.is_spot());
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.level(level).help(
            "count on-demand nodes instead (`counting: OnDemand`), or request less, or scale by more nodes for one replica; \
             and set `max`",
        );
        if is_manifest {
            return diagnostic.no_fix(COUNTED_BY_ARGUMENT);
        }
        if !(are_on_spot && has_on_demand) {
            return diagnostic.no_fix("how large and how many its placeholders are to be is a choice");
        }
        diagnostic.fix(Fix::set(pointer.child("counting"), "OnDemand"))
    });
}

fn is_bounded(placeholder: &Placeholder) -> bool {
    placeholder
        .scaling
        .as_ref()
        .is_some_and(|scaling| match &scaling.control {
            Control::Linear(linear) => linear.max.is_some(),
            Control::Ladder(_) => true,
        })
}
