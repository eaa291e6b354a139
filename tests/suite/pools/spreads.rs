//! Hard topology spread over the labels of pools. Figures by the rules of the scheduler: a node without the key takes no
//! pod, a domain may have `maxSkew` more than the emptiest, and with too few domains the emptiest counts as 0.

use super::{CONTAINER, deployment, spec};
use crate::library::{Checked, config};

/// Six pods that prefer Spot, on pools with these values of the label `rack`, or without it.
fn checked(spot: &[&str], on_demand: &[&str], constraint: &str) -> Checked {
    let pool = |kind: &str, number: usize, rack: &str| {
        let labels = match rack {
            "" => String::new(),
            rack => format!(", labels: {{rack: {rack}}}"),
        };
        let min = u8::from(kind == "OnDemand");
        format!(
            "name: {}{number}, capacity: {kind}, vmSize: m5.xlarge, nodes: {{min: {min}, max: 10}}{labels}",
            kind.to_lowercase()
        )
    };
    let of = |kind: &str, racks: &[&str]| -> Vec<String> {
        let numbered = racks.iter().enumerate();
        numbered
            .map(|(number, rack)| pool(kind, number, rack))
            .collect()
    };
    let pools = [of("Spot", spot), of("OnDemand", on_demand)].concat();
    let pools: Vec<&str> = pools.iter().map(String::as_str).collect();
    let text = spec("eks", &pools) + "  workloads: [{name: front, namespace: shop}]\n";
    let pod = format!(
        "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: \
         {{matchLabels: {{app: front}}}}{constraint}}}], {CONTAINER}"
    );
    config(text).manifests(&deployment(&pod)).check()
}

#[test]
fn figures_are_those_of_the_scheduler() {
    let four = ", minDomains: 4";
    for (spot, on_demand, more, expected) in [
        // 2 and 2 on Spot, and 2 in the third.
        (&["a", "b"][..], &["c"][..], "", "only 4 of the 6 pods"),
        // Nodes without the label are no domain, and take none.
        (&["a", ""], &["b"], "", "only 3 of the 6 pods"),
        // Two domains where four are asked for: one pod in each, and no more.
        (&["a", "b"], &["a"], four, "only 2 of the 6 pods"),
        (&["a", "b"], &["a"], four, "the other pods stay Pending"),
        (&["a"], &["b"], four, "only 1 of the 6 pods"),
        (&["a"], &["b"], four, "4 of the other pods stay Pending"),
    ] {
        let found = checked(spot, on_demand, more);
        assert!(found.has("hard-spread-keeps-off-spot"), "{}", found.text);
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
    for (spot, on_demand, more) in [
        (&["a", "b"][..], &["a", "b"][..], ""),
        (&["a", "b"], &["a"], ", minDomains: 2"),
        (&["", ""], &["", ""], four),
    ] {
        let found = checked(spot, on_demand, more);
        assert!(!found.has("hard-spread-keeps-off-spot"), "{}", found.text);
    }
}

#[test]
fn pools_without_the_label_are_named() {
    for (spot, on_demand, expected) in [
        (&[""][..], &["a"][..], "no Spot pool has that label"),
        (&["a"], &[""], "no on-demand pool has that label"),
        (
            &["a", ""],
            &["a"],
            "its pods never run on Spot pool `spot1`",
        ),
    ] {
        let found = checked(spot, on_demand, "");
        assert!(found.has("spread-over-missing-label"), "{}", found.text);
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
    // Of a label that no pool declares nobody knows which nodes have it.
    for (spot, on_demand) in [(&[""][..], &[""][..]), (&["a"], &["b"])] {
        let found = checked(spot, on_demand, "");
        assert!(!found.has("spread-over-missing-label"), "{}", found.text);
    }
    let slip = checked(&["a"], &["b"], "").text;
    assert!(!slip.contains("did you mean"), "{slip}");
}

#[test]
fn a_letter_that_is_wrong_is_found() {
    let text = spec(
        "eks",
        &[
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 9}, labels: {rack: a}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 9}, labels: {rack: b}",
        ],
    );
    for (key, meant) in [
        ("racks", "rack"),
        (
            "topology.kubernetes.io/zones",
            "topology.kubernetes.io/zone",
        ),
    ] {
        let pod = format!(
            "topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: DoNotSchedule, labelSelector: \
             {{matchLabels: {{app: front}}}}}}], {CONTAINER}"
        );
        let found = config(text.clone()).manifests(&deployment(&pod)).check();
        found.fails("error[spread-over-missing-label]");
        let expected = format!("did you mean `{meant}`?");
        assert!(found.text.contains(&expected), "{}", found.text);
    }
}

/// Four pods that prefer Spot, with a hard spread, in zone a of a Spot and an on-demand pool.
fn beside_tainted(more: &[&str], constraint: &str) -> Checked {
    let own = [
        "name: cheap, capacity: Spot, vmSize: m5.xlarge, labels: {rack: r1}, zones: [a], nodes: {min: 0, max: 5}",
        "name: steady, capacity: OnDemand, vmSize: m5.xlarge, labels: {rack: r1}, zones: [a], nodes: {min: 1, max: 5}",
    ];
    let pools = [&own, more].concat();
    let text = spec("eks", &pools) + "  workloads: [{name: front, namespace: shop}]\n";
    let pod = format!(
        "topologySpreadConstraints: [{{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {{matchLabels: \
         {{app: front}}}}, {constraint}}}], {CONTAINER}"
    );
    config(text)
        .manifests(&deployment(&pod).replace("replicas: 6", "replicas: 4"))
        .check()
}

/// By default the scheduler counts the nodes of a pool whose taints the pods do not tolerate: its domains are empty.
#[test]
fn domains_of_tainted_nodes_count_as_empty() {
    const CORE: &str = "name: core, capacity: OnDemand, vmSize: m5.xlarge, labels: {rack: r2}, zones: [b], nodes: \
         {min: 1, max: 3}, taints: [\"dedicated=core:NoSchedule\"]";
    let zone = "topologyKey: topology.kubernetes.io/zone";
    let same_zone = CORE.replace("zones: [b]", "zones: [a]");
    let without_nodes = CORE.replace("{min: 1, max: 3}", "{min: 0, max: 0}");
    let soft = CORE.replace(":NoSchedule", ":PreferNoSchedule");
    for (pool, constraint, expected) in [
        (
            CORE,
            zone,
            "3 of 4 pods of workload `front` can stay Pending",
        ),
        (
            CORE,
            "topologyKey: rack",
            "3 of 4 pods of workload `front` can stay Pending",
        ),
        (
            CORE,
            "topologyKey: topology.kubernetes.io/zone, minDomains: 2",
            "`minDomains` to 1 or less",
        ),
        // Two zones in all, and the pods can get to one of them.
        (
            CORE,
            "topologyKey: topology.kubernetes.io/zone, minDomains: 3",
            "only 1 of the 4 pods of workload `front` can run on Spot: its required spread allows 1 per zone, and the \
             number of Spot zones is 1, while `minDomains: 3` is more than there are in all (2); the other pods stay Pending",
        ),
        (
            CORE,
            "topologyKey: topology.kubernetes.io/zone, minDomains: 3, nodeTaintsPolicy: Honor",
            "`minDomains: 3` is more than there are in all (1)",
        ),
    ] {
        let found = beside_tainted(&[pool], constraint);
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
    for (pool, constraint) in [
        (
            CORE,
            "topologyKey: topology.kubernetes.io/zone, nodeTaintsPolicy: Honor",
        ),
        // Ten nodes for four pods.
        (CORE, "topologyKey: kubernetes.io/hostname"),
        (&same_zone, zone),
        (&without_nodes, zone),
        (&soft, zone),
    ] {
        let found = beside_tainted(&[pool], constraint);
        assert!(
            !found.has("tainted-nodes-counted"),
            "{pool} {constraint}\n{}",
            found.text
        );
    }
}

#[test]
fn excluded_nodes_count_only_with_the_policy() {
    let pools = [
        "name: steady, capacity: OnDemand, vmSize: m5.xlarge, labels: {team: web}, zones: [a], nodes: {min: 1, max: 5}",
        "name: other, capacity: OnDemand, vmSize: m5.xlarge, labels: {team: data}, zones: [b], nodes: {min: 1, max: 5}",
        "name: kept, capacity: OnDemand, vmSize: m5.xlarge, labels: {team: data}, zones: [c], nodes: {min: 1, max: 5}, \
         taints: [\"dedicated=data:NoSchedule\"]",
        "name: cheap, capacity: Spot, vmSize: m5.xlarge, labels: {team: web}, zones: [a], nodes: {min: 0, max: 5}",
    ];
    let text = spec("eks", &pools) + "  workloads: [{name: front, namespace: shop}]\n";
    for (policy, is_found) in [
        ("", false),
        (", nodeAffinityPolicy: Honor", false),
        (", nodeAffinityPolicy: Ignore", true),
    ] {
        let pod = format!(
            "nodeSelector: {{team: web}}, topologySpreadConstraints: [{{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, \
             topologyKey: topology.kubernetes.io/zone, labelSelector: {{matchLabels: {{app: front}}}}{policy}}}], {CONTAINER}"
        );
        let found = config(text.clone()).manifests(&deployment(&pod)).check();
        assert_eq!(
            found.has("tainted-nodes-counted"),
            is_found,
            "{policy}\n{}",
            found.text
        );
        let words =
            "nodes of `kept`, `other` as empty, which its node selector or affinity excludes";
        assert_eq!(
            found.text.contains(words),
            is_found,
            "{policy}\n{}",
            found.text
        );
    }
}

/// The System pool of AKS, in zones that no other pool has; the spread is that of the configuration.
#[test]
fn a_planned_spread_counts_the_system_pool() {
    let pools = [
        "name: system, capacity: OnDemand, mode: System, vmSize: Standard_D4s_v5, taints: \
         [\"CriticalAddonsOnly=true:NoSchedule\"], zones: [\"1\", \"2\", \"3\"], nodes: {min: 3, max: 4}",
        "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, zones: [\"1\"], nodes: {min: 0, max: 5}",
        "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, zones: [\"1\"], nodes: {min: 1, max: 5}",
    ];
    let workload = |spot: &str| {
        format!(
            "  workloads: [{{name: front, namespace: shop, selector: {{app: front}}, replicas: 6, placement: {{spot: {spot}, \
             spread: {{method: TopologySpread, zone: {{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}}}}}}}}]\n"
        )
    };
    let text = spec("aks", &pools);
    for (spot, is_found) in [("Preferred", true), ("Never", true), ("Required", false)] {
        let found = config(text.clone() + &workload(spot)).check();
        assert_eq!(
            found.has("tainted-nodes-counted"),
            is_found,
            "{spot}\n{}",
            found.text
        );
        let words = "5 of 6 pods of workload `front` can stay Pending: its topology spread counts tainted nodes of \
                     `system` as empty, and so allows at most 1 in each of the zones that its pods can be in (1 in total)";
        assert_eq!(
            found.text.contains(words),
            is_found,
            "{spot}\n{}",
            found.text
        );
        // One zone is all that Spot and on-demand have: without the System pool nothing holds the pods back.
        assert!(
            !found.has("hard-spread-keeps-off-spot"),
            "{spot}\n{}",
            found.text
        );
    }
}

/// kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateMinDomains`.
#[test]
fn a_preference_has_no_number_of_domains() {
    let with = checked(&["a"], &["b"], ", minDomains: 4");
    let both = "set `whenUnsatisfiable: ScheduleAnyway` and remove `minDomains`";
    assert!(with.text.contains(both), "{}", with.text);
    let without = checked(&["a", "b"], &["c"], "");
    assert!(without.text.contains("ScheduleAnyway`"), "{}", without.text);
    assert!(!without.text.contains("minDomains"), "{}", without.text);
    let edits = |found: &Checked| {
        let mut all = found.report.iter();
        let found = all.find(|found| found.rule == "hard-spread-keeps-off-spot");
        format!("{:?}", found.expect("it is found").fix)
    };
    assert!(edits(&with).contains("Remove"), "{}", edits(&with));
    assert!(!edits(&without).contains("Remove"), "{}", edits(&without));
}

#[test]
fn numbers_that_the_api_server_refuses_are_found() {
    for (constraint, said) in [
        (
            "maxSkew: 1, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, minDomains: 2",
            "it takes `minDomains` only beside `whenUnsatisfiable: DoNotSchedule`",
        ),
        (
            "maxSkew: 0, topologyKey: rack, whenUnsatisfiable: DoNotSchedule",
            "`maxSkew: 0` is less than 1",
        ),
        (
            "maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, minDomains: -1",
            "`minDomains: -1` is less than 1",
        ),
    ] {
        let pod = format!("topologySpreadConstraints: [{{{constraint}}}], {CONTAINER}");
        let pools = [
            "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}",
        ];
        let found = config(spec("eks", &pools))
            .manifests(&deployment(&pod))
            .check();
        assert!(
            found.text.contains("error[unsupported-value]"),
            "{}",
            found.text
        );
        assert!(found.text.contains(said), "{said}: {}", found.text);
    }
}
