//! Which faults a run of `spotgen simulate` tells, one beside the other, and what it blames for each.

use std::fs;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::{root, text};
use crate::process::spotgen;

const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 6}}
  classRules:
    - {match: {namespaces: [shop]}, class: default}
";

/// The command for a configuration, and manifests if there are any.
fn ran(config: &str, manifests: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = TempDir::new().expect("a folder can be made");
    let mut files = vec![("config.yaml", config)];
    let mut common = vec!["-f", "config.yaml"];
    if !manifests.is_empty() {
        files.push(("app.yaml", manifests));
        common.extend(["--from", "app.yaml"]);
    }
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("it can be written");
    }
    let output = spotgen(["simulate"])
        .args(common)
        .args(arguments)
        .in_folder(folder.path())
        .run();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(!out.is_empty(), "{err}");
    (output.status.code(), out.to_owned())
}

/// One run of it, with values set.
fn played(config: &str, manifests: &str, sets: &[&str], scenario: &str) -> (Option<i32>, Json) {
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let rest = ["--report", "json", "--scenario", scenario];
    let arguments: Vec<&str> = sets.chain(rest).collect();
    let (code, out) = ran(config, manifests, &arguments);
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    (code, report["scenarios"][0].clone())
}

/// The class, the rule and the workloads of each finding.
fn told(run: &Json) -> Vec<(&str, &str, String)> {
    let findings = run["findings"].as_array().expect("a list").iter();
    findings
        .map(|own| {
            let text = |key: &str| own[key].as_str().unwrap_or_default();
            let workloads = own["workloads"].as_array().expect("a list").iter();
            let workloads: Vec<_> = workloads.filter_map(Json::as_str).collect();
            (text("class"), text("rule"), workloads.join(" "))
        })
        .collect()
}

/// A workload of the namespace `shop` with more in its own specification, its pods' and its container's.
fn workload(kind: &str, name: &str, replicas: u32, [own, pods, container]: [&str; 3]) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}
  {own}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {pods}
      containers:
        - name: web
          image: web:1
          {container}
          resources: {{requests: {{cpu: 250m, memory: 256Mi}}}}
"
    )
}

/// It loops: the descheduler looks for no ports.
fn port(name: &str, port: u32) -> String {
    let port = format!("ports: [{{containerPort: 80, hostPort: {port}}}]");
    workload("Deployment", name, 9, ["", "", &port])
}

/// Its budget lets no pod go.
fn held() -> String {
    workload("Deployment", "held", 2, ["", "", ""])
        + "---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: held, namespace: shop}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: held}}}
"
}

/// The descheduler spares its claims.
fn claims() -> String {
    let own = "serviceName: claims
  volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";
    workload("StatefulSet", "claims", 2, [own, "", ""])
}

fn bare() -> String {
    "---
apiVersion: v1
kind: Pod
metadata: {name: bare, namespace: shop}
spec: {containers: [{name: a, image: a:1, resources: {requests: {cpu: 250m, memory: 256Mi}}}]}
"
    .to_owned()
}

/// No pool has what it asks for.
fn stuck() -> String {
    workload(
        "Deployment",
        "stuck",
        2,
        ["", "nodeSelector: {disk: ssd}", ""],
    )
}

/// More of the CPU than the others.
fn many() -> String {
    workload("Deployment", "many", 12, ["", "", ""]).replace("cpu: 250m", "cpu: 900m")
}

/// Each fault alone, and each two of them together.
#[test]
fn no_fault_hides_another() {
    let faults = [
        (
            port("first", 8080),
            ("L3", "host-port-without-room", "shop/first"),
        ),
        (
            port("second", 9090),
            ("L3", "host-port-without-room", "shop/second"),
        ),
        (held(), ("L5", "budget-allows-nothing", "shop/held")),
        (bare(), ("L5", "never-fails-back", "shop/bare")),
        (claims(), ("L5", "never-fails-back", "shop/claims")),
        (stuck(), ("stall", "selector-matches-no-pool", "shop/stuck")),
    ];
    for (at, (manifest, fault)) in faults.iter().enumerate() {
        for (other, beside) in &faults[at + 1..] {
            let manifests = manifest.clone() + other;
            let (_, run) = played(CONFIG, &manifests, &[], "cold-start");
            let mut found = told(&run);
            found.sort();
            let mut wanted =
                [fault, beside].map(|(class, rule, name)| (*class, *rule, (*name).to_owned()));
            wanted.sort();
            assert_eq!(found, wanted, "{run}");
        }
    }
}

/// Room that placeholders keep is told beside whatever else there is, and so is a runaway.
#[test]
fn kept_room_and_runaways_are_told_beside_others() {
    let kept = "spec.nodePools.spot1.nodes.max=4";
    let (_, run) = played(CONFIG, &(many() + &stuck()), &[kept], "pool");
    let classes = |run: &Json| -> Vec<String> {
        let told = told(run).into_iter();
        told.map(|(class, rule, _)| format!("{class} {rule}"))
            .collect()
    };
    let stall = "stall selector-matches-no-pool";
    let room = "L5 no-room-beside-placeholders";
    assert_eq!(classes(&run), [stall, room], "{run}");
    let growing = "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, \
                   requests: {cpu: 3, memory: 4Gi}, scaling: {counting: Spot, linear: {nodesPerReplica: 1, \
                   includeUnschedulableNodes: true}}}]}";
    let (_, run) = played(CONFIG, &(many() + &stuck()), &[growing], "silent-hang");
    let found = classes(&run);
    for class in [stall, room, "L4 headroom-feeds-itself"] {
        assert!(found.iter().any(|own| own == class), "{class}: {run}");
    }
}

/// Two settings that keep the same pods away are two faults.
#[test]
fn a_budget_is_told_though_no_node_has_room_yet() {
    let sets = ["spec.overprovisioner.enabled=false"];
    let (_, run) = played(CONFIG, &held(), &sets, "pool");
    let rules: Vec<&str> = told(&run).into_iter().map(|(_, rule, _)| rule).collect();
    let both = ["budget-allows-nothing", "no-room-beside-placeholders"];
    assert_eq!(rules, both, "{run}");
    assert_eq!(run["together"]["verdict"], "converged", "{run}");
}

/// Where the watching ends early, what no time would mend is told all the same.
#[test]
fn what_is_hopeless_is_told_of_a_run_that_was_cut_short() {
    let short = "spec.simulation.scenarios=[{name: short, watchedFor: 5m, steps: [{at: 0s, interrupt: {}}]}]";
    let (_, run) = played(CONFIG, &stuck(), &[short], "short");
    let classes: Vec<&str> = told(&run).into_iter().map(|(class, ..)| class).collect();
    assert_eq!(classes, ["watch-ended", "stall"], "{run}");
}

/// Pods of which a node may hold no more.
const MAX_PODS: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D16s_v5, nodes: {min: 0, max: 2}, maxPods: 10}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D16s_v5, nodes: {min: 1, max: 10}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 24, requests: {cpu: 100m, memory: 128Mi}}
";

#[test]
fn the_setting_that_keeps_pods_away_is_blamed() {
    let minimal = fs::read_to_string(root().join("minimal/spot-config.yaml"));
    let minimal = minimal.expect("it is there");
    let grown = "spec.nodePools.spot1.nodes.max=10";
    let small = [
        "spec.nodePools.regular1.maxPods=10",
        "spec.nodePools.regular1.nodes.max=2",
    ];
    let short = "spec.autoscaler.profile.max-node-provision-time=1m";
    let elsewhere = "spec.descheduler.evictor.nodeSelector=disk=ssd";
    let provision = "spec.autoscaler.profile.max-node-provision-time";
    let cases: [(&str, &[&str], &str, &str); 6] = [
        (MAX_PODS, &[], "pool", "spec.nodePools.0.maxPods"),
        (MAX_PODS, &[grown], "pool", "spec.nodePools.0.maxPods"),
        (MAX_PODS, &small, "pool-gone", "spec.nodePools.1.maxPods"),
        (&minimal, &[short], "pool", provision),
        (
            &minimal,
            &[short, "spec.workloads.web.replicas=40"],
            "all-spot-10m",
            provision,
        ),
        (
            &minimal,
            &[elsewhere],
            "pool",
            "spec.descheduler.evictor.nodeSelector",
        ),
    ];
    for (config, sets, scenario, cause) in cases {
        let (_, run) = played(config, "", sets, scenario);
        let finding = &run["findings"][0];
        let told = finding["cause"].as_str().unwrap_or_default();
        assert!(told.ends_with(&format!(" {cause}")), "{sets:?}: {run}");
        let change = &finding["changes"][0];
        assert!(
            change["set"][0]
                .as_str()
                .is_some_and(|set| set.ends_with("=null")),
            "{sets:?}: {run}"
        );
        assert_eq!(change["verdict"], "converged", "{sets:?}: {run}");
    }
}

/// What keeps them waiting in vain ends by itself, so that it does not fail the run.
#[test]
fn a_long_wait_for_machines_that_do_not_come_is_told() {
    let sets = ["spec.overprovisioner.enabled=false"];
    let (code, run) = played(CONFIG, &many(), &sets, "silent-hang");
    assert_eq!(code, Some(0), "{run}");
    let findings = run["findings"].as_array().expect("a list");
    let own = findings.iter().find(|own| own["class"] == "slow");
    let own = own.unwrap_or_else(|| panic!("it is not told: {run}"));
    assert_eq!(own["rule"], "slow-failover", "{run}");
    assert_eq!(own["workloads"], json!(["shop/many"]), "{run}");
    let cause = own["cause"].as_str().unwrap_or_default();
    assert!(
        cause.ends_with(" spec.overprovisioner.placeholders"),
        "{run}"
    );
    assert_eq!(own["changes"][0]["verdict"], "converged", "{run}");
    // With placeholders on on-demand nobody waits so long.
    let (_, run) = played(CONFIG, &many(), &[], "silent-hang");
    assert!(
        told(&run).iter().all(|(class, ..)| *class != "slow"),
        "{run}"
    );
}

/// A node that is about to go says nothing about Spot.
#[test]
fn the_first_move_of_a_loop_is_of_its_class() {
    let sets = [
        "spec.descheduler.evictor.nodeFit=false",
        "spec.nodePools.spot1.nodes.max=1",
        "spec.nodePools.regular1.nodes.max=10",
    ];
    let (_, run) = played(CONFIG, &many(), &sets, "one-node");
    let classes: Vec<&str> = told(&run).into_iter().map(|(class, ..)| class).collect();
    assert_eq!(classes, ["L1"], "{run}");
}

/// No limit of evictions makes one of them a round go back.
#[test]
fn room_on_on_demand_that_node_fit_counts_is_blamed() {
    let sets = [
        "spec.descheduler.evictor.nodeSelector=",
        "spec.nodePools.spot1.nodes.max=1",
        "spec.nodePools.regular1.nodes={min: 4, max: 10}",
    ];
    let (_, run) = played(CONFIG, &many(), &sets, "pool");
    let finding = &run["findings"][0];
    assert_eq!(finding["class"], "L1", "{run}");
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(
        cause.ends_with(" spec.descheduler.evictor.nodeSelector"),
        "{run}"
    );
}

/// Whatever becomes of the pods: the placeholders cost as many nodes as the pool may have.
#[test]
fn a_runaway_alone_fails_the_run() {
    let growing = "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, \
                   requests: {cpu: 3, memory: 4Gi}, scaling: {counting: Spot, linear: {nodesPerReplica: 1, \
                   includeUnschedulableNodes: true}}}]}";
    let (code, run) = played(CONFIG, &many(), &[growing], "silent-hang");
    assert_eq!(run["verdict"], "converged", "{run}");
    let found = told(&run);
    assert!(found.iter().any(|(class, ..)| *class == "L4"), "{run}");
    assert!(found.iter().all(|(class, ..)| *class != "stall"), "{run}");
    assert_eq!(code, Some(1), "{run}");
}

#[test]
fn a_device_that_no_pool_has_is_named() {
    let limits = "resources: {requests: {cpu: 250m, memory: 256Mi}, limits: {nvidia.com/gpu: 1}}";
    let manifests = workload("Deployment", "ml", 2, ["", "", ""])
        .replace("resources: {requests: {cpu: 250m, memory: 256Mi}}", limits);
    let (_, run) = played(CONFIG, &manifests, &[], "one-node");
    let finding = &run["findings"][0];
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    assert_eq!(text("rule"), "pod-fits-no-node", "{run}");
    assert!(
        text("message").contains("they request nvidia.com/gpu"),
        "{run}"
    );
    assert!(
        text("cause").ends_with("containers.0.resources.limits.nvidia.com/gpu"),
        "{run}"
    );
    assert!(text("noChange").contains("nvidia.com/gpu"), "{run}");
}

#[test]
fn the_first_line_says_how_many_stay_on_on_demand() {
    let why = "10 of 24 pods that prefer Spot stay on on-demand: `maxPods` of pool spot1 lets no more of them on its nodes, and \
               spot1 may have no more nodes";
    let (code, out) = ran(MAX_PODS, "", &["--scenario", "pool"]);
    assert_eq!(code, Some(0), "{out}");
    let first = out.lines().next().unwrap_or_default();
    assert_eq!(first, format!("pool: converged, but {why}"));
    let (_, out) = ran(MAX_PODS, "", &[]);
    let told = out.lines().find(|line| line.starts_with("one-node, "));
    assert!(told.is_some_and(|line| line.contains(why)), "{out}");
}
