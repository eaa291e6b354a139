//! Clusters in which a component does what one would not think of first.

use serde_json::json;

use super::simulate_played::Simulation;

/// With no node at all nothing rejects a pod, so that the scheduler tries it again after its back-off, at most 10 s: 140 s
/// until the pods are deleted, 180 s for a node, and 15 s for a pod to start.
#[test]
fn pods_do_not_sleep_where_there_was_no_node() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: generic
  nodePools:
    - {name: spot1, capacity: Spot, nodes: {min: 0, max: 5}, allocatable: {cpu: '4', memory: 16Gi}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 6, requests: {cpu: '1', memory: 1Gi}}
  simulation:
    scenarios:
      - {name: own, steps: [{at: 0s, interrupt: {}}]}
";
    let run = Simulation::of(config).play("own");
    let took = run["failoverSeconds"].as_i64().unwrap_or_default();
    assert!((330..=345).contains(&took), "{run}");
}

/// A pod that the autoscaler has evicted has its replacement: no node is requested for both.
#[test]
fn no_node_is_requested_for_pods_that_a_drain_has_moved() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: generic
  nodePools:
    - {name: spot1, capacity: Spot, nodes: {min: 0, max: 5}, allocatable: {cpu: '4', memory: 16Gi}}
    - {name: regular1, capacity: OnDemand, nodes: {min: 1, max: 5}, allocatable: {cpu: '4', memory: 16Gi}, taints: [], daemonSetOverhead: {cpu: '0', memory: '0'}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 4, requests: {cpu: 700m, memory: 512Mi}, placement: {spot: Never}, disruptionBudget: None}
  overprovisioner: {enabled: false}
  descheduler: {enabled: false}
  simulation:
    scenarios:
      - name: own
        steps:
          - {at: 0s, load: {percent: 300}}
          - {at: 20m, load: {percent: 100}}
          - {at: 2h, load: {percent: 100}}
";
    let run = Simulation::of(config).play("own");
    let hours = run["nodeHours"]["onDemand"].as_f64().unwrap_or_default();
    assert!(hours < 3.2, "{run}");
}

#[test]
fn a_descheduler_without_a_node_is_named() {
    let run = Simulation::of_minimal()
        .sets(&["spec.descheduler.resources.requests.cpu=6"])
        .play("all-spot-10m");
    let finding = &run["findings"][0];
    let message = finding["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("the descheduler itself has no node: 0/"),
        "{run}"
    );
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with("spec.descheduler"), "{run}");
}

/// GKE taints nodes with GPUs, and lets pods onto them that request one.
#[test]
fn pods_that_request_a_gpu_run_on_tainted_nodes_of_gke() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: gke
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: g2-standard-8, nodes: {min: 0, max: 4}, gpus: 1}
    - {name: gpu1, capacity: OnDemand, vmSize: g2-standard-8, nodes: {min: 0, max: 4}, gpus: 1}
    - {name: regular1, capacity: OnDemand, vmSize: e2-standard-4, nodes: {min: 1, max: 5}}
  classRules: [{match: {}, class: default}]
";
    let pods = "apiVersion: apps/v1
kind: Deployment
metadata: {name: model, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: model}}
  template:
    metadata: {labels: {app: model}}
    spec:
      containers:
        - {name: main, image: 'example.com/model:1', resources: {requests: {cpu: '2', memory: 8Gi}, limits: {nvidia.com/gpu: 1}}}
";
    let run = Simulation::of(config).from(pods).play("one-node");
    assert_eq!(run["workloads"][0]["pending"], json!(0), "{run}");
    assert_ne!(run["verdict"], "stuck", "{run}");
}

/// No Spot node takes them, so that nothing is wrong with the run, but with what they want.
#[test]
fn pods_that_want_spot_and_may_not_be_there_are_counted() {
    let pods = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector: {agentpool: regular1}
      containers:
        - {name: main, image: 'example.com/web:1', resources: {requests: {cpu: 100m, memory: 64Mi}}}
";
    let told = Simulation::of_minimal().from(pods).tell("all-spot-10m");
    assert!(
        told.starts_with("all-spot-10m: converged, but 4 of 4 pods that prefer Spot stay on on-demand: no Spot pool takes them"),
        "{told}"
    );
}

/// What `daemonSetOverhead` stands for is on a node before pods that wait for it.
#[test]
fn new_nodes_keep_the_room_of_daemon_sets() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: generic
  nodePools:
    - {name: spot1, capacity: Spot, nodes: {min: 0, max: 4}, allocatable: {cpu: '4', memory: 16Gi}}
    - {name: regular1, capacity: OnDemand, nodes: {min: 0, max: 1}, allocatable: {cpu: '4', memory: 16Gi}, daemonSetOverhead: {cpu: '2', memory: 1Gi}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 8, requests: {cpu: 500m, memory: 512Mi}}
  overprovisioner: {enabled: false}
  descheduler: {enabled: false}
";
    let run = Simulation::of(config).play("pool-gone");
    assert_eq!(run["verdict"], "stuck", "{run}");
    assert_eq!(run["workloads"][0]["onOnDemand"], json!(4), "{run}");
    let change = &run["findings"][0]["changes"][0];
    assert_eq!(
        change["set"],
        json!(["spec.nodePools.regular1.nodes.max=2"]),
        "{run}"
    );
}
