use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::kept::Kept;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "placeholders-keep-nodes",
    levels: &[Severity::Info],
    summary: "placeholders keep more nodes of a Spot pool running than its `nodes.min`",
    harm: "The autoscaler removes a node only if its pods fit elsewhere. A placeholder that wants a node for itself \
           does not fit on a node that already has such a placeholder. So as many nodes stay as there are such \
           placeholders, even if `nodes.min: 0` lets the pool shrink to none. They are paid for day and night, however \
           little runs on them. That is the price of failback: pods return to the free capacity beside the \
           placeholders. Pods come on top: if that capacity is too small for them, additional nodes stay.",
    detection: "`kubectl get pods -A -o wide -l app.kubernetes.io/name=overprovisioner` shows one placeholder on each \
                Spot node. In test runs on a control plane of real components, the autoscaler removed 18 nodes in all, \
                and no Spot node with a live placeholder was ever among them. A system whose placeholders alone keep 5 \
                nodes of 4 vCPU ended at 6 to 8 nodes, 32 to 44 vCPU, with its 37 pods on them.",
    remedy: "If the workloads run day and night, no change is needed. For workloads that run only at times, list fewer \
             `placeholders`, or none (`placeholders: []`), and accept that pods stay on on-demand until the autoscaler \
             needs a Spot node.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/cluster.go: a node goes when its pods fit on others",
        "kubernetes/autoscaler cluster-autoscaler 1.36.1, run against kube-scheduler 1.36.3",
    ],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "the nodes may be worth their price";

fn check(
    system: &System,
    (number, placeholder): (usize, &Placeholder),
    findings: &mut Findings<'_>,
) {
    let plan = &system.plan;
    let Some((least, most)) = Kept::range(plan, placeholder) else {
        return;
    };
    let kept = || least.above_minimum().chain(most.above_minimum());
    let spot = plan.node_pools.iter().enumerate();
    let mut spot = spot.filter(|(_, pool)| pool.is_spot());
    let Some((at, pool)) = spot.find(|(_, pool)| kept().any(|own| own.name == pool.name)) else {
        return;
    };
    let name = &pool.name;
    let min = pool.nodes.map_or(0, |range| range.min);
    let amount = least.amount_to(&most);
    let is_one_pool = least == most && least.pools().count() == 1;
    let message = if is_one_pool {
        format!(
            "placeholders `{}` never drop to zero: they keep {amount} of pool `{name}` running at all times, although the pool's \
             `nodes.min` is {min}",
            placeholder.name
        )
    } else {
        let which = if least == most {
            least.to_string()
        } else {
            format!("from {least} to {most}")
        };
        format!(
            "placeholders `{}` never drop to zero: they keep {amount} running at all times ({which}), although the `nodes.min` of `{name}` is \
             {min}",
            placeholder.name
        )
    };
    let pointer = pointers::pool(at).child("nodes").child("min");
    let own = pointers::placeholder(number);
    let is_in_manifest = findings.origin(&own).is_manifest();
    let none = if is_in_manifest {
        "if these nodes cost too much, remove the placeholders' Deployment: then no placeholder keeps or triggers a node"
    } else {
        "if these nodes cost too much, set `placeholders: []`: then no placeholder keeps or triggers a node"
    };
    let cure = if is_in_manifest {
        let unscaled = placeholder.scaling.is_none();
        let none = unscaled.then(|| Fix::set(own.child("replicas"), 0));
        none.ok_or("an autoscaler sets their number, and it never gives 0")
            .and_then(|none| findings.wherever(none))
    } else {
        Ok(Fix::set(own.parent(), serde_json::json!([])))
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help(
                "pods come on top: they return to the free capacity beside the placeholders, and trigger more nodes if \
                 it is too small",
            )
            .help(none)
            .cure(cure).choice(CHOICE)
    });
}
