//! `spotgen status -f`: what a cluster has, compared to the configuration.

use std::fs;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::process::{spotgen, stderr, stdout};
use super::status::{part, status};
use super::status_cluster::{Snapshot, healthy};

/// The output of a configuration as a cluster would hold it.
fn applied(folder: &TempDir) -> Snapshot {
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, CONFIG).expect("the folder can be written to");
    let output = spotgen(["render", "-f"])
        .args([&config])
        .args(["--skip", "placement"])
        .run();
    assert!(output.status.success(), "{}", stderr(&output));
    let mut snapshot = healthy();
    snapshot.drop_system();
    snapshot.add_stream(&stdout(&output));
    snapshot
}

const CONFIG: &str = "\
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}
    - {name: regular, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
    - {name: system, capacity: OnDemand, mode: System, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 3}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 2, requests: {cpu: 250m, memory: 256Mi}}
";

#[test]
fn the_configuration_is_compared_to_what_is_there() {
    let folder = TempDir::new().expect("a folder");
    let mut snapshot = applied(&folder);
    let config = folder.path().join("spot-config.yaml");
    let config = config.to_str().expect("it is UTF-8");
    let compared = |snapshot: &Snapshot| {
        let output = status(snapshot, &["-f", config, "--report", "json"]);
        let whole: Json = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        let parts = whole["parts"].as_array().expect("a list").clone();
        let all = parts
            .into_iter()
            .map(|part| (part["name"].clone(), part["config"].clone()));
        all.collect::<Vec<_>>()
    };
    for (name, own) in compared(&snapshot) {
        if !own.is_null() {
            assert_eq!(
                (&own["different"], &own["missing"]),
                (&json!([]), &json!([])),
                "{name}"
            );
        }
    }
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"]["priorities"] = json!("10:\n- .*\n");
    });
    snapshot.remove("Deployment", "spotgen-descheduler");
    let text = stdout(&status(&snapshot, &["-f", config]));
    let output = status(&snapshot, &["-f", config, "--report", "json"]);
    assert!(stdout(&output).contains("not-installed"), "{text}");
    assert!(text.contains("priority-expander: 1 object not as configured: ConfigMap cluster-autoscaler-priority-expander"), "{text}");
    assert!(
        text.contains(&format!(
            "spotgen diff -f {config} --from SNAPSHOT SNAPSHOT"
        )),
        "{text}"
    );
    let advised =
        format!("spotgen render -f {config} --from SNAPSHOT --only descheduler | kubectl");
    assert!(text.contains(&advised), "{text}");
}

/// A configuration of another cloud is told as such.
#[test]
fn a_configuration_of_another_cloud_is_told() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    let text = CONFIG
        .replace("provider: aks", "provider: eks")
        .replace("Standard_D4s_v5", "m5.xlarge")
        .replace("mode: System, ", "");
    fs::write(&config, text).expect("the folder can be written to");
    let config = config.to_str().expect("it is UTF-8");
    let told = "the configuration is for EKS, and the nodes are of AKS";
    let with = |snapshot: &Snapshot| stdout(&status(snapshot, &["-f", config]));
    assert!(with(&healthy()).contains(told), "{}", with(&healthy()));
    // Elsewhere than in a cloud, nodes may have any labels.
    let text = CONFIG
        .replace("provider: aks", "provider: generic")
        .replace(", vmSize: Standard_D4s_v5", "")
        .replace("mode: System, ", "");
    fs::write(config, text).expect("the folder can be written to");
    assert!(!with(&healthy()).contains("the nodes are of"));
}

/// A workload is on Spot by the configuration, and its manifest in the cluster does not ask for that.
#[test]
fn placement_that_was_never_applied_is_told() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, CONFIG).expect("the folder can be written to");
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["affinity"] = Json::Null;
    });
    let text = stdout(&status(
        &snapshot,
        &["-f", config.to_str().expect("it is UTF-8")],
    ));
    let line = "1 workload without the placement that the configuration gives: shop/web";
    assert!(text.contains(line), "{text}");
    // Without the configuration nothing says that it belongs on Spot.
    assert_eq!(part(&snapshot, "placement")["state"], "absent");
}

/// What is advised can be run: the snapshot stands for the manifests, and for the cluster.
#[test]
fn the_advised_difference_can_be_run() {
    let folder = TempDir::new().expect("a folder");
    let mut snapshot = applied(&folder);
    snapshot.edit("Deployment", "spotgen-descheduler", |found| {
        found["spec"]["replicas"] = json!(0);
    });
    let rules = CONFIG.replace(
        "  workloads:\n",
        "  classRules: [{match: {namespaces: [shop]}, class: default}]\n  workloads:\n",
    );
    let rules = &rules[..rules.find("    - {name: web").expect("it is there")];
    let rules = rules.replace("  workloads:\n", "");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, rules).expect("the folder can be written to");
    let live = folder.path().join("the cluster.json");
    fs::write(&live, snapshot.text()).expect("the folder can be written to");
    let output = spotgen(["status"])
        .args([&live])
        .args(["-f".as_ref(), config.as_path()])
        .run();
    let text = stdout(&output);
    let advised = text.lines().find(|line| line.contains("spotgen diff "));
    let advised = advised.expect("it is advised").trim();
    let words = advised.strip_prefix("spotgen ").expect("a command");
    let words = words.replace(&format!("'{}'", live.display()), "LIVE");
    let words: Vec<String> = words
        .split(' ')
        .map(|word| word.replace("LIVE", &live.display().to_string()))
        .collect();
    let output = spotgen(words).run();
    let text = stdout(&output);
    assert!(
        text.contains("spec.replicas: 0 → 1"),
        "{text}{}",
        stderr(&output)
    );
}

/// A spread that the configuration gives, and nobody has applied.
#[test]
fn a_spread_that_was_never_applied_is_told() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    let spread = "class: wide}\n  classes: {wide: {extends: default, placement: {spread: {method: TopologySpread, zone: {}}}}}";
    let text = CONFIG.replace("memory: 256Mi}}", &format!("memory: 256Mi}}, {spread}"));
    fs::write(&config, text).expect("the folder can be written to");
    let config = config.to_str().expect("it is UTF-8");
    let mut snapshot = healthy();
    let text = stdout(&status(&snapshot, &["-f", config]));
    let line = "1 workload without the spread that the configuration gives: shop/web";
    assert!(text.contains(line), "{text}");
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["topologySpreadConstraints"] = json!([{
            "topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "web"}},
        }]);
    });
    let text = stdout(&status(&snapshot, &["-f", config]));
    assert!(!text.contains("without the spread"), "{text}");
}

/// What nothing is there of is told once, with one command that applies all of it, on one screen.
#[test]
fn a_cluster_with_nothing_installed_is_one_screen() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, CONFIG).expect("the folder can be written to");
    let mut snapshot = healthy();
    snapshot.drop_system();
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["affinity"] = Json::Null;
    });
    let config = config.to_str().expect("it is UTF-8");
    let text = stdout(&status(&snapshot, &["-f", config]));
    assert!(text.lines().count() <= 40, "{text}");
    let applied: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("kubectl apply"))
        .collect();
    assert_eq!(applied.len(), 1, "{text}");
    let (_, told) = text
        .split_once("Does not work:")
        .expect("there is something");
    for part in ["priority-expander", "overprovisioner", "descheduler"] {
        assert!(applied[0].contains(part), "no {part} in {}", applied[0]);
        assert_eq!(
            told.replace(applied[0], "").matches(part).count(),
            if part == "priority-expander" { 2 } else { 1 },
            "{part}: {told}"
        );
    }
    assert!(!text.contains("Not as the configuration has it"), "{text}");
    assert!(!text.contains("more like it"), "{text}");
    // A placement is told with the spread that is in it.
    assert_eq!(told.matches("\n  placement:").count(), 1, "{told}");
    let json = stdout(&status(&snapshot, &["-f", config, "--report", "json"]));
    let json: Json = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["configErrors"], json!(0));
    let parts = json["parts"].as_array().expect("a list");
    for part in parts {
        let troubles = part["troubles"].as_array().expect("a list");
        assert!(troubles.len() <= 1, "{part}");
    }
}

/// A configuration that `render` refuses is told as such before what needs it.
#[test]
fn errors_of_the_configuration_come_first() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, CONFIG).expect("the folder can be written to");
    let mut snapshot = healthy();
    snapshot.edit("PodDisruptionBudget", "web", |budget| {
        budget["spec"]["maxUnavailable"] = json!(0);
    });
    snapshot.remove("Deployment", "descheduler");
    snapshot.remove("ConfigMap", "descheduler-policy");
    let live = folder.path().join("cluster.json");
    fs::write(&live, snapshot.text()).expect("the folder can be written to");
    let run = |more: &[&str]| {
        let output = spotgen(["status"])
            .args([&live])
            .args(["-f".as_ref(), config.as_path()])
            .args(more)
            .run();
        stdout(&output)
    };
    let text = run(&[]);
    let head =
        "The configuration has 2 errors, and `spotgen render` writes nothing: mend them first";
    let first = text
        .find(head)
        .unwrap_or_else(|| panic!("not told in\n{text}"));
    let apply = text
        .find("kubectl apply")
        .expect("the descheduler is missing");
    assert!(first < apply, "{text}");
    assert_eq!(text.matches(head).count(), 1);
    // What is advised shows it.
    let advised = text.lines().find(|line| line.contains("spotgen check "));
    let advised = advised.expect("it is advised").trim();
    let words = advised.strip_prefix("spotgen ").expect("a command");
    let output = spotgen(words.split(' ')).run();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let json: Json = serde_json::from_str(&run(&["--report", "json"])).expect("it is JSON");
    assert_eq!(json["configErrors"], json!(2));
    // Without a configuration there is nothing to mend.
    let output = spotgen(["status"]).args([&live]).run();
    assert!(!stdout(&output).contains("The configuration has"));
}

#[test]
fn a_wrong_configuration_is_no_result() {
    let folder = TempDir::new().expect("a folder");
    let config = folder.path().join("spot-config.yaml");
    fs::write(&config, "kind: SpotConfig\n").expect("the folder can be written to");
    let output = status(&healthy(), &["-f", config.to_str().expect("it is UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
}
