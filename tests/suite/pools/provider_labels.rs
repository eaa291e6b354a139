//! What providers do by themselves, whatever a pool declares: their own labels of capacity, and tolerations for ARM.

use super::{CONTAINER, Case, ERROR, STEADY, SYSTEM, WARNING, check_all, deployment, spec};
use crate::library::{Checked, config};

const OWN_LABEL: &str = "name: cheap, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}, spotLabel: {workload: spot}";
const OF_GKE: &str = "name: cheap, capacity: Spot, vmSize: e2-standard-4, nodes: {min: 0, max: 10}, spotLabel: {lifecycle: spot}";
const OF_EKS: &str = "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 10}, spotLabel: {lifecycle: spot}";
const PREEMPTIBLE: &str = "name: cheap, capacity: Spot, vmSize: e2-standard-4, nodes: {min: 0, max: 10}, spotLabel: \
     {cloud.google.com/gke-preemptible: \"true\"}";
const STEADY_E2: &str =
    "name: steady, capacity: OnDemand, vmSize: e2-standard-4, nodes: {min: 1, max: 10}";
const STEADY_M5: &str =
    "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {min: 1, max: 10}";

/// What is said of a pod that asks for a label, and of a placeholder that does.
fn of_both((provider, pools): (&str, &[&str]), selector: &str) -> Checked {
    let pod =
        format!("nodeSelector: {{{selector}}}, tolerations: [{{operator: Exists}}], {CONTAINER}");
    let placeholder = format!(
        "---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: spare}}
value: -5
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: spare, namespace: shop}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: spare}}}}
  template:
    metadata: {{labels: {{app: spare}}}}
    spec:
      priorityClassName: spare
      nodeSelector: {{{selector}}}
      tolerations: [{{operator: Exists}}]
      containers: [{{name: wait, image: busybox:1.36, command: [sleep, infinity], resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}]
"
    );
    let text = spec(provider, pools) + "  workloads: [{name: front, namespace: shop}]\n";
    config(text)
        .manifests(&(deployment(&pod) + &placeholder))
        .check()
}

#[test]
fn the_label_of_the_provider_stays_beside_one_of_the_pool() {
    for (provider, pools, selector) in [
        (
            "aks",
            &[SYSTEM, STEADY, OWN_LABEL][..],
            "kubernetes.azure.com/scalesetpriority: spot",
        ),
        (
            "aks",
            &[SYSTEM, STEADY, OWN_LABEL],
            "kubernetes.azure.com/priority: spot",
        ),
        (
            "gke",
            &[OF_GKE, STEADY_E2],
            "cloud.google.com/gke-spot: \"true\"",
        ),
        (
            "gke",
            &[OF_GKE, STEADY_E2],
            "cloud.google.com/gke-provisioning: spot",
        ),
        // The group may be managed by EKS or not.
        (
            "eks",
            &[OF_EKS, STEADY_M5],
            "eks.amazonaws.com/capacityType: SPOT",
        ),
    ] {
        let checked = of_both((provider, pools), selector);
        for rule in ["placeholder-pinned-to-nothing", "selector-matches-no-pool"] {
            assert!(!checked.has(rule), "{selector}: {}", checked.text);
        }
    }
    // Preemptible VMs do not have the label of Spot.
    let checked = of_both(
        ("gke", &[PREEMPTIBLE, STEADY_E2]),
        "cloud.google.com/gke-spot: \"true\"",
    );
    assert!(
        checked.has("placeholder-pinned-to-nothing"),
        "{}",
        checked.text
    );
}

const ARM: &str = "name: arm, capacity: OnDemand, vmSize: t2a-standard-4, nodes: {min: 1, max: 9}";
const ARM_SPOT: &str = "name: arm, capacity: Spot, vmSize: t2a-standard-4, nodes: {min: 0, max: 9}";
const CHEAP_E2: &str =
    "name: cheap, capacity: Spot, vmSize: e2-standard-4, nodes: {min: 0, max: 10}";
const BY_SELECTOR: &str = "nodeSelector: {kubernetes.io/arch: arm64}";

/// docs.cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment.
const ON_ARM: &[Case] = &[
    Case {
        name: "GKE adds the toleration to pods that select ARM",
        provider: "gke",
        pools: &[CHEAP_E2, ARM, STEADY_E2],
        pod: Some(BY_SELECTOR),
        found: &[],
    },
    Case {
        name: "and to those with required node affinity",
        provider: "gke",
        pools: &[CHEAP_E2, ARM, STEADY_E2],
        pod: Some(
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}]}}}",
        ),
        found: &[],
    },
    Case {
        name: "but not to those that ask for the pool by its name",
        provider: "gke",
        pools: &[CHEAP_E2, ARM, STEADY_E2],
        pod: Some("nodeSelector: {cloud.google.com/gke-nodepool: arm}"),
        found: &[("no-pool-takes-pod", ERROR)],
    },
    Case {
        name: "the name of the pool beside the architecture does no harm",
        provider: "gke",
        pools: &[CHEAP_E2, ARM, STEADY_E2],
        pod: Some("nodeSelector: {cloud.google.com/gke-nodepool: arm, kubernetes.io/arch: arm64}"),
        found: &[],
    },
    Case {
        name: "pods on ARM that is Spot alone tolerate its taint",
        provider: "gke",
        pools: &[ARM_SPOT, STEADY_E2],
        pod: Some(BY_SELECTOR),
        found: &[("spot-without-fallback", WARNING)],
    },
    Case {
        name: "a further taint of the pool is the owner's to tolerate",
        provider: "gke",
        pools: &[
            CHEAP_E2,
            STEADY_E2,
            "name: arm, capacity: OnDemand, vmSize: t2a-standard-4, nodes: {min: 1, max: 9}, taints: [\"team=ml:NoSchedule\"]",
        ],
        pod: Some("nodeSelector: {cloud.google.com/gke-nodepool: arm, kubernetes.io/arch: arm64}"),
        found: &[("no-pool-takes-pod", ERROR)],
    },
];

#[test]
fn gke_lets_pods_onto_arm_that_ask_for_it() {
    check_all(ON_ARM);
    let checked = of_arm_placeholder();
    assert!(
        !checked.has("placeholder-without-toleration"),
        "{}",
        checked.text
    );
}

fn of_arm_placeholder() -> Checked {
    let placeholder = "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: spare}
value: -5
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: spare, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: spare}}
  template:
    metadata: {labels: {app: spare}}
    spec:
      priorityClassName: spare
      nodeSelector: {kubernetes.io/arch: arm64}
      containers: [{name: wait, image: busybox:1.36, command: [sleep, infinity], resources: {requests: {cpu: 500m, memory: 512Mi}}}]
";
    let pools = [CHEAP_E2, ARM, STEADY_E2];
    config(spec("gke", &pools)).manifests(placeholder).check()
}

#[test]
fn only_what_is_missing_is_added_and_named() {
    let arm = "name: cheap, capacity: Spot, vmSize: Standard_D4ps_v5, taints: [\"kubernetes.io/arch=arm64:NoSchedule\"], \
               nodes: {min: 0, max: 10}";
    let pod = format!(
        "tolerations: [{{key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}}], \
         affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 50, preference: \
         {{matchExpressions: [{{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}}]}}}}]}}}}, {CONTAINER}"
    );
    let given = config(spec("aks", &[SYSTEM, STEADY, arm])).manifests(&deployment(&pod));
    let checked = given.check();
    let missing =
        "add to its `tolerations`: {key: kubernetes.io/arch, value: arm64, effect: NoSchedule}\n";
    assert!(checked.text.contains(missing), "{}", checked.text);
    let fixed = spotgen::fix::apply(&given.inputs, &checked.report).inputs;
    let mut texts = fixed.sources.iter().map(|(_, source)| source.text.as_str());
    let text = texts.find(|text| text.contains("kind: Deployment"));
    let text = text.expect("it is there");
    let count = |what: &str| text.matches(what).count();
    assert_eq!(
        (count("value: spot"), count("value: arm64")),
        (1, 1),
        "{text}"
    );
}

/// Pools of a team or for hardware are open to the pods that tolerate their taint, whatever other workloads do.
#[test]
fn on_demand_behind_a_tolerated_taint_is_a_fallback() {
    let team = "labels: {team: ml}, nodes: {min: 0, max: 5}, taints: [";
    let spot = format!(
        "name: spotml, capacity: Spot, vmSize: m5.xlarge, {team}\"spot=true:NoSchedule\", \"team=ml:NoSchedule\"]"
    );
    let on_demand =
        format!("name: odml, capacity: OnDemand, vmSize: m5.xlarge, {team}\"team=ml:NoSchedule\"]");
    let plain = "name: spot, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 0, max: 5}, taints: [\"spot=true:NoSchedule\"]";
    let said = |pools: &[&str], tolerations: &str| {
        let pod = format!("nodeSelector: {{team: ml}}, tolerations: [{tolerations}], {CONTAINER}");
        let text = spec("eks", pools) + "  workloads: [{name: front, namespace: shop}]\n";
        config(text).manifests(&deployment(&pod)).check().text
    };
    let all = [plain, &spot, STEADY_M5, &on_demand];
    let tolerated = "{key: team, operator: Equal, value: ml, effect: NoSchedule}";
    let text = said(&all, tolerated);
    assert!(!text.contains("spot-without-fallback"), "{text}");
    // Without on-demand nodes of the team there is none.
    let text = said(&all[..3], tolerated);
    assert!(text.contains("spot-without-fallback"), "{text}");
}
