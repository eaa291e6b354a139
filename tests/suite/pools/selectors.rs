//! Workloads that require labels of nodes: which of them no pool has, and of which nobody knows.

use super::{CONTAINER, SYSTEM, deployment, findings, spec};
use crate::library::{Checked, config};

const POOLS: [&str; 2] = [
    "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {team: shop}, zones: ['1', '2']",
    "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, labels: {team: shop}, zones: ['1', \
     '2']",
];

const LISTED: &str = "  workloads: [{name: front, namespace: shop}]\n";

fn checked(config_more: &str, pod: &str) -> Checked {
    let pod = deployment(&format!("{pod}, {CONTAINER}"));
    config(spec("aks", &POOLS) + config_more)
        .manifests(&pod)
        .check()
}

fn required(expressions: &str) -> String {
    format!(
        "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: \
         [{{matchExpressions: [{expressions}]}}]}}}}}}"
    )
}

/// Structure: a `nodeSelector` by a label of the team, as in MicrosoftDocs/azure-aks-docs use-labels.md, and by the
/// well-known labels of kubernetes.io.
#[test]
fn what_no_pool_has_is_found() {
    for (pod, expected) in [
        (
            "nodeSelector: {team: shpo}",
            "error[selector-matches-no-pool]",
        ),
        ("nodeSelector: {team: shpo}", "did you mean `team: shop`?"),
        ("nodeSelector: {teem: shop}", "did you mean `team: shop`?"),
        (
            "nodeSelector: {team: bank}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {kubernetes.azure.com/agentpool: stedy}",
            "did you mean `kubernetes.azure.com/agentpool: steady`?",
        ),
        (
            "nodeSelector: {kubernetes.azure.com/agentpool: batch}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {kubernetes.io/arch: arm64}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {beta.kubernetes.io/arch: arm64}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {beta.kubernetes.io/os: windows}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {topology.kubernetes.io/zone: westeurope-3}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {node.kubernetes.io/instance-type: Standard_D8s_v5}",
            "warning[selector-matches-no-pool]",
        ),
        (
            "nodeSelector: {kubernetes.io/hostnam: a}",
            "error[misspelled-node-label]",
        ),
        (
            "nodeSelector: {topology.kubernetes.io/zones: westeurope-1}",
            "did you mean `topology.kubernetes.io/zone`?",
        ),
    ] {
        let found = checked(LISTED, pod);
        assert!(found.text.contains(expected), "{pod}\n{}", found.text);
    }
    let found = checked(
        LISTED,
        &required("{key: team, operator: In, values: [shpo]}"),
    );
    assert!(found.has("selector-matches-no-pool"), "{}", found.text);
}

/// Structure: awsdocs/amazon-eks-user-guide managed-node-groups.adoc; the values are compared with their case.
#[test]
fn the_case_of_a_value_counts() {
    let pools = [
        "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}",
        "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}",
    ];
    let pod = deployment(&format!(
        "nodeSelector: {{eks.amazonaws.com/capacityType: spot}}, {CONTAINER}"
    ));
    let found = config(spec("eks", &pools) + LISTED).manifests(&pod).check();
    let expected = "with `SPOT` its pods would stay Pending without Spot";
    assert!(found.text.contains(expected), "{}", found.text);
    let never = LISTED.replace(
        "workloads:",
        "classes: {none: {}}\n  defaultClass: none\n  workloads:",
    );
    let found = config(spec("eks", &pools) + &never).manifests(&pod).check();
    let expected = "did you mean `SPOT`?";
    assert!(found.text.contains(expected), "{}", found.text);
}

#[test]
fn what_nobody_knows_is_not_found() {
    for pod in [
        "nodeSelector: {team: shop}",
        "nodeSelector: {owner: shop}",
        "nodeSelector: {example.com/disk: fast}",
        "nodeSelector: {kubernetes.io/hostname: node-1}",
        "nodeSelector: {topology.kubernetes.io/region: westeurope}",
        "nodeSelector: {topology.kubernetes.io/zone: westeurope-2}",
        "nodeSelector: {failure-domain.beta.kubernetes.io/zone: westeurope-2}",
        "nodeSelector: {kubernetes.io/os: linux, beta.kubernetes.io/arch: amd64}",
        "nodeSelector: {nvidia.com/gpu.present: 'true'}",
        "nodeSelector: {node-role.kubernetes.io/worker: ''}",
    ] {
        let found = checked(LISTED, pod);
        let has = found.has("selector-matches-no-pool") || found.has("misspelled-node-label");
        assert!(!has, "{pod}\n{}", found.text);
    }
    // A chart may have one for nodes that the cluster lacks.
    let windows = deployment(&format!(
        "nodeSelector: {{kubernetes.io/os: windows}}, {CONTAINER}"
    ));
    let windows = windows.replace("kind: Deployment", "kind: DaemonSet");
    let found = config(spec("aks", &POOLS) + LISTED)
        .manifests(&windows)
        .check();
    assert!(!found.has("selector-matches-no-pool"), "{}", found.text);
    // What is not covered may have a pool that is not listed.
    let uncovered = checked("", "nodeSelector: {team: bank}");
    assert!(
        !uncovered.has("selector-matches-no-pool"),
        "{}",
        uncovered.text
    );
    let misspelled = checked("", "nodeSelector: {team: shpo}");
    assert!(
        misspelled.has("selector-matches-no-pool"),
        "{}",
        misspelled.text
    );
}

/// Images for amd64, by the label that Kubernetes has deprecated and still sets.
#[test]
fn deprecated_labels_are_those_that_took_their_place() {
    for key in ["kubernetes.io/arch", "beta.kubernetes.io/arch"] {
        let pools = [
            SYSTEM,
            "name: steady, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}",
            "name: cheap, capacity: Spot, vmSize: Standard_D4pls_v5, nodes: {min: 0, max: 10}",
        ];
        let pod = deployment(&format!("nodeSelector: {{{key}: arm64}}, {CONTAINER}"));
        let found = config(spec("aks", &pools)).manifests(&pod).check();
        assert!(found.has("spot-without-fallback"), "{key}\n{}", found.text);
    }
}

#[test]
fn pools_with_different_taints_are_each_named() {
    let pools = [
        "name: a, capacity: Spot, nodes: {min: 0, max: 9}, spotLabel: {lifecycle: spot}, taints: [\"a=b:NoSchedule\"]",
        "name: b, capacity: Spot, nodes: {min: 0, max: 9}, spotLabel: {lifecycle: spot}, taints: [\"c:NoExecute\"]",
        "name: steady, capacity: OnDemand, nodes: {min: 1, max: 9}",
    ];
    let pod = deployment(&format!("nodeSelector: {{lifecycle: spot}}, {CONTAINER}"));
    let found = config(spec("generic", &pools)).manifests(&pod).check();
    found.fails("error[missing-spot-toleration]");
    for expected in [
        "`a` {key: a, value: b, effect: NoSchedule}",
        "`b` {key: c, operator: Exists, effect: NoExecute}",
        "give all Spot pools the same taints",
    ] {
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
}

/// Structure: MicrosoftDocs/azure-aks-docs gpu-cluster.md, with more GPUs than a node has.
#[test]
fn gpus_are_counted() {
    let pools = |max: u32| {
        [
            format!(
                "name: cheap, capacity: Spot, vmSize: g5.12xlarge, nodes: {{min: 0, max: {max}}}"
            ),
            "name: steady, capacity: OnDemand, vmSize: g5.12xlarge, nodes: {min: 1, max: 9}"
                .to_owned(),
        ]
    };
    let checked = |max: u32, gpus: u32| {
        let pools = pools(max);
        let pools: Vec<&str> = pools.iter().map(String::as_str).collect();
        let pod = deployment(
            "containers: [{name: main, image: registry.example.com/front:1.0, resources: {requests: {cpu: 500m, memory: \
             1Gi}, limits: {nvidia.com/gpu: GPUS}}}]",
        )
        .replace("GPUS", &gpus.to_string());
        config(spec("eks", &pools) + LISTED).manifests(&pod).check()
    };
    // 6 pods; 4 GPUs on a node.
    let enough = checked(3, 2);
    assert!(!enough.has("gpu-capacity-short"), "{}", enough.text);
    assert!(!enough.has("pod-fits-no-node"), "{}", enough.text);
    for (max, gpus, expected) in [
        (
            2,
            2,
            "the pods meant for Spot request 12 GPUs, but the Spot pools have at most 8",
        ),
        (
            5,
            3,
            "the Spot pools have GPUs for only 5 of the 6 pods of workload `front`, with 3 each",
        ),
        (9, 8, "and 8 `nvidia.com/gpu`, more than any node"),
    ] {
        let found = checked(max, gpus);
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
    assert!(
        !findings(&enough)
            .iter()
            .any(|(id, _)| id.starts_with("gpu"))
    );
}

/// Structure: eksctl-io/eksctl userdocs, Spot instances, with the default of the API of AWS.
#[test]
fn a_spot_pool_with_on_demand_nodes_alone_is_none() {
    for (distribution, expected) in [
        ("{onDemandPercentageAboveBaseCapacity: 100}", true),
        ("{onDemandBaseCapacity: 10}", true),
        (
            "{onDemandBaseCapacity: 2, onDemandPercentageAboveBaseCapacity: 50}",
            false,
        ),
    ] {
        let mixed = format!(
            "name: mixed, capacity: Spot, vmSize: m5.xlarge, nodes: {{min: 0, max: 10}}, instancesDistribution: {distribution}"
        );
        let pools = [
            &mixed,
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 9}",
        ];
        let found = config(spec("eks", &pools)).check();
        let is_error = found.text.contains("error[mixed-capacity-pool]");
        assert_eq!(is_error, expected, "{distribution}\n{}", found.text);
    }
}

/// Source: kubernetes/component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go, `isEmptyNodeSelectorTerm`.
#[test]
fn empty_terms_match_no_node() {
    let terms = |terms: &str| {
        let affinity = format!(
            "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{terms}]}}}}}}"
        );
        checked(LISTED, &affinity)
    };
    for empty in ["{}", "{matchExpressions: []}", "{}, {matchFields: []}"] {
        let checked = terms(empty);
        assert!(
            checked.text.contains("error[selector-matches-no-pool]"),
            "{empty}: {}",
            checked.text
        );
        checked.is_silent_about("never-fails-back");
        checked.is_silent_about("never-on-spot");
    }
    let checked = terms("{}, {matchExpressions: [{key: team, operator: In, values: [shop]}]}");
    checked.is_silent_about("selector-matches-no-pool");
}
