use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::kept::Kept;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "placeholders-keep-nodes",
    level: Severity::Info,
    summary: "placeholders keep more nodes of a Spot pool than its `nodes.min`",
    harm: "The autoscaler removes a node only when its pods fit elsewhere, and a placeholder that wants a node for itself fits \
           on none that has one already. So as many nodes as there are such placeholders stay, also where `nodes.min: 0` lets \
           the pool go down to none. They are paid for day and night, however little runs on them. That is the price of \
           failback: pods come back to the room beside the placeholders. Pods come on top: where that room is too little for \
           them, further nodes stay.",
    detection: "`kubectl get pods -A -o wide -l app.kubernetes.io/name=overprovisioner` shows one on each Spot node. In runs \
                on a control plane of real components no Spot node with a live placeholder was ever removed, of 18 removed in \
                all. A system whose placeholders keep 5 nodes of 4 vCPU by themselves ended at 6 to 8 nodes, 32 to 44 vCPU, \
                with its 37 pods on them.",
    remedy: "Nothing need be done where the workloads run day and night. For what runs at times, write fewer `placeholders`, \
             or none (`placeholders: []`), and accept that pods stay on on-demand until the autoscaler needs a Spot node.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/cluster.go: a node goes when its pods fit on others",
        "kubernetes/autoscaler cluster-autoscaler 1.36.1, run against kube-scheduler 1.36.3",
    ],
    check: Check::Placeholder(check),
};

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
            "placeholders `{}` keep {amount} of `{name}` running, although its `nodes.min` is {min}",
            placeholder.name
        )
    } else {
        let which = if least == most {
            least.to_string()
        } else {
            format!("from {least} to {most}")
        };
        format!(
            "placeholders `{}` keep {amount} running, {which}, although the `nodes.min` of `{name}` is {min}",
            placeholder.name
        )
    };
    let pointer = pointers::pool(at).child("nodes").child("min");
    let own = pointers::placeholder(number);
    let cure = if findings.origin(&own).is_manifest() {
        Err("these placeholders are in a manifest, and not in the configuration")
    } else {
        Ok(Fix::set(own.parent(), serde_json::json!([])))
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("the pods come on top: they return to the room beside the placeholders, and bring more nodes where that is too little")
            .help("`placeholders: []` keeps no node, and brings none")
            .cure(cure)
    });
}
