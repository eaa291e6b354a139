//! A pod needs one pool that meets all it asks for: labels, taints, GPUs and the domains of its spread.

use super::{CONTAINER, deployment, spec};
use crate::library::{Checked, config};

const NONE: &str =
    "  classRules: [{match: {namespaces: ['*']}, class: none}]\n  classes: {none: {}}\n";
const NEVER: &str = "  workloads: [{name: front, namespace: shop, class: pinned}]\n  classes: {pinned: {placement: {spot: \
                     Never}}}\n";
const SIZE: &str = "allocatable: {cpu: 4, memory: 14Gi}, nodes: {min: 1, max: 5}";
const GPU: &str = "containers: [{name: main, image: registry.example.com/front:1.0, resources: {requests: {cpu: 500m, memory: \
                   1Gi}, limits: {nvidia.com/gpu: 1}}}]";

fn pools(pools: &[&str]) -> Vec<String> {
    let pools = pools.iter().map(|pool| format!("{pool}, {SIZE}"));
    pools.collect()
}

fn checked(provider: &str, own: &[&str], more: &str, pod: &str) -> Checked {
    let own = pools(own);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    config(spec(provider, &own) + more)
        .manifests(&deployment(pod))
        .check()
}

/// Two Spot pools, one for batch, and two on-demand pools, one for databases.
const GENERIC: [&str; 4] = [
    "name: cheap, capacity: Spot, spotLabel: {lc: spot}",
    "name: batch, capacity: Spot, spotLabel: {lc: spot}, labels: {pool: batch}, taints: ['dedicated=batch:NoSchedule']",
    "name: steady, capacity: OnDemand, labels: {lc: od}, taints: []",
    "name: data, capacity: OnDemand, labels: {lc: od, pool: db}, taints: ['dedicated=db:NoSchedule']",
];

#[test]
fn a_pool_that_is_tainted_takes_no_pod_that_does_not_tolerate_it() {
    for (more, pod) in [
        (NONE, "nodeSelector: {pool: batch}"),
        (NONE, "nodeSelector: {pool: db}"),
        (NEVER, "nodeSelector: {pool: db}"),
        (
            NONE,
            "nodeSelector: {pool: batch}, tolerations: [{key: other, operator: Exists}]",
        ),
        // Not covered by the configuration, and pinned by a label of its own.
        ("", "nodeSelector: {pool: db}"),
    ] {
        let found = checked("generic", &GENERIC, more, &format!("{pod}, {CONTAINER}"));
        let text = &found.text;
        assert!(text.contains("error[no-pool-takes-pod]"), "{pod}\n{text}");
        assert!(!text.contains("without Spot"), "{pod}\n{text}");
    }
    for (more, pod) in [
        (
            NONE,
            "nodeSelector: {pool: db}, tolerations: [{key: dedicated, value: db, effect: NoSchedule}]",
        ),
        (NEVER, "nodeSelector: {lc: od}"),
        // Nobody declares the label: the nodes of `steady` may have it.
        (NONE, "nodeSelector: {disk: fast}"),
        (NEVER, "nodeSelector: {disk: fast}"),
        (NEVER, "nodeSelector: {kubernetes.io/os: linux}"),
    ] {
        let found = checked("generic", &GENERIC, more, &format!("{pod}, {CONTAINER}"));
        assert!(!found.has("no-pool-takes-pod"), "{pod}\n{}", found.text);
    }
}

#[test]
fn a_toleration_that_is_misspelled_leaves_the_pods_pending() {
    let pod = format!(
        "nodeSelector: {{pool: batch}}, tolerations: [{{key: dedicated, value: bacth, effect: NoSchedule}}], {CONTAINER}"
    );
    let found = checked("generic", &GENERIC, NONE, &pod);
    let text = &found.text;
    assert!(text.contains("error[misspelled-toleration]"), "{text}");
    assert!(text.contains("its pods stay Pending"), "{text}");
    assert!(!found.has("no-pool-takes-pod"), "{text}");
    assert!(!found.has("spot-without-fallback"), "{text}");
}

#[test]
fn a_taint_of_the_architecture_keeps_off_pods_that_ask_for_it() {
    let own = [
        "name: arm, capacity: Spot, vmSize: m6g.large, taints: ['kubernetes.io/arch=arm64:NoSchedule']",
        "name: amd, capacity: Spot, vmSize: m5.large",
        "name: steady, capacity: OnDemand, vmSize: m5.large, taints: []",
    ];
    let pod = format!("nodeSelector: {{kubernetes.io/arch: arm64}}, {CONTAINER}");
    let found = checked("eks", &own, NONE, &pod);
    let expected =
        "can run on pool `arm` alone, and does not tolerate `kubernetes.io/arch=arm64:NoSchedule`";
    assert!(found.text.contains(expected), "{}", found.text);
    assert!(!found.has("spot-without-fallback"), "{}", found.text);
    // Of a workload that the configuration does not cover, nobody knows the pools.
    let found = checked("eks", &own, "", &pod);
    assert!(!found.has("no-pool-takes-pod"), "{}", found.text);
}

#[test]
fn labels_and_gpus_have_to_be_of_one_pool() {
    let generic = [
        "name: gpu, capacity: Spot, gpus: 1, architecture: amd64, spotLabel: {lc: spot}, taints: []",
        "name: arm, capacity: Spot, gpus: 0, architecture: arm64, spotLabel: {lc: spot}, taints: []",
        "name: steady, capacity: OnDemand, gpus: 0, architecture: amd64, labels: {lc: od}, taints: []",
    ];
    let gke = [
        "name: steady, capacity: OnDemand, vmSize: n2-standard-4, taints: []",
        "name: gpu, capacity: Spot, vmSize: g2-standard-4, taints: []",
    ];
    for (provider, own, selector, is_found) in [
        ("generic", &generic[..], "{lc: od}", true),
        ("generic", &generic, "{kubernetes.io/arch: arm64}", true),
        ("generic", &generic, "{kubernetes.io/arch: amd64}", false),
        ("generic", &generic, "{kubernetes.io/os: linux}", false),
        (
            "gke",
            &gke,
            "{cloud.google.com/gke-provisioning: standard}",
            true,
        ),
        (
            "gke",
            &gke,
            "{cloud.google.com/gke-provisioning: spot}",
            false,
        ),
        ("gke", &gke, "{accelerator: fast}", false),
    ] {
        let pod = format!("nodeSelector: {selector}, {GPU}");
        let found = checked(provider, own, NONE, &pod);
        let text = &found.text;
        assert_eq!(
            found.has("no-pool-takes-pod"),
            is_found,
            "{selector}\n{text}"
        );
        assert!(!is_found || !found.has("spot-without-fallback"), "{text}");
    }
}

#[test]
fn labels_that_no_pool_has_together_are_found() {
    let pod = format!("nodeSelector: {{pool: db, lc: spot}}, {CONTAINER}");
    for more in [NONE, NEVER] {
        let found = checked("generic", &GENERIC, more, &pod);
        let text = &found.text;
        let expected =
            "requires nodes with `lc=spot` and `pool=db`, and no listed pool has them together";
        assert!(text.contains(expected), "{text}");
        assert!(!found.has("spot-without-fallback"), "{text}");
    }
    let pod = format!("nodeSelector: {{pool: batch, lc: spot}}, {CONTAINER}");
    let found = checked("generic", &GENERIC, NONE, &pod);
    assert!(!found.has("selector-matches-no-pool"), "{}", found.text);
}

/// Structure: `minDomains` of a hard spread over zones, with pods on one side alone.
#[test]
fn min_domains_are_counted_on_the_side_of_pinned_pods() {
    let own = [
        "name: cheap, capacity: Spot, spotLabel: {lc: spot}, taints: ['spot:NoSchedule'], zones: [a, b]",
        "name: steady, capacity: OnDemand, labels: {lc: od}, taints: [], zones: [a, b, c]",
    ];
    for (side, min, expected) in [
        ("spot", 5, Some("only 2 of the 6 pods")),
        ("od", 5, Some("only 3 of the 6 pods")),
        ("spot", 2, None),
        ("od", 3, None),
    ] {
        let pod = format!(
            "tolerations: [{{key: spot, operator: Exists}}], nodeSelector: {{lc: {side}}}, topologySpreadConstraints: \
             [{{maxSkew: 1, minDomains: {min}, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, \
             labelSelector: {{matchLabels: {{app: front}}}}}}], {CONTAINER}"
        );
        let found = checked("generic", &own, NONE, &pod);
        let text = &found.text;
        let has = found.has("hard-spread-keeps-off-spot");
        assert_eq!(has, expected.is_some(), "{side} {min}\n{text}");
        assert!(text.contains(expected.unwrap_or_default()), "{text}");
    }
}
