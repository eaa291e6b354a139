use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "mixed-capacity-pool",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a Spot pool also has on-demand nodes, which no label tells apart, or has no others",
    harm: "An Auto Scaling group with a mixed instances policy gives all its nodes the same labels and taints. Pods \
           that must not run on Spot are kept off its on-demand nodes as well, and pods that prefer Spot stay on them. \
           If there is no Spot, the group adds no further on-demand nodes in its place: the autoscaler waits, and then \
           tries another group.",
    detection: "`kubectl get nodes -L KEY` shows the Spot label on nodes whose instances are on-demand.",
    remedy: "Make two groups: one that is all Spot, and one that is all on-demand. Or let the bootstrap script of the \
             nodes set a label by the life cycle of the instance, and name it in `spotLabel`, and not in `labels`, which all \
             nodes of the group have. It is an error if all nodes are \
             on-demand: then the pool is no Spot pool, and has to be listed with `capacity: OnDemand`. Without \
             `onDemandPercentageAboveBaseCapacity`, the API of AWS takes 100.",
    sources: &[
        "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html",
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md: mixed instances policies and Spot",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(part) = pool.on_demand_part else {
            continue;
        };
        let most = pool.nodes.map(|range| range.max);
        let is_all = most.is_some_and(|most| most > 0 && part.of(most) >= most);
        if is_all || part.percentage == 100 {
            no_spot(plan, at, findings);
            continue;
        }
        // The label tells its nodes apart.
        if pool.base_may_lack_spot_label {
            continue;
        }
        let how_many = match pool.nodes {
            Some(range) => match part.of(range.max) {
                0 => continue,
                count => format!("up to {count} of the {} nodes", range.max),
            },
            None if part.base == 0 && part.percentage == 0 => continue,
            None => "some nodes".to_owned(),
        };
        let message = format!(
            "{how_many} of Spot pool `{}` are on-demand and have the labels and taints of Spot: pods that must stay off \
             Spot do not use them, and pods that prefer Spot stay there",
            pool.name
        );
        let pointer = pointers::pool(at).child("instancesDistribution").at_key();
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .level(Severity::Warning)
                .help(
                    "make one group that is all Spot, and one that is all on-demand, or let a script of the nodes set a label \
                     on Spot alone, and name it in `spotLabel`",
                )
                .no_fix("the groups have to be made where the nodes are made")
        });
    }
}

/// A pool that is said to be Spot, and has no Spot node.
fn no_spot(plan: &Plan, at: usize, findings: &mut Findings<'_>) {
    let pool = &plan.node_pools[at];
    let message = format!(
        "pool `{}` has `capacity: Spot`, but its `instancesDistribution` makes all of its nodes on-demand",
        pool.name
    );
    let own = pointers::pool(at).child("instancesDistribution");
    let location = findings.locate(&pointers::pool(at).child("capacity"));
    findings.at(&own.at_key(), message, |diagnostic| {
        diagnostic
            .level(Severity::Error)
            .related(location, "Spot")
            .help("list it with `capacity: OnDemand`, or lower the share and the base of on-demand")
            .no_fix("only the owner knows which nodes the group is to have")
    });
}
