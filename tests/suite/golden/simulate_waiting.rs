//! Pods that wait for good are told, whoever made them: a Job, a rollout, a `StatefulSet` with volumes.

use serde_json::Value as Json;

use super::simulate_played::Simulation;

/// A Spot pool and an on-demand pool that may have so many nodes; `more` is the rest of the configuration.
fn config(most: [u32; 2], more: &str) -> String {
    let [spot, on_demand] = most;
    format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: c}}
spec:
  provider: aks
  nodePools:
    - {{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {{min: 0, max: {spot}}}}}
    - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: 1, max: {on_demand}}}}}
{more}"
    )
}

fn workload(kind: &str, replicas: u32, cpu: &str) -> String {
    format!(
        "  overprovisioner: {{enabled: false}}
  workloads:
    - {{name: web, namespace: shop, kind: {kind}, selector: {{app: web}}, replicas: {replicas}, requests: {{cpu: {cpu}, memory: 1Gi}}}}
"
    )
}

fn is_stalled(code: Option<i32>, run: &Json, pending: i64) {
    assert_eq!((code, &run["verdict"]), (Some(1), &"stuck".into()), "{run}");
    assert_eq!(run["workloads"][0]["pending"], pending, "{run}");
    assert_eq!(run["findings"][0]["class"], "stall", "{run}");
    assert_eq!(run["failoverSeconds"], Json::Null, "{run}");
    let changes = run["findings"][0]["changes"].as_array().expect("a list");
    assert!(!changes.is_empty(), "{run}");
}

#[test]
fn pods_of_a_job_that_find_no_node() {
    let config = config([4, 1], &workload("Job", 4, "2"));
    let (code, run) = Simulation::of(&config).run("pool-gone");
    is_stalled(code, &run, 3);
}

#[test]
fn the_pod_that_a_rollout_has_more() {
    let config = config([2, 1], &workload("Deployment", 2, "3"));
    let (code, run) = Simulation::of(&config).run("rolling-update");
    is_stalled(code, &run, 1);
}

/// Another interruption before all are ready again does not mean that they never were.
#[test]
fn interruptions_that_follow_each_other_closely() {
    let over = "  simulation:
    scenarios:
      - {name: twice, steps: [{interrupt: {}}, {at: 1m, interrupt: {}}]}
";
    let config = config([4, 4], &(workload("Deployment", 3, "1") + over));
    let (code, run) = Simulation::of(&config).run("twice");
    let what = (code, &run["verdict"]);
    assert_eq!(what, (Some(0), &"converged".into()), "{run}");
    assert!(run["failoverSeconds"].as_i64() > Some(60), "{run}");
}

/// A pod that is about to be ready, as one that is moved again and again always is, is no stall.
#[test]
fn moves_without_end_are_a_loop_alone() {
    let more = "  descheduler: {interval: 10s, evictor: {nodeFit: false}}\n";
    let config = config([1, 4], &(workload("Deployment", 5, "2") + more));
    let (code, run) = Simulation::of(&config).run("all-spot-10m");
    let what = (code, &run["verdict"]);
    assert_eq!(what, (Some(1), &"loops".into()), "{run}");
    let findings = run["findings"].as_array().expect("a list").iter();
    let classes: Vec<&Json> = findings.map(|own| &own["class"]).collect();
    assert!(!classes.contains(&&"stall".into()), "{run}");
}

const RULES: &str = "  classRules:
    - {match: {namespaces: [shop]}, class: default}
";

fn manifest(kind: &str, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers: [{{name: web, image: web:1, resources: {{requests: {{cpu: 500m, memory: 64Mi}}}}}}]
{spec}"
    )
}

/// Each pod of the set has a `PersistentVolumeClaim`, which the descheduler spares by default.
#[test]
fn pods_with_claims_of_a_stateful_set() {
    let claims = "  serviceName: web
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
";
    let config = config([4, 4], RULES);
    let (_, run) = Simulation::of(&config)
        .from(&manifest("StatefulSet", claims))
        .run("all-spot-10m");
    let message = run["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("spares pods with PersistentVolumeClaims"),
        "{run}"
    );
}

/// With the strategy Recreate no pod is made before the others are gone, and on machines that were deallocated none goes.
#[test]
fn a_recreated_deployment_on_deallocated_machines() {
    let scenario = "  simulation:
    scenarios:
      - {name: away, drainedBy: Nobody, steps: [{capacity: {of: None}, interrupt: {}}, {at: 10m, capacity: {of: Full}}, {at: 20m, rollOut: {}}]}
";
    let config = config([10, 10], &(RULES.to_owned() + scenario));
    let config = config.replacen(
        "max: 10}",
        "max: 10}, spot: {evictionPolicy: Deallocate}",
        1,
    );
    let manifest = manifest("Deployment", "  strategy: {type: Recreate}\n");
    let manifest = manifest
        .replace("replicas: 3", "replicas: 4")
        .replace("cpu: 500m", "cpu: 1");
    let (code, run) = Simulation::of(&config).from(&manifest).run("away");
    assert_eq!((code, &run["verdict"]), (Some(1), &"stuck".into()), "{run}");
    let message = run["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("Recreate"), "{run}");
    let change = &run["findings"][0]["changes"][0]["set"][0];
    assert_eq!(
        change, "spec.nodePools.spot1.spot.evictionPolicy=Delete",
        "{run}"
    );
}

/// The descheduler sees the room of a Spot node, and not that a hard spread keeps the pod off it.
#[test]
fn a_hard_spread_that_the_descheduler_does_not_see() {
    let zoned = |capacity: &str| format!("capacity: {capacity}, zones: ['1', '2', '3']");
    let more = "  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}
    - {name: api, namespace: shop, selector: {app: api}, replicas: 5, requests: {cpu: '1', memory: 512Mi}, placement: {spread: {method: TopologySpread, zone: {maxSkew: 1, whenUnsatisfiable: DoNotSchedule}}}}
";
    let config = config([10, 10], more)
        .replace("capacity: Spot", &zoned("Spot"))
        .replace("capacity: OnDemand", &zoned("OnDemand"));
    let (_, run) = Simulation::of(&config).run("all-spot-10m");
    let finding = &run["findings"][0];
    assert_eq!(finding["class"], "L3", "{run}");
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(
        cause.ends_with("spec.workloads.1.placement.spread"),
        "{run}"
    );
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}
