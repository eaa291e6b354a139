//! Node groups, and pools that cannot be.

use super::{CONTAINER, STEADY, deployment, spec};
use crate::library::{Given, config};
use crate::process::{passes, refused, spotgen};

const GROUPS: &[&str] = &[
    "name: cheap, capacity: Spot, nodes: {min: 0, max: 10}, spotLabel: {lifecycle: spot}, nodeGroup: asg.cheap",
    "name: cheaper, capacity: Spot, nodes: {min: 0, max: 10}, spotLabel: {lifecycle: spot}, nodeGroup: 'cheaper-[0-9]+'",
    "name: steady, capacity: OnDemand, nodes: {min: 1, max: 10}, nodeGroup: asg.steady",
];

fn groups() -> Given {
    let workloads =
        "  workloads: [{name: web, namespace: shop, selector: {app: web}, replicas: 3}]\n";
    config(spec("generic", GROUPS) + workloads)
}

#[test]
fn the_output_names_groups_and_labels_as_pools_declare_them() {
    let manifests = groups().render("manifests").expect("it can be rendered");
    for line in ["^asg\\\\.cheap$", "cheaper-[0-9]+", "lifecycle=spot"] {
        assert!(manifests.contains(line), "{line}:\n{manifests}");
    }
    assert!(
        !manifests.contains("spotgen.dev/capacity=spot"),
        "{manifests}"
    );
    let patches = groups().render("patches").expect("it can be rendered");
    assert!(patches.contains("key: lifecycle"), "{patches}");
}

#[test]
fn priorities_are_matched_against_declared_groups() {
    let priorities = |cheap: &str| {
        let priorities =
            format!("spec.autoscaler.priorities={{30: ['{cheap}', '^cheaper-'], 10: ['.*']}}");
        let checked = groups().set(&priorities).check();
        checked.has("pattern-without-pool")
    };
    assert!(!priorities("^asg.cheap$"));
    assert!(!priorities("asg.cheap"));
    assert!(priorities("^cheap$"));
}

#[test]
fn what_pools_cannot_be_is_refused_at_its_place() {
    for (pool, message, place) in [
        (
            "name: a, capacity: OnDemand, spotLabel: {lifecycle: spot}",
            "`spotLabel` is for Spot pools only",
            "7:37",
        ),
        (
            "name: a, capacity: Spot, spotLabel: {lifecycle: spot, tier: low}",
            "`spotLabel` has 2 labels",
            "7:62",
        ),
        (
            "name: a, capacity: Spot, spotLabel: {tier: low}, labels: {tier: high}",
            "`spotLabel` sets `tier` to `low`, `labels` to `high`",
            "7:51",
        ),
        (
            "name: a, capacity: Spot, nodeGroup: 'a(b'",
            "unclosed group",
            "7:44",
        ),
        (
            "name: a, capacity: Spot, nodeGroup: '.*'",
            "tells no node group from another",
            "7:44",
        ),
        (
            "name: a.b, capacity: Spot, asg_name: x",
            "nodeGroup",
            "7:35",
        ),
    ] {
        let checked = config(spec("generic", &[pool])).check();
        assert!(checked.text.contains(message), "{pool}:\n{}", checked.text);
        let place = format!("spot-config.yaml:{place}");
        assert!(checked.text.contains(&place), "{pool}:\n{}", checked.text);
    }
}

#[test]
fn only_the_script_for_az_wants_a_value_of_a_taint() {
    let pools = [
        STEADY,
        "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, taints: [\"batch:NoSchedule\"]",
    ];
    let text = spec("aks", &pools);
    assert!(!config(text.clone()).check().report.has_errors());
    let render = |format| {
        let arguments = ["render", "--format", format, "-f", "-"];
        spotgen(arguments).stdin(text.clone()).run()
    };
    passes(&render("manifests"));
    refused(
        &render("azure-cli"),
        "`az` does not accept the taint `batch:NoSchedule` of node pool `cheap`",
    );
}

/// What is said of patterns that match no pool, beside a catch-all, and of pools that have no tier of their own.
fn said_of_groups(provider: &str, spot: &str, pattern: &str) -> String {
    let steady =
        "name: steady, capacity: OnDemand, nodeGroup: \".*stable.*\", nodes: {min: 1, max: 9}";
    let text = spec(provider, &[spot, steady])
        + &format!(
            "  autoscaler: {{expander: priority, priorities: {{20: ['{pattern}'], 10: [\".*stable.*\"]}}}}\n"
        );
    config(text).check().text
}

#[test]
fn a_pattern_may_match_what_is_not_known_of_a_name() {
    let named = |group: &str| {
        format!("name: spot, capacity: Spot, nodeGroup: \"{group}\", nodes: {{min: 0, max: 9}}")
    };
    let managed = "name: spot, capacity: Spot, nodes: {min: 0, max: 9}".to_owned();
    let year = named(".*spot-2024.*");
    let kops = named("nodes-spot(-[ab])?.prod.k8s.local");
    for (provider, spot, pattern) in [
        ("eks", &year, "prod-workers-spot-[0-9]{8}.*"),
        ("eks", &year, "^prod-workers-spot-2024[0-9]{4}$"),
        ("eks", &kops, "nodes-spot-b"),
        ("eks", &managed, "eks-spot-9ac3.*"),
        ("aks", &managed, "^aks-spot-4[0-9]+-vmss$"),
    ] {
        let text = said_of_groups(provider, spot, pattern);
        for rule in ["pattern-without-pool", "pool-without-priority"] {
            assert!(!text.contains(rule), "{pattern}: {text}");
        }
    }
    // Two that cannot be told apart, and nothing in common: nobody can say.
    let text = said_of_groups("eks", &year, ".*ondemand.*");
    assert!(text.contains("info[pattern-without-pool]"), "{text}");
    // A wrong letter is one.
    let text = said_of_groups("eks", &year, "prod-workers-sopt-[0-9]{8}.*");
    assert!(text.contains("error[pattern-without-pool]"), "{text}");
}

/// Cluster API takes annotations where clouds take tags.
#[test]
fn an_empty_group_of_cluster_api_needs_annotations() {
    let pools = [
        "name: cheap, capacity: Spot, nodeGroup: MachineDeployment/default/prod-cheap, spotLabel: {node.example.com/spot: \
         \"yes\"}, taints: [\"spot=true:NoSchedule\"], nodes: {min: 0, max: 5}",
        "name: steady, capacity: OnDemand, nodeGroup: MachineDeployment/default/prod-steady, taints: [], nodes: {min: 1, max: 5}",
    ];
    let workloads =
        "  workloads: [{name: web, namespace: shop, selector: {app: web}, replicas: 3}]\n";
    let given = config(spec("generic", &pools) + workloads);
    let group = |name: &str, labels: &str| {
        format!(
            "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachineDeployment\nmetadata:\n  name: {name}\n  namespace: default\n  \
             annotations:\n    capacity.cluster-autoscaler.kubernetes.io/labels: \"{labels}\"\n    \
             capacity.cluster-autoscaler.kubernetes.io/taints: \"spot=true:NoSchedule\"\nspec: {{clusterName: prod}}\n---\n\
             apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop}}\n"
        )
    };
    let bare = given.clone().check().text;
    let words = "set these annotations on the MachineDeployment, or set `nodes: {min: 1}`: \
         `capacity.cluster-autoscaler.kubernetes.io/labels: \"node.example.com/spot=yes\"` and \
         `capacity.cluster-autoscaler.kubernetes.io/taints: \"spot=true:NoSchedule\"`";
    assert!(bare.contains(words), "{bare}");
    assert!(!bare.contains("cluster-autoscaler/node-template"), "{bare}");
    for (manifest, is_found) in [
        (
            group("prod-cheap", "team=a,node.example.com/spot=yes"),
            false,
        ),
        (group("prod-cheap", "team=a"), true),
        (group("other", "node.example.com/spot=yes"), true),
    ] {
        let found = given.clone().manifests(&manifest).check();
        assert_eq!(found.has("zero-node-template"), is_found, "{}", found.text);
    }
}

/// A group of both kinds, whose nodes a script tells apart by a label.
const BOTH: &str = "name: mix, capacity: Spot, vmSize: m5.xlarge, spotLabel: {lifecycle: spot}, nodes: {min: 2, max: 10}, \
     instancesDistribution: {onDemandBaseCapacity: 2}";

#[test]
fn the_base_of_a_group_of_both_kinds_may_lack_the_label_of_spot() {
    let off_spot = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                    [{matchExpressions: [{key: lifecycle, operator: NotIn, values: [spot]}]}]}}}";
    let check = |pool: &str| {
        let text = spec("eks", &[pool]) + "  workloads: [{name: front, namespace: shop}]\n";
        let pod = format!("{off_spot}, {CONTAINER}");
        config(text).manifests(&deployment(&pod)).check()
    };
    let checked = check(BOTH);
    for rule in ["selector-matches-no-pool", "mixed-capacity-pool"] {
        assert!(!checked.has(rule), "{}", checked.text);
    }
    // Nothing says that there are such nodes.
    let (spot, _) = BOTH
        .rsplit_once(", instancesDistribution")
        .expect("it has it");
    let checked = check(spot);
    let told = "write how many they are in `instancesDistribution`";
    assert!(checked.text.contains(told), "{}", checked.text);
    // A label of all its nodes tells nothing apart.
    let checked = check(&format!("{BOTH}, labels: {{lifecycle: spot}}"));
    for rule in ["selector-matches-no-pool", "mixed-capacity-pool"] {
        assert!(checked.has(rule), "{rule}: {}", checked.text);
    }
}

#[test]
fn one_group_is_listed_once() {
    let pools = [
        "name: mix, capacity: Spot, vmSize: m5.xlarge, spotLabel: {lifecycle: spot}, nodeGroup: mixasg, nodes: {min: 2, max: 10}",
        "name: base, capacity: OnDemand, vmSize: m5.xlarge, nodeGroup: mixasg, nodes: {min: 2, max: 2}, taints: []",
    ];
    let checked = config(spec("eks", &pools)).check();
    assert!(
        checked.has("pattern-takes-both-capacities"),
        "{}",
        checked.text
    );
    assert!(
        checked.text.contains("list the group once"),
        "{}",
        checked.text
    );
    assert!(
        !checked.text.contains("write the exact name"),
        "{}",
        checked.text
    );
}
