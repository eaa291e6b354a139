//! What nodes are made of, and how many there are.

use super::{CHEAP, CONTAINER, Case, STEADY, SYSTEM, WARNING, check_all, deployment, spec};
use crate::library::{Given, config};

const CASES: &[Case] = &[
    Case {
        // kubernetes/test-infra#36203, grafana/k8s-monitoring-helm#709: images for one architecture.
        name: "images for amd64 do not run on Spot nodes with ARM processors",
        provider: "aks",
        pools: &[
            SYSTEM,
            STEADY,
            "name: cheap, capacity: Spot, vmSize: Standard_D4pls_v5, nodes: {min: 0, max: 10}",
        ],
        pod: Some(
            "nodeSelector: {kubernetes.io/arch: amd64}, tolerations: [{key: kubernetes.azure.com/scalesetpriority, operator: \
             Exists}]",
        ),
        found: &[],
    },
    Case {
        // jenkins-infra/azure: agents for ARM on Spot pools.
        name: "images for ARM have no failover where Spot alone has ARM processors",
        provider: "eks",
        pools: &[
            "name: cheap, capacity: Spot, vmSize: m6g.xlarge, nodes: {min: 0, max: 20}",
            "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 20}",
        ],
        pod: Some("nodeSelector: {kubernetes.io/arch: arm64}"),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "the architecture may be stated",
        provider: "generic",
        pools: &[
            "name: cheap, capacity: Spot, architecture: arm64, nodes: {min: 0, max: 20}",
            "name: steady, capacity: OnDemand, architecture: amd64, nodes: {min: 1, max: 20}",
        ],
        pod: Some(
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: kubernetes.io/arch, operator: NotIn, values: [amd64]}]}]}}}",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        // everycure-org/matrix: pools with GPUs on GKE, all of them Spot.
        name: "GPUs on Spot alone are no failover",
        provider: "gke",
        pools: &[
            "name: gpu, capacity: Spot, vmSize: g2-standard-8, nodes: {min: 0, max: 4}, taints: [\"nvidia.com/gpu=present:NoSchedule\"]",
            "name: steady, capacity: OnDemand, vmSize: n2-standard-8, nodes: {min: 1, max: 9}",
        ],
        pod: Some(
            "tolerations: [{key: nvidia.com/gpu, operator: Exists}], initContainers: [{name: warm, image: \
             registry.example.com/warm:1, resources: {limits: {nvidia.com/gpu: 1}}}]",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "with GPUs on on-demand there is one",
        provider: "gke",
        pools: &[
            "name: gpu, capacity: Spot, vmSize: g2-standard-8, nodes: {min: 0, max: 4}",
            "name: steady, capacity: OnDemand, vmSize: n2-standard-8, gpus: 1, nodes: {min: 1, max: 9}",
        ],
        pod: Some(
            "initContainers: [{name: warm, image: registry.example.com/warm:1, resources: {limits: {nvidia.com/gpu: 1}}}]",
        ),
        found: &[],
    },
    Case {
        name: "GPUs of another maker count, and may be stated",
        provider: "generic",
        pools: &[
            "name: gpu, capacity: Spot, gpus: 2, nodes: {min: 0, max: 4}",
            "name: steady, capacity: OnDemand, gpus: 0, nodes: {min: 1, max: 9}",
        ],
        pod: Some(
            "initContainers: [{name: warm, image: registry.example.com/warm:1, resources: {limits: {amd.com/gpu: 1}}}]",
        ),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "of pools that say nothing of GPUs nothing is said",
        provider: "generic",
        pools: &[
            "name: gpu, capacity: Spot, gpus: 2, nodes: {min: 0, max: 4}",
            "name: steady, capacity: OnDemand, nodes: {min: 1, max: 9}",
        ],
        pod: Some(
            "initContainers: [{name: warm, image: registry.example.com/warm:1, resources: {limits: {nvidia.com/gpu: 1}}}]",
        ),
        found: &[],
    },
];

#[test]
fn workloads_are_matched_against_the_hardware_of_pools() {
    check_all(CASES);
}

#[test]
fn what_can_never_run_on_spot_is_told_once() {
    let arm = "name: cheap, capacity: Spot, vmSize: Standard_D4ps_v5, nodes: {min: 0, max: 10}";
    let without_gpu = CHEAP;
    for (spot, pod, why) in [
        (
            arm,
            "nodeSelector: {kubernetes.io/arch: amd64}",
            "its own `nodeSelector` or required node affinity excludes Spot",
        ),
        (
            without_gpu,
            "initContainers: [{name: warm, image: registry.example.com/warm:1, resources: {limits: {nvidia.com/gpu: 1}}}]",
            "it requests `nvidia.com/gpu`, and no Spot pool has such GPUs",
        ),
        (
            "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, labels: {pool: cheap}",
            "nodeSelector: {kubernetes.azure.com/agentpool: steady}",
            "its own `nodeSelector` or required node affinity excludes Spot",
        ),
    ] {
        for descheduler in ["", "  descheduler: {enabled: false}\n"] {
            let steady = STEADY_WITH_GPUS;
            let listed = "  workloads: [{name: front, namespace: shop}]\n";
            let given = config(spec("aks", &[SYSTEM, steady, spot]) + listed + descheduler);
            let workload = deployment(&format!("{pod}, {CONTAINER}"));
            let checked = given.manifests(&workload).check();
            assert!(checked.has("never-on-spot"), "{}", checked.text);
            assert!(checked.text.contains(why), "{}", checked.text);
            checked.is_silent_about("never-fails-back");
        }
    }
}

const STEADY_WITH_GPUS: &str =
    "name: steady, capacity: OnDemand, vmSize: Standard_NC4as_T4_v3, nodes: {min: 1, max: 10}";

/// A Job takes the place of the Deployment.
fn job(pod: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: front, namespace: shop}}\nspec: {{template: {{metadata: {{labels: \
         {{app: front}}}}, spec: {{restartPolicy: Never, {pod}}}}}}}\n"
    )
}

#[test]
fn what_is_never_on_spot_is_found_whoever_moves_pods() {
    let cheap = "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}, labels: {pool: cheap}";
    let tainted = "name: other, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}, taints: [\"team=a:NoSchedule\"]";
    let steady = "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}, labels: {pool: steady}";
    let rules = "  classRules: [{match: {}, class: default}]\n";
    let given = |spot: &[&str]| config(spec("eks", &[spot, &[steady]].concat()) + rules);
    let job = job(&format!("nodeSelector: {{pool: steady}}, {CONTAINER}"));
    assert!(given(&[cheap]).manifests(&job).check().has("never-on-spot"));
    // Each of two pools keeps it off in another way, and others are on that with the taint.
    let own = deployment(&format!("nodeSelector: {{pool: none}}, {CONTAINER}"));
    let labelled = tainted.replace("taints", "labels: {pool: none}, taints");
    let other = deployment(&format!(
        "tolerations: [{{key: team, operator: Exists}}], {CONTAINER}"
    ));
    let other = other.replace("name: front", "name: back");
    let both = format!("{own}---\n{other}");
    let steady_too = steady
        .replace("steady, capacity", "stays, capacity")
        .replace("pool: steady", "pool: none");
    let cheap = &format!("{cheap}, taints: [\"team=b:NoSchedule\"]");
    let pools = [cheap, labelled.as_str(), steady_too.as_str()];
    let checked = given(&pools).manifests(&both).check();
    assert_eq!(
        checked.text.matches("[never-on-spot]").count(),
        1,
        "{}",
        checked.text
    );
    assert!(
        checked.text.contains("workload `front` prefers Spot"),
        "{}",
        checked.text
    );
    // What prefers nothing wants nothing.
    let never = "  classRules: [{match: {}, class: on-demand}]\n  classes: {on-demand: {placement: {spot: Never}}}\n";
    let checked = config(spec("eks", &[cheap, steady]) + never)
        .manifests(&job)
        .check();
    checked.is_silent_about("never-on-spot");
}

#[test]
fn pods_that_are_never_on_spot_are_not_counted_there() {
    let steady = STEADY_WITH_GPUS;
    let listed = "  classRules: [{match: {}, class: default}]\n";
    let counted = |pod: &str| {
        let given = config(spec("aks", &[SYSTEM, steady, CHEAP]) + listed);
        let figures = given
            .manifests(&deployment(&format!("{pod}{CONTAINER}")))
            .numbers("capacity of Spot");
        figures[0].how.clone()
    };
    assert!(counted("").contains("by 6 pods"), "{}", counted(""));
    let off = counted("nodeSelector: {kubernetes.azure.com/agentpool: steady}, ");
    assert!(off.contains("by 0 pods"), "{off}");
}

/// A pool for pods of 500m, of which 7 fit on a node by its size, and a steady one.
fn pools_of(provider: &str, spot: &str) -> String {
    let steady = "name: steady, capacity: OnDemand, nodes: {min: 1, max: 10}, allocatable: {cpu: 3900m, memory: 14Gi}";
    let listed = "  workloads: [{name: front, namespace: shop, selector: {app: front}, replicas: 30, requests: {cpu: 500m, \
                  memory: 512Mi}}]\n";
    spec(provider, &[spot, steady]) + listed
}

/// The value of a figure.
fn figure(text: String, what: &str) -> String {
    let figures = config(text).numbers(what);
    let [figure] = &figures[..] else {
        panic!("{what}: {figures:?}");
    };
    figure.value.clone()
}

#[test]
fn gke_counts_nodes_per_zone() {
    // The GKE API reference, `NodePoolAutoscaling`: `minNodeCount` and `maxNodeCount` are of each zone.
    for (provider, per, capacity) in [
        ("gke", "", "21 CPU and 81Gi"),
        ("gke", ", per: Pool", "7 CPU and 27Gi"),
        ("gke", ", per: Zone", "21 CPU and 81Gi"),
        ("eks", "", "7 CPU and 27Gi"),
        ("eks", ", per: Zone", "21 CPU and 81Gi"),
    ] {
        let pool = format!(
            "name: cheap, capacity: Spot, zones: [a, b, c], nodes: {{min: 0, max: 2{per}}}, allocatable: {{cpu: 3900m, \
             memory: 14Gi}}"
        );
        let found = figure(pools_of(provider, &pool), "capacity of Spot");
        assert_eq!(found, capacity, "{provider}{per}");
    }
}

#[test]
fn a_node_takes_no_more_pods_than_it_may_have() {
    for (most, said) in [
        ("", "up to 7 pods of `front` can run on one Spot node"),
        (
            ", maxPods: 3",
            "up to 3 pods of `front` can run on one Spot node",
        ),
    ] {
        let pool = format!(
            "name: cheap, capacity: Spot, nodes: {{min: 0, max: 20}}, allocatable: {{cpu: 3900m, memory: 14Gi}}{most}"
        );
        let text =
            pools_of("generic", &pool).replace("}}]", "}, disruptionBudget: {maxUnavailable: 1}}]");
        let checked = config(text).check();
        assert!(checked.text.contains(said), "{}", checked.text);
    }
}

#[test]
fn a_group_of_both_kinds_keeps_its_on_demand_nodes() {
    // eksctl-io/eksctl userdocs, Spot instances.
    let pool = "name: mixed, capacity: Spot, nodes: {min: 2, max: 10}, allocatable: {cpu: 3900m, memory: 14Gi}, \
                instancesDistribution: {onDemandBaseCapacity: 2, onDemandPercentageAboveBaseCapacity: 25}";
    let text = pools_of("eks", pool);
    assert!(config(text.clone()).check().has("mixed-capacity-pool"));
    let found = figure(text, "on-demand nodes of Spot pool mixed");
    assert_eq!(found, "2 to 4");
    let all_spot = pool
        .replace("Capacity: 2", "Capacity: 0")
        .replace(": 25", ": 0");
    let checked = config(pools_of("eks", &all_spot)).check();
    assert!(!checked.has("mixed-capacity-pool"), "{}", checked.text);
}

#[test]
fn containers_request_what_the_limit_range_of_their_namespace_says() {
    let bare = "containers: [{name: main, image: registry.example.com/front:1.0}]";
    // Structure: Kubernetes documentation, tasks/administer-cluster/manage-resources/memory-default-namespace.
    let range = |namespace: &str, item: &str| {
        format!(
            "---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: sizes, namespace: {namespace}}}\nspec: {{limits: \
             [{{type: Container, {item}}}]}}\n"
        )
    };
    for (range, cpu) in [
        (
            range("shop", "defaultRequest: {cpu: 250m, memory: 64Mi}"),
            Some("250m"),
        ),
        (
            range(
                "shop",
                "default: {cpu: 750m}, defaultRequest: {memory: 64Mi}",
            ),
            Some("750m"),
        ),
        (range("shop", "max: {cpu: '2'}"), Some("2")),
        (
            range("other", "defaultRequest: {cpu: 250m, memory: 64Mi}"),
            None,
        ),
        (String::new(), None),
    ] {
        let listed = "  workloads: [{name: front, namespace: shop}]\n";
        let given = config(spec("aks", &[SYSTEM, STEADY, CHEAP]) + listed)
            .manifests(&(deployment(bare) + &range));
        let checked = given.check();
        assert!(!checked.report.has_errors(), "{}", checked.text);
        assert_eq!(
            checked.has("no-requests"),
            cpu.is_none(),
            "{range}{}",
            checked.text
        );
        let plan = given.render("plan").expect("it can be rendered");
        if let Some(cpu) = cpu {
            assert!(
                plan.contains(&format!("cpu: {cpu}")) || plan.contains(&format!("cpu: \"{cpu}\"")),
                "{plan}"
            );
        }
    }
}

const ARM_ON_GKE: &str =
    "name: arm, capacity: Spot, vmSize: t2a-standard-4, nodes: {min: 0, max: 3}";
const GPUS_ON_GKE: &str =
    "name: gpus, capacity: Spot, vmSize: g2-standard-8, nodes: {min: 0, max: 3}";
const STEADY_ON_GKE: &str =
    "name: steady, capacity: OnDemand, vmSize: e2-standard-4, nodes: {min: 1, max: 9}";
const SPOT_ON_GKE: &str =
    "name: cheap, capacity: Spot, vmSize: n2d-standard-4, nodes: {min: 0, max: 9}";

/// What runs on Spot by these pools of GKE, with the manifest of the workload.
fn on_gke(pools: &[&str], pod: &str) -> Given {
    let listed = "  workloads: [{name: front, namespace: shop, selector: {app: front}, replicas: 6, requests: {cpu: 500m, \
                  memory: 1Gi}}]\n";
    let given = config(spec("gke", pools) + listed);
    given.manifests(&deployment(&format!("{pod}{CONTAINER}")))
}

/// docs.cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment: all ARM nodes have this taint,
/// unless the pool is made without it.
#[test]
fn gke_taints_arm_nodes() {
    let toleration = "key: kubernetes.io/arch";
    let manifests = |pools: &[&str]| on_gke(pools, "").render("manifests").unwrap_or_default();
    let patches = |pools: &[&str]| on_gke(pools, "").render("patches").unwrap_or_default();
    for render in [&manifests, &patches] as [&dyn Fn(&[&str]) -> String; 2] {
        let alone = render(&[ARM_ON_GKE, STEADY_ON_GKE]);
        assert!(alone.contains(toleration), "{alone}");
        let beside = render(&[ARM_ON_GKE, SPOT_ON_GKE, STEADY_ON_GKE]);
        assert!(!beside.contains(toleration), "{beside}");
        let without = format!("{ARM_ON_GKE}, taints: []");
        let without = render(&[&without, STEADY_ON_GKE]);
        assert!(!without.contains(toleration), "{without}");
    }
    let checked = on_gke(&[ARM_ON_GKE, SPOT_ON_GKE, STEADY_ON_GKE], "").check();
    assert!(
        checked
            .text
            .contains("--node-architecture-taint-behavior=none"),
        "{}",
        checked.text
    );
    let tolerant = "tolerations: [{key: kubernetes.io/arch, operator: Exists}], ";
    let checked = on_gke(&[ARM_ON_GKE, SPOT_ON_GKE, STEADY_ON_GKE], tolerant).check();
    assert!(!checked.has("taint-not-tolerated"), "{}", checked.text);
}

/// cloud.google.com/kubernetes-engine/docs/how-to/gpus: nodes with GPUs are tainted beside others, and pods that request
/// GPUs get a toleration.
#[test]
fn gke_keeps_nodes_with_gpus_for_pods_that_request_them() {
    let pools = [GPUS_ON_GKE, STEADY_ON_GKE];
    let rendered = on_gke(&pools, "")
        .render("patches")
        .expect("there are workloads");
    assert!(!rendered.contains("nvidia.com/gpu"), "{rendered}");
    on_gke(&pools, "")
        .check()
        .fails("only pods that request GPUs run there");
    let request = "initContainers: [{name: warm, image: registry.example.com/warm:1, resources: {limits: {nvidia.com/gpu: 1}}}], ";
    let checked = on_gke(&pools, request).check();
    assert!(!checked.has("taint-not-tolerated"), "{}", checked.text);
    let beside = [GPUS_ON_GKE, SPOT_ON_GKE, STEADY_ON_GKE];
    let rendered = on_gke(&beside, "")
        .render("manifests")
        .expect("there are placeholders");
    assert!(!rendered.contains("nvidia.com/gpu"), "{rendered}");
    let capacity = figure(
        spec("gke", &beside)
            + "  workloads: [{name: front, selector: {app: front}, replicas: 6, requests: {cpu: 500m, memory: 1Gi}}]\n",
        "capacity of Spot",
    );
    let without = figure(
        spec("gke", &[SPOT_ON_GKE, STEADY_ON_GKE])
            + "  workloads: [{name: front, selector: {app: front}, replicas: 6, requests: {cpu: 500m, memory: 1Gi}}]\n",
        "capacity of Spot",
    );
    assert_eq!(capacity, without);
}

/// GPUs of AMD are not those that `nvidia.com/gpu` asks for.
#[test]
fn the_maker_of_gpus_counts() {
    let pod = |resource: &str| {
        format!(
            "initContainers: [{{name: warm, image: registry.example.com/warm:1, resources: {{limits: {{{resource}: 1}}}}}}]"
        )
    };
    for (provider, of_amd, of_nvidia) in [
        ("eks", "g4ad.xlarge", "g5.xlarge"),
        ("aks", "Standard_NV8as_v4", "Standard_NC4as_T4_v3"),
        (
            "aks",
            "Standard_ND96isr_MI300X_v5",
            "Standard_NC24ads_A100_v4",
        ),
    ] {
        for (spot, on_demand, resource) in [
            (of_amd, of_nvidia, "nvidia.com/gpu"),
            (of_nvidia, of_amd, "amd.com/gpu"),
        ] {
            let pools = [
                format!("name: cheap, capacity: Spot, vmSize: {spot}, nodes: {{min: 0, max: 10}}"),
                format!(
                    "name: steady, capacity: OnDemand, vmSize: {on_demand}, nodes: {{min: 1, max: 10}}"
                ),
            ];
            let pools = pools.each_ref().map(String::as_str);
            let listed = "  workloads: [{name: front, namespace: shop}]\n";
            let given = config(spec(provider, &pools) + listed);
            let workload = deployment(&format!("{}, {CONTAINER}", pod(resource)));
            let checked = given.manifests(&workload).check();
            let expected = format!("it requests `{resource}`, and no Spot pool has such GPUs");
            assert!(checked.text.contains(&expected), "{spot}: {}", checked.text);
        }
    }
}

/// An Auto Scaling group with a base of on-demand nodes keeps these when all Spot is lost.
#[test]
fn the_base_of_a_mixed_group_counts_for_failover() {
    let mixed = |base: u8| {
        format!(
            "name: mixed, capacity: Spot, vmSize: m5.xlarge, taints: [], nodes: {{min: 2, max: 10}}, instancesDistribution: \
             {{onDemandBaseCapacity: {base}, onDemandPercentageAboveBaseCapacity: 0}}"
        )
    };
    let kept = "name: core, capacity: OnDemand, vmSize: t3.medium, nodes: {min: 2, max: 3}, taints: \
                        [\"CriticalAddonsOnly=true:NoSchedule\"]";
    let given = |base: u8, others: &[&str], replicas: u8| {
        let mixed = mixed(base);
        let pools = [&[mixed.as_str()], others].concat();
        let workload = format!(
            "  workloads: [{{name: front, namespace: shop, selector: {{app: front}}, replicas: {replicas}, requests: \
             {{cpu: 500m, memory: 1Gi}}}}]\n"
        );
        config(spec("eks", &pools) + &workload)
    };
    // Two nodes of the base hold 7 pods each.
    for (base, others, replicas, expected) in [
        (2, &[][..], 4, &[][..]),
        (2, &[kept], 4, &[]),
        (2, &[], 40, &["failover-capacity-short"]),
        (2, &[kept], 40, &["failover-capacity-short"]),
        (0, &[], 4, &["no-on-demand-pool"]),
        (0, &[kept], 4, &["taint-not-tolerated"]),
    ] {
        let found = given(base, others, replicas).check();
        for rule in [
            "failover-capacity-short",
            "no-on-demand-pool",
            "taint-not-tolerated",
        ] {
            let is_expected = expected.contains(&rule);
            assert_eq!(
                found.has(rule),
                is_expected,
                "{base} {others:?} {rule}\n{}",
                found.text
            );
        }
    }
    let short = given(2, &[], 40).check().text;
    let words = "on-demand pools (the on-demand nodes of `mixed`) are too small if all Spot is lost: 40 pods";
    assert!(short.contains(words), "{short}");
    let numbers = given(2, &[], 4).numbers("capacity of");
    let numbers: Vec<String> = numbers
        .iter()
        .map(|row| format!("{}: {}", row.what, row.how))
        .collect();
    for words in [
        "capacity of Spot: mixed (2 of 10 nodes on-demand) at its maximum",
        "capacity of on-demand without Spot: the on-demand nodes of mixed at its maximum",
    ] {
        assert!(
            numbers.iter().any(|row| row.starts_with(words)),
            "{words}\n{numbers:?}"
        );
    }
}
