//! What all scenarios come to: `simulate.txt` for people, `simulate.json` for programs.

use std::fs;

use serde_json::Value as Json;
use tempfile::TempDir;

use super::case::arguments;
use super::{compare, finish, root, text};
use crate::process::spotgen;

/// The cases that are played; the others would say the same.
const PLAYED: [&str; 8] = [
    "article",
    "autoscaled",
    "eks",
    "from-manifests",
    "gke",
    "mid-size",
    "minimal",
    "on-demand-base",
];

fn simulate(case: &str, extra: &[&str]) -> (Option<i32>, String) {
    let case = root().join(case);
    let output = spotgen(["simulate"])
        .args(arguments(&case))
        .args(extra)
        .in_folder(&case)
        .run();
    let out = text(&output.stdout).to_owned();
    let err = text(&output.stderr);
    assert!(!out.is_empty(), "{}: {err}", case.display());
    (output.status.code(), out)
}

#[test]
fn scenarios_come_to_what_they_came_to() {
    let mut mismatches = Vec::new();
    for case in PLAYED {
        let (_, out) = simulate(case, &[]);
        compare(
            &root().join(case).join("simulate.txt"),
            &out,
            &mut mismatches,
        );
        let (_, out) = simulate(case, &["--report", "json"]);
        compare(
            &root().join(case).join("simulate.json"),
            &out,
            &mut mismatches,
        );
    }
    finish(&mismatches);
}

/// The pictures of docs/simulate.md, each of a golden case of that name.
const DRAWN: [&str; 3] = ["article", "mid-size", "minimal"];

#[test]
fn pictures_of_the_documents_are_those_of_the_runs() {
    let mut mismatches = Vec::new();
    let folder = TempDir::new().expect("a folder can be made");
    for case in DRAWN {
        let picture = folder.path().join("chart.svg");
        let chart = picture.to_str().expect("a path is text");
        simulate(case, &["--scenario", "all-spot-10m", "--chart", chart]);
        let drawn = fs::read_to_string(&picture).expect("it is drawn");
        let path = root().join("../docs/simulate").join(format!("{case}.svg"));
        compare(&path, &drawn, &mut mismatches);
    }
    finish(&mismatches);
}

#[test]
fn a_page_holds_all_charts_and_a_picture_one() {
    let folder = TempDir::new().expect("a folder can be made");
    let chart = |name: &str| {
        let path = folder.path().join(name);
        let case = root().join("minimal");
        let output = spotgen(["simulate", "--chart"])
            .args([&path])
            .args(arguments(&case))
            .in_folder(&case)
            .run();
        let err = text(&output.stderr).to_owned();
        (output.status.code(), err, fs::read_to_string(&path).ok())
    };
    let (code, err, page) = chart("all.html");
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(page.expect("it is written").matches("<figure").count(), 15);
    for name in ["all.svg", "all.png", "all"] {
        let (code, err, file) = chart(name);
        assert_eq!(code, Some(2), "{name}: {err}");
        assert!(err.contains("help: "), "{name}: {err}");
        assert!(file.is_none(), "{name}");
    }
}

/// The descheduler judges all pods of a node, each by itself, before it evicts the first of them (kubernetes-sigs/descheduler
/// `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go`: the filter of `ListPodsOnANode` has `nodeFit`).
/// Where Spot has room for fewer of them, the others go back. All moves back of these three come from one round over one node:
/// `load-triples` evicts four pods of `web` into room for one, the others one pod too many. Recorded runs of the real
/// components show the same, two at a time (`tests/recordings`: c-mid-S6-S7, c-mid-S9-no-spot2, c-mid-auto-S6x2-S6x3, c-mid-auto-S7).
const SCARCE: [&str; 3] = ["by-halves", "deallocate", "load-triples"];

#[test]
fn the_defaults_neither_loop_nor_stall() {
    for case in ["minimal", "mid-size"] {
        let (code, out) = simulate(case, &["--report", "json"]);
        assert_eq!(code, Some(0), "{case}");
        let report: Json = serde_json::from_str(&out).expect("it is JSON");
        let scenarios = report["scenarios"].as_array().expect("a list");
        assert_eq!(scenarios.len(), 15);
        for scenario in scenarios {
            let name = scenario["name"].as_str().expect("a name");
            assert_eq!(scenario["verdict"], "converged", "{case} {name}");
            let back = scenario["backMoves"].as_i64().expect("a number");
            assert!(back == 0 || SCARCE.contains(&name), "{case} {name}: {back}");
        }
    }
}

#[test]
fn the_article_loops_for_want_of_room() {
    let (code, out) = simulate("article", &["--scenario", "cold-start", "--report", "json"]);
    assert_eq!(code, Some(1));
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let scenario = &report["scenarios"][0];
    assert_eq!(scenario["verdict"], "loops");
    assert_eq!(scenario["findings"][0]["class"], "L1");
    let changes = scenario["findings"][0]["changes"].as_array();
    assert!(changes.is_some_and(|changes| !changes.is_empty()));
}

#[test]
fn more_nodes_are_offered_where_that_was_tried() {
    let few = ["--set", "spec.nodePools.regular1.nodes.max=2"];
    let scenario = ["--scenario", "pool-gone", "--scenario", "all-spot-1h"];
    let rest = [
        "--set",
        "spec.nodePools.spot1.nodes.max=1",
        "--report",
        "json",
    ];
    let (code, out) = simulate("mid-size", &[&few[..], &scenario, &rest].concat());
    assert_eq!(code, Some(1), "{out}");
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let scenarios = report["scenarios"].as_array().expect("a list").iter();
    let findings = scenarios.flat_map(|own| own["findings"].as_array().expect("a list"));
    let mut stalls = findings.filter(|own| own["rule"] == "failover-capacity-short");
    let stall = stalls.next().expect("nodes are short");
    let change = &stall["changes"][0];
    assert_eq!(change["set"][0], "spec.nodePools.regular1.nodes.max=5");
    assert!(change["verdict"] != "stuck", "{stall}");
}

/// The report on the minimal configuration with some values set, and how it exited.
fn changed(sets: &[&str], scenario: &str) -> (Option<i32>, Json) {
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let rest = ["--scenario", scenario, "--report", "json"];
    let arguments: Vec<&str> = sets.chain(rest).collect();
    let (code, out) = simulate("minimal", &arguments);
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    (code, report["scenarios"][0].clone())
}

/// What keeps pods on on-demand for good, and which change was found to end it.
#[test]
fn pods_that_stay_away_are_blamed_on_what_keeps_them() {
    let cases = [
        (
            "spec.overprovisioner.enabled=false",
            "spec.overprovisioner.placeholders",
            "spec.overprovisioner=null",
        ),
        (
            "spec.workloads.web.disruptionBudget.minAvailable=100%",
            "spec.workloads.0.disruptionBudget",
            "spec.workloads.web.disruptionBudget.minAvailable=null",
        ),
    ];
    for (set, cause, change) in cases {
        let (_, scenario) = changed(&[set], "pool");
        assert_eq!(scenario["verdict"], "quiet", "{set}");
        let finding = &scenario["findings"][0];
        let told = finding["cause"].as_str().expect("a cause");
        assert!(told.ends_with(cause), "{set}: {told}");
        assert_eq!(finding["changes"][0]["set"][0], change, "{finding}");
        assert_eq!(finding["changes"][0]["verdict"], "converged", "{set}");
    }
}

#[test]
fn failback_counts_from_the_first_capacity() {
    let (_, scenario) = changed(&[], "by-halves");
    let failback = scenario["failbackSeconds"].as_i64().expect("a time");
    // The descheduler's rounds, and the boot of a node.
    assert!((300..3000).contains(&failback), "{failback}");
    let (_, scenario) = changed(&["spec.workloads.web.placement.spot=Never"], "pool");
    assert_eq!(scenario["failbackSeconds"], Json::Null);
}

/// A pod that waits before it stops, for longer than AKS gives notice.
const SLOW_TO_STOP: &str = r"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 120
      containers:
        - name: web
          image: web:1
          resources: {requests: {cpu: 500m, memory: 512Mi}}
          lifecycle: {preStop: {sleep: {seconds: 60}}}
";

#[test]
fn what_stops_for_longer_than_the_notice_is_cut_short() {
    let folder = TempDir::new().expect("a folder can be made");
    let manifest = folder.path().join("web.yaml");
    fs::write(&manifest, SLOW_TO_STOP).expect("it can be written");
    let manifest = manifest.to_str().expect("a path is text");
    let sets = [
        "spec.workloads.web.terminationGracePeriodSeconds=None",
        "spec.workloads.web.disruptionBudget.maxUnavailable=3",
    ];
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let rest = [
        "--from",
        manifest,
        "--scenario",
        "all-spot-10m",
        "--report",
        "json",
    ];
    let arguments: Vec<&str> = sets.chain(rest).collect();
    let (_, out) = simulate("minimal", &arguments);
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let scenario = &report["scenarios"][0];
    assert_eq!(scenario["killedWithoutGrace"], 0);
    assert_eq!(scenario["cutShort"], 3);
    assert_eq!(scenario["workloads"][0]["cutShort"], 3);
}

#[test]
fn zones_that_no_pool_has_are_an_error() {
    let step = "spec.simulation.scenarios=[{name: z, steps: [{at: 0s, interrupt: {zones: [9]}}]}]";
    let case = root().join("mid-size");
    let output = spotgen(["simulate", "--scenario", "z", "--set", step])
        .args(arguments(&case))
        .in_folder(&case)
        .run();
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("unknown zone of a Spot pool `9`"), "{err}");
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let seeded = [
        "--scenario",
        "all-spot-10m",
        "--seed",
        "7",
        "--runs",
        "3",
        "--report",
        "json",
    ];
    let (_, first) = simulate("minimal", &seeded);
    let (_, second) = simulate("minimal", &seeded);
    assert_eq!(first, second);
    let (_, fixed) = simulate(
        "minimal",
        &["--scenario", "all-spot-10m", "--report", "json"],
    );
    assert_ne!(first, fixed);
}

#[test]
fn an_unknown_scenario_lists_all() {
    let output = spotgen(["simulate", "--scenario", "one-nod"])
        .in_folder(root().join("minimal"))
        .run();
    assert_eq!(output.status.code(), Some(2));
    let err = text(&output.stderr);
    assert!(err.contains("did you mean `one-node`?"), "{err}");
    assert!(err.contains("node-upgrade"), "{err}");
}

#[test]
fn objectives_fail_a_run() {
    let set = "spec.simulation.objectives={minReady: 3, failoverWithin: 3m}";
    let (code, out) = simulate("minimal", &["--set", set, "--scenario", "one-node"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("minReady 3: not met"), "{out}");
    assert!(out.contains("failoverWithin 3m: met"), "{out}");
}

#[test]
fn scenarios_of_the_configuration_are_played() {
    let set = "spec.simulation.scenarios=[{name: two, steps: [{interrupt: {nodes: 2}}]}]";
    let (code, out) = simulate("minimal", &["--set", set, "--scenario", "two"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("two: converged"), "{out}");
    assert!(out.contains("2 Spot nodes are taken"), "{out}");
}

/// The lines of a table, from its heading on.
fn table<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| !line.contains(heading));
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn tables_fit_into_80_columns() {
    for case in PLAYED {
        let (_, one) = simulate(case, &["--scenario", "all-spot-10m"]);
        let all = fs::read_to_string(root().join(case).join("simulate.txt")).expect("a golden");
        let rows = [table(&one, "WORKLOAD"), table(&all, "SCENARIO")].concat();
        assert!(rows.len() > 3, "{case}: {one}");
        for row in rows {
            assert!(row.chars().count() <= 80, "{case}: {row}");
        }
    }
}

/// What a machine costs where no pool of the other capacity has its size: what it saves is not known.
#[test]
fn an_unknown_saving_has_its_reason() {
    let price = |pool: &str| format!("spec.nodePools.{pool}.price={{perHour: 0.5, currency: EUR}}");
    let prices = ["spot1", "spot2", "regular1"].map(price);
    let sets = prices.iter().flat_map(|set| ["--set", set.as_str()]);
    let scenario = ["--scenario", "all-spot-10m"];
    let arguments: Vec<&str> = sets.chain(scenario).collect();
    let (_, out) = simulate("mid-size", &arguments);
    let reason = "no on-demand pool has Standard_D8s_v5, the size of pool spot2";
    let line = format!("; what it saves is not known, since {reason}");
    assert!(out.contains(&line), "{out}");
    let (_, out) = simulate(
        "mid-size",
        &[&arguments[..], &["--report", "json"]].concat(),
    );
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let cost = &report["scenarios"][0]["cost"];
    assert_eq!(cost["savedPercent"], Json::Null);
    assert_eq!(cost["noSaving"], reason);
    let (_, out) = simulate(
        "mid-size",
        &[&arguments[2..], &["--report", "json"]].concat(),
    );
    let report: Json = serde_json::from_str(&out).expect("it is JSON");
    let scenario = &report["scenarios"][0];
    assert_eq!(scenario["cost"], Json::Null);
    assert_eq!(scenario["noCost"], "pool spot1 ran and has no `price`");
}

#[test]
fn a_chart_that_cannot_be_written_is_told_alike_each_time() {
    let minimal = root().join("minimal/spot-config.yaml");
    let minimal = minimal.to_string_lossy();
    let told = || {
        let output = spotgen([
            "simulate",
            "--scenario",
            "zone",
            "--chart",
            "no/such/chart.svg",
        ])
        .args(["-f", &minimal])
        .run();
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).to_owned()
    };
    let first = told();
    assert!(
        first.contains("cannot write no/such/chart.svg: "),
        "{first}"
    );
    assert_eq!(first, told());
}
