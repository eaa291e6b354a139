use crate::check::findings::Findings;
use crate::check::fixes::counting::count;
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
    levels: &[Severity::Error, Severity::Warning],
    summary: "the number of placeholders scales with the nodes that the placeholders themselves add",
    harm: "A proportional autoscaler that counts Spot nodes adds placeholders for every node. The placeholders of a \
           node fill a share of it: the gain. With a gain of one half, the fleet grows to twice what the workloads \
           need. Near 1, it climbs to the pool's maximum without any load. It rarely scales down again, because each \
           node holds the placeholder that keeps it running.",
    detection: "The number of Spot nodes does not fall when the load does. `spotgen check --numbers` prints the gain.",
    remedy: "Count on-demand nodes (`counting: OnDemand`): the more pods fail over, the more headroom Spot offers, and \
             that headroom disappears once they are back. Alternatively, lower the placeholder requests, or raise the \
             number of nodes per replica. Set `max` in any case.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go",
        "kubernetes-sigs/cluster-proportional-autoscaler#142: does not come down after spikes",
        "kubernetes-sigs/cluster-proportional-autoscaler#128: goes up and down every ten minutes",
    ],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "smaller placeholders, or more nodes for each of them, remove it as well";

/// From `MUCH` on, the headroom costs more than it is worth. From `TOO_MUCH` on, it runs away.
const MUCH: f64 = 0.3;
const TOO_MUCH: f64 = 0.8;

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(gain) = Gain::of(plan, placeholder).filter(|gain| gain.share >= MUCH) else {
        return;
    };
    let end = match gain.multiplier() {
        Some(times) => format!("the fleet grows to {times:.1} times what the workloads need"),
        None => "the pool grows to its maximum without any load".to_owned(),
    };
    let message = format!(
        "each node of pool `{}` adds {:.2} placeholders `{}`, which fill {:.0} % of a node and trigger more \
         nodes: {end}",
        gain.pool.name,
        gain.per_node,
        placeholder.name,
        gain.share * 100.0
    );
    // An upper bound stops the growth.
    let runs_away = gain.share >= TOO_MUCH && !is_bounded(placeholder);
    let level = if runs_away {
        Severity::Error
    } else {
        Severity::Warning
    };
    let pointer = pointers::scaling(at);
    let is_manifest = findings.origin(&pointer.child("counting")).is_manifest();
    // Placeholders on Spot never add on-demand nodes, so counting those is safe.
    let are_on_spot = placeholder.target.pools(plan).all(NodePool::is_spot);
    let has_on_demand = plan.node_pools.iter().any(|pool| !pool.is_spot());
    let helps_to_count_others = are_on_spot && has_on_demand;
    let cure = if !helps_to_count_others {
        Err("only the owner can decide on the size and number of its placeholders")
    } else if is_manifest {
        let on_demand = plan.node_pools.iter().filter(|pool| !pool.is_spot());
        count(findings, plan, at, &on_demand.collect::<Vec<_>>())
    } else {
        Ok(Fix::set(pointer.child("counting"), "OnDemand"))
    };
    findings.at(&pointer, message, |diagnostic| {
        let help = if helps_to_count_others {
            "set `counting: OnDemand`, or lower the placeholder requests, or raise the number of nodes per replica; in \
             any case, set `max`"
        } else {
            "lower the placeholder requests, or raise the number of nodes or cores per replica; in any case, set `max`"
        };
        diagnostic.level(level).help(help).cure(cure).choice(CHOICE)
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
