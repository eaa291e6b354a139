//! What reports of `spotgen simulate` say of pods that are easily left out of them, and of settings that keep pods away.

use std::fs;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::{root, text};
use crate::process::spotgen;

/// How a run of the minimal configuration exited, and what it printed: with values set, manifests of the workloads, and more.
fn minimal(sets: &[&str], manifests: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let folder = TempDir::new().expect("a folder can be made");
    let config = fs::read_to_string(root().join("minimal/spot-config.yaml"));
    let files = [
        ("spot-config.yaml", config.expect("it is there")),
        ("app.yaml", manifests.to_owned()),
    ];
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("it can be written");
    }
    let from = ["--from", "app.yaml"];
    let from = from.iter().filter(|_| !manifests.is_empty());
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let output = spotgen(["simulate"])
        .args(sets)
        .args(from)
        .args(more)
        .in_folder(folder.path())
        .run();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output.status.code(), out.to_owned(), err.to_owned())
}

/// The first run of the report for programs.
fn scenario(sets: &[&str], manifests: &str, name: &str) -> Json {
    let more = ["--report", "json", "--scenario", name];
    let (_, out, err) = minimal(sets, manifests, &more);
    let report: Result<Json, _> = serde_json::from_str(&out);
    let report = report.unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    report["scenarios"][0].clone()
}

/// A placeholder as large as the largest pod leaves no room for one beside it on a node of hardly more. A smaller one would,
/// and would hold too little when Spot is taken again.
#[test]
fn no_placeholder_is_made_smaller_than_the_pods_it_holds_room_for() {
    let run = scenario(&["spec.workloads.web.requests.cpu=3"], "", "pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "no-room-beside-placeholders", "{finding}");
    assert_eq!(finding["changes"], json!([]), "{finding}");
}

#[test]
fn one_more_placeholder_brings_the_node_that_an_anti_affinity_needs() {
    let manifests = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: web}}
      containers:
        - {name: web, image: example.com/web:1, resources: {requests: {cpu: 500m, memory: 256Mi}}}
";
    let run = scenario(&[], manifests, "pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let change = &run["findings"][0]["changes"][0];
    let set = change["set"][0].as_str().unwrap_or_default();
    assert!(
        set.contains("spread: OnePerNode, replicas: 3}, {name: on-demand,"),
        "{run}"
    );
    assert_eq!(change["verdict"], "converged", "{run}");
    let again = scenario(&[set], manifests, "pool");
    assert_eq!(again["verdict"], "converged", "{again}");
}

/// Load makes a Deployment have more pods, and no Job: kubectl does not scale one either.
#[test]
fn each_step_of_load_has_its_command() {
    let sets = [
        "spec.simulation.scenarios=[{name: night, steps: [{at: 0s, load: {percent: 0}}, {at: 30m, load: {percent: 200}}]}]",
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = scenario(&sets, "", "night");
    let commands = json!([
        "kubectl scale --namespace shop deployment/web --replicas 0  # 0 % of 3",
        "# after 30 min:",
        "kubectl scale --namespace shop deployment/web --replicas 6  # 200 % of 3",
    ]);
    assert_eq!(run["commands"], commands, "{run}");
    let workloads = run["workloads"].as_array().cloned().unwrap_or_default();
    let replicas = |name: &str| {
        let mut own = workloads.iter();
        own.find(|own| own["name"] == name)
            .map(|own| own["replicas"].clone())
    };
    assert_eq!(replicas("web"), Some(json!(6)), "{run}");
    assert_eq!(replicas("batch"), Some(json!(2)), "{run}");
}

/// `kubectl rollout restart` knows no Job.
#[test]
fn a_job_is_not_rolled_out() {
    let sets = [
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = scenario(&sets, "", "rolling-update");
    let commands = run["commands"].to_string();
    assert!(
        commands.contains("restart --namespace shop deployment/web"),
        "{run}"
    );
    assert!(!commands.contains("batch"), "{run}");
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
    let run = scenario(&sets, "", "all-spot-10m");
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

/// The pool may not grow, and what is free of it placeholders keep: pods would fit in their place.
#[test]
fn what_placeholders_keep_of_a_full_pool_is_room() {
    let sets = [
        "spec.nodePools.spot1.nodes.max=2",
        "spec.workloads.web.requests.cpu=1500m",
    ];
    let run = scenario(&sets, "", "pool");
    // The room is kept on purpose: it is told, and does not count against the run.
    assert_eq!(run["verdict"], "converged", "{run}");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "no-room-beside-placeholders", "{finding}");
    let message = finding["message"].as_str().unwrap_or_default();
    let why = "Spot nodes have room only where placeholders are, and spot1 may have no more";
    assert!(message.ends_with(why), "{finding}");
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with(" spec.nodePools.0.nodes.max"), "{finding}");
    let change = &finding["changes"][0];
    assert_eq!(change["set"][0], "spec.nodePools.spot1.nodes.max=3");
    assert_eq!(change["verdict"], "converged", "{finding}");
}

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
    let run = scenario(&SHRINKS, &manifest, "less");
    let web = &run["workloads"][0];
    assert_eq!(web["stopping"], 1, "{web}");
    assert_eq!(web["onSpot"], 2, "{web}");
    let (_, out, _) = minimal(&SHRINKS, &manifest, &["--scenario", "less"]);
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
    let run = scenario(&named, &both, "one-node");
    let workloads = run["workloads"].as_array().expect("a list");
    let mut kinds: Vec<&str> = workloads
        .iter()
        .filter_map(|own| own["kind"].as_str())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["Deployment", "StatefulSet"], "{run}");
    let (_, out, _) = minimal(&named, &both, &["--scenario", "one-node"]);
    for kind in kinds {
        assert!(out.contains(&format!("web ({kind}) ")), "{out}");
    }
    let rollout = scenario(&["spec.workloads.web.kind=Rollout"], "", "one-node");
    assert_eq!(rollout["workloads"][0]["kind"], "Rollout", "{rollout}");
}

#[test]
fn a_priority_threshold_is_blamed_at_its_own_key() {
    let set = "spec.descheduler.evictor.priorityThreshold.value=0";
    let run = scenario(&[set], "", "pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(
        cause.contains(" spec.descheduler.evictor.priorityThreshold"),
        "{finding}"
    );
    let change = &finding["changes"][0];
    assert_eq!(
        change["set"][0], "spec.descheduler.evictor.priorityThreshold=null",
        "{finding}"
    );
    assert_eq!(change["verdict"], "converged", "{finding}");
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
    let run = scenario(&sets, "", "late");
    assert_eq!(run["verdict"], "converged", "{run}");
    assert_eq!(run["workloads"][0]["dead"], 0, "{run}");
    assert_eq!(run["workloads"][0]["stopping"], 0, "{run}");
}

/// Placeholders wait for nodes as long as it lasts, so that more of them would be no help.
#[test]
fn an_autoscaler_that_is_halted_is_blamed_for_pods_that_stay_away() {
    let sets = [
        "spec.autoscaler={profilePreset: None}",
        "spec.workloads.web.replicas=20",
        "spec.workloads.web.requests={cpu: 500m, memory: 512Mi}",
        "spec.workloads.web.disruptionBudget=None",
        "spec.nodePools.regular1.nodes={min: 5, max: 10}",
        "spec.nodePools.spot1.nodes={min: 0, max: 10}",
        "spec.nodePools.spot1.spot={evictionPolicy: Deallocate}",
    ];
    let run = scenario(&sets, "", "all-spot-10m");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "unready-nodes-halt-autoscaler", "{run}");
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}

/// A pool that is gone for good leaves pods on on-demand that the other pools have no room for.
#[test]
fn no_failback_is_asked_for_while_a_pool_is_gone() {
    let sets = [
        "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 1}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]",
        "spec.workloads.web.replicas=12",
        "spec.workloads.web.requests={cpu: 800m, memory: 512Mi}",
        "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, requests: {cpu: 1500m, memory: 512Mi}}]}",
        "spec.simulation={objectives: {failoverWithin: 5m, failbackWithin: 1h}}",
    ];
    let run = scenario(&sets, "", "pool-gone");
    assert_eq!(run["verdict"], "converged", "{run}");
    assert!(
        run["workloads"][0]["onOnDemand"].as_i64() > Some(0),
        "{run}"
    );
    let judged = run["assertions"].as_array().expect("a list").iter();
    let judged: Vec<_> = judged.filter_map(|own| own["objective"].as_str()).collect();
    assert_eq!(judged, ["failoverWithin"], "{run}");
}

#[test]
fn the_pool_that_is_out_of_capacity_is_named() {
    let two = "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (_, out, err) = minimal(&[two], "", &["--scenario", "pool-gone"]);
    assert!(out.contains("at 0 s: spot1 has no capacity"), "{out}{err}");
    assert_eq!(out.matches("az vmss simulate-eviction").count(), 1, "{out}");
    let (_, out, err) = minimal(&[two], "", &["--scenario", "all-spot-10m"]);
    assert!(out.contains("at 0 s: Spot has no capacity"), "{out}{err}");
}

#[test]
fn a_run_is_watched_for_longer_than_the_notice() {
    let scenario = |watched: &str| {
        format!(
            "spec.simulation={{scenarios: [{{name: short, watchedFor: {watched}, steps: [{{interrupt: {{}}}}]}}]}}"
        )
    };
    for (watched, code) in [("0s", 2), ("30s", 2), ("31s", 0)] {
        let (got, out, err) = minimal(&[&scenario(watched)], "", &["--scenario", "short"]);
        assert_eq!(got, Some(code), "{watched}: {out}{err}");
        let is_told = err.contains(&format!(
            "`{watched}` is over before Spot VMs are: they get 30 s of notice"
        ));
        assert_eq!(is_told, code == 2, "{err}");
    }
}

/// What the report for programs says that the model leaves out.
fn left_out(manifests: &str) -> Vec<String> {
    let more = ["--report", "json", "--scenario", "one-node"];
    let (code, out, err) = minimal(&[], manifests, &more);
    assert!(matches!(code, Some(0 | 1)), "{err}");
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let all = report["leftOut"].as_array().expect("a list").iter();
    let text = |own: &Json, key: &str| own[key].as_str().expect("text").to_owned();
    all.map(|own| format!("{}: {}", text(own, "object"), text(own, "reason")))
        .collect()
}

#[test]
fn objects_that_do_less_than_they_say_are_named() {
    let budget = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    let job = |parallelism: u32| {
        format!(
            "---\napiVersion: batch/v1\nkind: Job\nmetadata: {{name: once}}\nspec: {{parallelism: {parallelism}, completions: 2, \
             template: {{spec: {{restartPolicy: Never, containers: [{{name: main}}]}}}}}}\n"
        )
    };
    let limits =
        "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: []}\n";
    let selector = "selector: {matchLabels: {app: x}}";
    let manifests = [
        budget(
            "both",
            &format!("{{minAvailable: 1, maxUnavailable: 1, {selector}}}"),
        ),
        budget("nobody", "{minAvailable: 1}"),
        limits.to_owned(),
        job(1),
        job(5),
    ];
    let manifests = manifests.concat();
    let told = left_out(&manifests);
    for expected in [
        "PodDisruptionBudget default/both: the API server refuses `minAvailable` and `maxUnavailable` together",
        "PodDisruptionBudget default/nobody: it has no selector, so it selects no pods",
        "LimitRange default/limits: it is not modelled: pods get no requests from it, so write them into their manifests",
        "Job default/once: it is given more than once: only the last one counts",
    ] {
        assert!(
            told.iter().any(|own| own == expected),
            "{expected}: {told:#?}"
        );
    }
    let run = scenario(&[], &manifests, "one-node");
    let workloads = run["workloads"].as_array().expect("a list");
    let jobs: Vec<_> = workloads
        .iter()
        .filter(|own| own["name"] == "once")
        .collect();
    assert_eq!(jobs.len(), 1, "{run}");
    // No more than are left to complete. Source: kubernetes/kubernetes pkg/controller/job/job_controller.go, `manageJob`.
    assert_eq!(jobs[0]["replicas"], 2, "{run}");
}

#[test]
fn without_a_workload_nothing_is_played() {
    let none = "spec.workloads=[]";
    let limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: []}\n";
    for manifests in ["", limits] {
        let (code, _, err) = minimal(&[none], manifests, &[]);
        assert_eq!(code, Some(2), "{err}");
        let message = "no workload makes pods, so nothing can be played";
        assert!(err.contains(message), "{err}");
        assert!(err.contains("--from MANIFESTS"), "{err}");
    }
}

#[test]
fn without_a_pool_the_error_has_its_line() {
    let (code, _, err) = minimal(&["spec.nodePools=[]"], "", &[]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("there are no node pools, so nothing can be played"),
        "{err}"
    );
    assert!(err.contains("--set:1:"), "{err}");
    let unknown = "spec.nodePools=[{name: a, capacity: Spot, nodes: {min: 0, max: 3}}]";
    let (code, _, err) = minimal(&[unknown], "", &[]);
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("what a node can hold is known of no pool"),
        "{err}"
    );
    assert!(err.contains("--set:1:"), "{err}");
}

#[test]
fn without_a_spot_pool_nothing_is_interrupted() {
    let pools = "spec.nodePools=[{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (code, out, err) = minimal(&[pools], "", &["--scenario", "one-node"]);
    assert_eq!(code, Some(0), "{err}");
    let told = "Spot nodes: no pool has any, so no scenario interrupts one";
    assert!(out.contains(told), "{out}");
    assert!(!out.contains("az vmss"), "{out}");
    assert!(!out.contains("NODE_GROUP"), "{out}");
}

#[test]
fn an_upgrade_has_the_command_of_the_cloud() {
    let run = scenario(&[], "", "node-upgrade");
    let commands: Vec<&str> = { run["commands"].as_array().into_iter().flatten() }
        .filter_map(Json::as_str)
        .collect();
    let upgrade = "az aks nodepool upgrade --resource-group RESOURCE_GROUP --cluster-name CLUSTER";
    assert_eq!(commands.len(), 2, "{run}");
    assert!(commands.iter().all(|command| command.starts_with(upgrade)));
    assert!(run["killedWithoutGrace"].as_i64() > Some(0), "{run}");
}

#[test]
fn more_ready_pods_than_there_are_cannot_be_asked_for() {
    let objectives = "spec.simulation.objectives={minReady: 4}";
    let run = scenario(&[objectives], "", "cold-start");
    let got = run["assertions"][0]["got"].as_str().unwrap_or_default();
    assert!(
        got.ends_with("of 3 of shop/web, which has no more"),
        "{run}"
    );
}

/// The autoscaler may not delete machines that the cloud refused at the minimum of the pool, and waits for them.
#[test]
fn refused_machines_at_the_minimum_of_a_pool_are_blamed() {
    let least = "spec.nodePools.spot1.nodes.min=2";
    let run = scenario(&[least], "", "all-spot-10m");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with("spec.nodePools.0.nodes.min"), "{run}");
    let change = &finding["changes"][0];
    assert_eq!(change["set"], json!(["spec.nodePools.spot1.nodes.min=0"]));
    assert_eq!(change["verdict"], "converged", "{run}");
}

#[test]
fn an_upgrade_takes_no_more_than_the_cloud_has() {
    let upgrade = |supply: &str| {
        let scenarios = format!(
            "spec.simulation.scenarios=[{{name: own, description: an upgrade, steps: [{{at: 0s, capacity: {{of: {supply}}}, upgrade: {{pools: [spot1]}}}}]}}]"
        );
        let (_, out, err) = minimal(&[&scenarios], "", &["--scenario", "own"]);
        assert!(err.is_empty(), "{err}");
        out
    };
    let early = "the upgrade of nodes ends early: a new node did not come";
    assert!(upgrade("None").contains(early));
    let whole = upgrade("Full");
    assert!(!whole.contains(early), "{whole}");
    assert!(whole.contains("6 pods die with their machines"), "{whole}");
}

#[test]
fn whoever_drains_changes_nothing_in_an_upgrade_of_aks() {
    let handled = scenario(&[], "", "node-upgrade");
    let off = "spec.terminationHandler.enabled=false";
    let unhandled = scenario(&[off], "", "node-upgrade");
    for key in ["killedWithoutGrace", "failoverSeconds", "evictionsBy"] {
        assert_eq!(handled[key], unhandled[key], "{key}");
    }
    assert!(handled["failoverSeconds"].is_number(), "{handled}");
}
