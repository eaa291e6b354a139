//! Several things that are wrong in one run: each is told with its own cause, and what ends all of them is tried.

use std::fs;

use serde_json::{Value as Json, json};

use super::root;
use super::simulate_played::Simulation;

const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 4}, zones: ['1', '2']}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 3}, zones: ['1', '2']}
  classRules:
    - {match: {namespaces: [shop]}, class: default}
";

/// A Deployment with something more in its pods, in a document of its own.
fn deployment(name: &str, replicas: u32, pods: &str) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {pods}
      containers:
        - name: web
          image: web:1
          resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}
"
    )
}

fn classes(run: &Json) -> Vec<&str> {
    let findings = run["findings"].as_array().expect("a list").iter();
    let classes = findings.map(|own| own["class"].as_str().expect("a class"));
    classes.collect()
}

#[test]
fn two_causes_are_told_apart_and_mended_together() {
    let manifests = deployment("api", 2, "nodeSelector: {disk: ssd}")
        + &deployment("web", 2, "nodeSelector: {gpu: a100}")
        + &deployment("well", 2, "restartPolicy: Always");
    let run = Simulation::of(CONFIG).from(&manifests).play("all-spot-1h");
    assert_eq!(run["verdict"], "stuck", "{run}");
    for (finding, (name, line)) in [("shop/api", 11), ("shop/web", 26)].into_iter().enumerate() {
        let finding = &run["findings"][finding];
        assert_eq!(finding["workloads"], json!([name]), "{run}");
        let key = if line == 11 { "disk" } else { "gpu" };
        let place = format!("app.yaml:{line}:");
        let cause = finding["cause"].as_str().expect("a cause");
        assert!(cause.starts_with(&place), "{cause}");
        assert!(cause.ends_with(key), "{cause}");
        // Each ends its own, and the other one is left.
        assert_eq!(finding["changes"][0]["verdict"], "stuck", "{finding}");
        assert_eq!(finding["noChange"], Json::Null);
    }
    assert_eq!(run["together"]["verdict"], "converged", "{run}");
    let edit = run["together"]["edit"].as_str().expect("edits");
    assert!(
        edit.contains("app.yaml:11:") && edit.contains("app.yaml:26:"),
        "{edit}"
    );
}

#[test]
fn a_stall_is_told_beside_a_loop() {
    let article = fs::read_to_string(root().join("article/spot-config.yaml"));
    let huge = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
spec:
  workloads:
    - {name: huge, namespace: shop, class: resilient, replicas: 2, selector: {app: huge}, requests: {cpu: 100, memory: 1Gi}}
";
    let run = Simulation::of(&article.expect("it is there"))
        .over(huge)
        .play("cold-start");
    assert_eq!(run["verdict"], "loops");
    assert_eq!(classes(&run), ["L1", "stall"], "{run}");
    let stall = &run["findings"][1];
    assert_eq!(stall["workloads"], json!(["shop/huge"]));
    assert_eq!(stall["rule"], "pod-fits-no-node");
}

#[test]
fn pods_that_forbid_each_other_are_blamed_behind_full_nodes_too() {
    let term =
        "{topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: zonal}}}";
    let apart = format!(
        "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}"
    );
    let manifests = deployment("zonal", 4, &apart) + &deployment("web", 9, "restartPolicy: Always");
    for scenario in ["pool-gone", "all-spot-1h"] {
        let run = Simulation::of(CONFIG).from(&manifests).play(scenario);
        let finding = &run["findings"][0];
        assert_eq!(finding["rule"], "anti-affinity-without-room", "{run}");
        assert_eq!(finding["changes"][0]["verdict"], "converged", "{finding}");
    }
}

#[test]
fn a_bare_pod_is_blamed_at_its_manifest() {
    let pod = "apiVersion: v1
kind: Pod
metadata:
  name: alone
  namespace: shop
spec:
  containers:
    - name: web
      image: web:1
      resources: {requests: {cpu: 500m, memory: 512Mi}}
";
    let run = Simulation::of(CONFIG).from(pod).play("all-spot-1h");
    let finding = &run["findings"][0];
    assert_eq!(finding["class"], "L5", "{run}");
    assert_eq!(finding["cause"], "app.yaml:4:9 metadata.name", "{run}");
    assert_eq!(finding["changes"], json!([]));
}

/// Placeholders that count nodes of a group and wait for more of them make it grow up to its maximum; others do not.
#[test]
fn only_placeholders_that_count_spot_nodes_feed_themselves() {
    let config = |counting: &str| {
        format!(
            "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: c}}
spec:
  provider: aks
  nodePools:
    - {{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {{min: 0, max: 3}}}}
    - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: 1, max: 3}}}}
  workloads:
    - {{name: web, namespace: shop, class: default, replicas: 1, selector: {{app: web}}, requests: {{cpu: 100m, memory: 128Mi}}}}
  overprovisioner:
    placeholders:
      - name: room
        capacity: Spot
        requests: {{cpu: '3', memory: 4Gi}}
        scaling: {{counting: {counting}, ladder: {{nodesToReplicas: [[0, 1], [1, 5], [3, 8]]}}}}
"
        )
    };
    let of_spot = Simulation::of(&config("Spot")).play("one-node");
    assert_eq!(classes(&of_spot), ["L4"], "{of_spot}");
    let of_on_demand = Simulation::of(&config("[regular1]")).play("one-node");
    assert_eq!(classes(&of_on_demand), [] as [&str; 0], "{of_on_demand}");
}

#[test]
fn what_was_not_watched_for_long_enough_is_not_called_never() {
    let minimal = fs::read_to_string(root().join("minimal/spot-config.yaml"));
    let short = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
spec:
  simulation:
    objectives: {failbackWithin: 1h}
    scenarios:
      - name: short
        watchedFor: 4m
        steps:
          - {interrupt: {}, capacity: {of: None}}
          - {at: 10m, capacity: {of: Full}}
";
    let run = Simulation::of(&minimal.expect("it is there"))
        .over(short)
        .play("short");
    let assertion = &run["assertions"][0];
    assert_eq!(assertion["got"], Json::Null, "{run}");
    assert_eq!(assertion["watchedSeconds"], 840, "{run}");
}

const BUDGET: &str = "---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
";

#[test]
fn two_budgets_over_the_same_pods_are_told_as_such() {
    let manifests = deployment("web", 2, "restartPolicy: Always")
        + &BUDGET.replace("NAME", "one")
        + &BUDGET.replace("NAME", "two");
    let run = Simulation::of(CONFIG).from(&manifests).play("pool");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "overlapping-budgets", "{run}");
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{finding}");
}

#[test]
fn a_job_that_fails_for_good_is_told() {
    let job = "---
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: shop}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: once
          image: once:1
          resources: {requests: {cpu: 500m, memory: 512Mi}}
";
    let manifests = deployment("web", 4, "restartPolicy: Always") + job;
    let run = Simulation::of(CONFIG).from(&manifests).play("all-spot-10m");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "interruption-counts-as-failure", "{run}");
    assert_eq!(finding["workloads"], json!(["shop/once"]));
}

/// Low priorities are those of workloads as well: only pods that do nothing but wait keep room for others.
#[test]
fn a_workload_of_low_priority_is_one() {
    let low = "---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: -20
";
    let manifests = deployment("web", 4, "priorityClassName: low") + low;
    let run = Simulation::of(CONFIG).from(&manifests).play("all-spot-10m");
    assert_eq!(run["workloads"][0]["name"], "web", "{run}");
    assert_ne!(run["failoverSeconds"], json!(0), "{run}");
}

/// The nodes of AKS have the region with their zone; manifests say which that is.
#[test]
fn zones_of_a_region_are_those_of_the_manifests() {
    let zone = "{key: topology.kubernetes.io/zone, operator: In, values: [eastus-1]}";
    let required = format!(
        "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{zone}]}}]}}}}}}"
    );
    let run = Simulation::of(CONFIG)
        .from(&deployment("web", 2, &required))
        .play("one-node");
    assert_eq!(run["verdict"], "converged", "{run}");
}
