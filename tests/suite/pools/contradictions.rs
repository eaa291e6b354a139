//! What pools say that cannot be.

use super::{STEADY, SYSTEM, spec};
use crate::library::{Checked, config};

const ON_EKS: &str =
    "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}";

fn checked(provider: &str, pools: &[&str]) -> Checked {
    config(spec(provider, pools)).check()
}

/// A Spot pool of this provider that also says this, beside an on-demand pool.
fn with(provider: &str, size: &str, said: &str) -> Checked {
    let spot =
        format!("name: cheap, capacity: Spot, vmSize: {size}, nodes: {{min: 0, max: 9}}, {said}");
    match provider {
        "aks" => checked(provider, &[SYSTEM, STEADY, &spot]),
        "eks" => checked(provider, &[ON_EKS, &spot]),
        _ => {
            let steady = "name: steady, capacity: OnDemand, nodes: {min: 1, max: 9}";
            checked(provider, &[steady, &spot])
        }
    }
}

#[test]
fn a_pool_does_not_contradict_itself() {
    for (provider, size, said, problem) in [
        (
            "aks",
            "Standard_D4s_v5",
            "taints: [\"a=b:NoSchedule\", \"c=b:NoSchedule\", \"a=c:NoSchedule\"]",
            "taint `a` with the effect `NoSchedule` is defined twice",
        ),
        (
            "eks",
            "m5.xlarge",
            "taints: [\"a:NoExecute\", \"a:NoExecute\"]",
            "taint `a` with the effect `NoExecute` is defined twice",
        ),
        (
            "eks",
            "m6g.xlarge",
            "architecture: amd64",
            "the processors of `m6g.xlarge` are arm64, not amd64",
        ),
        (
            "gke",
            "n2-standard-4",
            "architecture: arm64",
            "the processors of `n2-standard-4` are amd64, not arm64",
        ),
        ("eks", "g5.xlarge", "gpus: 0", "`g5.xlarge` has a GPU"),
        ("eks", "g5.12xlarge", "gpus: 0", "`g5.12xlarge` has 4 GPUs"),
        ("eks", "m5.xlarge", "gpus: 1", "`m5.xlarge` has no GPU"),
        (
            "aks",
            "Standard_D4s_v5",
            "gpus: 1",
            "`Standard_D4s_v5` has no GPU",
        ),
        (
            "aks",
            "Standard_D4s_v5",
            "instancesDistribution: {onDemandBaseCapacity: 2}",
            "a node pool on AKS is either Spot or on-demand",
        ),
        (
            "gke",
            "n2-standard-4",
            "instancesDistribution: {onDemandBaseCapacity: 2}",
            "a node pool on GKE is either Spot or on-demand",
        ),
    ] {
        with(provider, size, said).fails(problem);
    }
}

/// A taint of another effect, GPUs that are shared, GPUs that are added to a VM, and groups of kOps on AWS.
#[test]
fn what_can_be_is_no_contradiction() {
    for (provider, size, said) in [
        (
            "eks",
            "m5.xlarge",
            "taints: [\"a=b:NoSchedule\", \"a=b:NoExecute\"]",
        ),
        ("eks", "m6g.xlarge", "architecture: arm64"),
        ("eks", "g5.xlarge", "gpus: 4"),
        ("gke", "n1-standard-4", "gpus: 1"),
        (
            "eks",
            "m5.xlarge",
            "instancesDistribution: {onDemandBaseCapacity: 2}",
        ),
        (
            "generic",
            "m5.xlarge",
            "instancesDistribution: {onDemandBaseCapacity: 2}",
        ),
        // An empty value is none: kubernetes/kubernetes pkg/util/taints/taints.go, `parseTaint`.
        ("eks", "m5.xlarge", "taints: [\"a=:NoSchedule\"]"),
    ] {
        let report = with(provider, size, said);
        assert!(!report.text.contains("error["), "{said}:\n{}", report.text);
    }
}

#[test]
fn a_taint_with_an_empty_value_is_one_without_a_value() {
    let patches = |taint: &str| {
        let pools = [
            ON_EKS,
            &format!(
                "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {{min: 0, max: 9}}, taints: [\"{taint}\"]"
            ),
        ];
        let listed =
            "  workloads: [{name: front, namespace: shop, selector: {app: front}, replicas: 6}]\n";
        config(spec("eks", &pools) + listed).render("patches")
    };
    assert_eq!(patches("a=:NoSchedule"), patches("a:NoSchedule"));
}

/// `Never` would keep pods off both pools, and the descheduler would take on-demand nodes for Spot.
#[test]
fn no_on_demand_node_has_the_label_of_spot() {
    let declared = "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 9}, spotLabel: {lc: spot}";
    let known = "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 9}";
    let steady = |labels: &str| format!("{ON_EKS}, labels: {labels}");
    for (spot, labels) in [
        (declared, "{team: shop, lc: spot}"),
        (known, "{eks.amazonaws.com/capacityType: SPOT}"),
    ] {
        let found = checked("eks", &[spot, &steady(labels)]);
        found.fails("by which the Spot nodes of pool `cheap` are known");
        assert!(!found.has("preferred-loop"), "{}", found.text);
    }
    for (spot, labels) in [
        (declared, "{lc: on-demand}"),
        (declared, "{eks.amazonaws.com/capacityType: SPOT}"),
        (known, "{lc: spot}"),
    ] {
        let found = checked("eks", &[spot, &steady(labels)]);
        assert!(!found.text.contains("are known"), "{}", found.text);
    }
}

/// The pattern that a pool gives is the cause, and no cure.
#[test]
fn a_node_group_that_takes_another_is_where_it_is_said() {
    let spot = |group: &str| {
        format!(
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {{min: 0, max: 9}}, nodeGroup: {group}"
        )
    };
    let steady = |group: &str| format!("{ON_EKS}, nodeGroup: {group}");
    // The wide one is named, whichever of the two it is.
    for (one, other, wide) in [
        ("'prod-.*'", "prod-od", "cheap"),
        ("prod-spot", "'prod-.*'", "steady"),
        ("'^prod-s.*'", "'prod-.*'", "steady"),
    ] {
        let found = checked("eks", &[&spot(one), &steady(other)]);
        found.fails("error[pattern-takes-both-capacities]");
        let message = format!("the node group of pool `{wide}` is given as");
        assert!(found.text.contains(&message), "{}", found.text);
        assert!(!found.text.contains("add a pattern"), "{}", found.text);
    }
    // With one and the same group, no pattern is to blame.
    let found = checked("eks", &[&spot("prod-a"), &steady("prod-a")]);
    found.fails("pools `cheap` and `steady` have the same node group");
    let found = checked("eks", &[&spot("'^prod-s.*'"), &steady("prod-od")]);
    assert!(
        !found.has("pattern-takes-both-capacities"),
        "{}",
        found.text
    );
}
