//! Pods that are easily left out of a report: stopping, on dead machines, of a name that others have, or not the first to be wrong.

use serde_json::{Value as Json, json};

use super::simulate_played::Simulation;

/// A workload of shop whose pods take long to stop.
fn workload(kind: &str) -> String {
    let service = if kind == "StatefulSet" {
        "serviceName: web"
    } else {
        "minReadySeconds: 0"
    };
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  {service}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      terminationGracePeriodSeconds: 7300
      containers:
        - name: web
          image: web:1
          resources: {{requests: {{cpu: 100m, memory: 128Mi}}}}
          lifecycle: {{preStop: {{sleep: {{seconds: 7200}}}}}}
"
    )
}

const SHRINKS: [&str; 2] = [
    "spec.workloads.web.terminationGracePeriodSeconds=None",
    "spec.simulation.scenarios=[{name: less, watchedFor: 20m, steps: [{load: {percent: 34}}]}]",
];

#[test]
fn pods_that_are_still_stopping_are_counted() {
    let manifest = workload("Deployment");
    let run = Simulation::of_minimal()
        .from(&manifest)
        .sets(&SHRINKS)
        .play("less");
    let web = &run["workloads"][0];
    assert_eq!(web["stopping"], 1, "{web}");
    assert_eq!(web["onSpot"], 2, "{web}");
    let (_, out, _) = Simulation::of_minimal()
        .from(&manifest)
        .sets(&SHRINKS)
        .arguments(&["--scenario", "less"])
        .say();
    assert!(
        out.contains("still stopping at the end: 1 of shop/web"),
        "{out}"
    );
}

#[test]
fn workloads_of_one_name_are_told_by_their_kinds() {
    let both = workload("Deployment") + "---\n" + &workload("StatefulSet");
    let named = [
        "spec.workloads=[{name: web, namespace: shop, kind: Deployment}, \
         {name: web, namespace: shop, kind: StatefulSet, disruptionBudget: None}]",
    ];
    let run = Simulation::of_minimal()
        .from(&both)
        .sets(&named)
        .play("one-node");
    let workloads = run["workloads"].as_array().expect("a list");
    let mut kinds: Vec<&str> = workloads
        .iter()
        .filter_map(|own| own["kind"].as_str())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["Deployment", "StatefulSet"], "{run}");
    let (_, out, _) = Simulation::of_minimal()
        .from(&both)
        .sets(&named)
        .arguments(&["--scenario", "one-node"])
        .say();
    for kind in kinds {
        assert!(out.contains(&format!("web ({kind}) ")), "{out}");
    }
    let rollout = Simulation::of_minimal()
        .sets(&["spec.workloads.web.kind=Rollout"])
        .play("one-node");
    assert_eq!(rollout["workloads"][0]["kind"], "Rollout", "{rollout}");
}

/// A pod that fits nowhere hides nothing of the pods that the descheduler would have to move.
#[test]
fn each_workload_that_is_not_where_it_belongs_is_found() {
    let sets = [
        "spec.descheduler.enabled=false",
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: big, namespace: shop, selector: {app: big}, replicas: 1, requests: {cpu: 6, \
         memory: 512Mi}}]",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("all-spot-10m");
    assert_eq!(run["verdict"], "stuck", "{run}");
    let found = run["findings"].as_array().cloned().unwrap_or_default();
    let of = |name: &str| {
        let mut own = found.iter();
        own.find(|own| own["workloads"] == json!([name]))
            .map(|own| own["class"].clone())
    };
    assert_eq!(of("shop/big"), Some(json!("stall")), "{run}");
    assert_eq!(of("shop/web"), Some(json!("L5")), "{run}");
}

/// Nothing confirms that pods on a dead machine have stopped, but its node goes after 20 minutes, and they with it.
#[test]
fn dead_nodes_go_with_the_pods_that_never_stop() {
    let sets = [
        "spec.workloads.web.kind=StatefulSet",
        "spec.nodePools.spot1.spot={evictionPolicy: Deallocate}",
        "spec.simulation={scenarios: [{name: late, drainedBy: Nobody, steps: [{at: 0s, capacity: {of: None}, interrupt: {}}, \
         {at: 10m, capacity: {of: Full}}, {at: 2h, capacity: {of: Full}}]}]}",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("late");
    assert_eq!(run["verdict"], "converged", "{run}");
    assert_eq!(run["workloads"][0]["dead"], 0, "{run}");
    assert_eq!(run["workloads"][0]["stopping"], 0, "{run}");
}

/// What the text and the charts tell of a run, programs can read too.
#[test]
fn programs_are_told_what_people_are() {
    let pod = "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, memory: 512Mi}}, \
         {name: alone, namespace: shop, kind: Pod, selector: {app: alone}, requests: {cpu: 100m, memory: 64Mi}}]";
    let run = Simulation::of_minimal().sets(&[pod]).play("all-spot-10m");
    let told = "all Spot nodes are taken, and Spot is back after 10 minutes";
    assert_eq!(run["about"], told, "{run}");
    assert_eq!(run["drainedBy"], "handler", "{run}");
    let back = json!({"atSeconds": 600, "what": "Spot has capacity again"});
    assert_eq!(run["events"][2], back, "{run}");
    let [alone, web] = [&run["workloads"][0], &run["workloads"][1]];
    assert_eq!(
        (&alone["gone"], &web["gone"]),
        (&json!(1), &json!(0)),
        "{run}"
    );
    assert_eq!(alone["mayFallTo"], Json::Null, "{run}");
    assert!(web["mayFallTo"].as_i64() > Some(0), "{run}");
    // Where machines outlast their nodes' kubelets, a taint has the pods deleted.
    let run = Simulation::of_minimal()
        .sets(&["spec.nodePools.spot1.spot={evictionPolicy: Deallocate}"])
        .play("no-handler");
    assert_eq!(run["drainedBy"], "nobody", "{run}");
    assert_eq!(run["deletedByTaint"], 3, "{run}");
}
