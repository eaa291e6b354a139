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
