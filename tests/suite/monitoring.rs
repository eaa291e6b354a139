//! Alerts and their runbooks. Each alert has `tests/monitoring/<name in lower case>.yaml`, pairs of tests of promtool: in the
//! first it fires, in the second, one edit apart, it does not. They run over the rules of a golden case that has the alert. The
//! other files are further pairs, or tests of dashboards, each over the rules of a golden case.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::golden::{self, compare, finish};
use super::output_invariants::documents;
use super::tool_paths::{self, PROMTOOL};
use spotgen::components::{alerts, runbook};

/// The tests of dashboards, besides those of the alerts, each with its golden case.
const OF_DASHBOARDS: [(&str, &str); 3] = [
    ("dashboard.yaml", "monitoring"),
    ("dashboard-azure.yaml", "monitoring-azure"),
    ("spot-labels.yaml", "monitoring-labels"),
];

/// Further pairs of tests of an alert, each file with its golden case.
const FURTHER: [(&str, &str, &str); 7] = [
    (
        "spotcapacitymissing-stays.yaml",
        "SpotCapacityMissing",
        "monitoring",
    ),
    (
        "spotevictionloop-moves.yaml",
        "SpotEvictionLoop",
        "monitoring",
    ),
    (
        "spotfailbackstuck-stays.yaml",
        "SpotFailbackStuck",
        "monitoring",
    ),
    (
        "spotbudgetallowsnothing-known.yaml",
        "SpotBudgetAllowsNothing",
        "monitoring-known",
    ),
    (
        "spotfailbackstuck-known.yaml",
        "SpotFailbackStuck",
        "monitoring-known",
    ),
    (
        "spotevictionloop-reclaims.yaml",
        "SpotEvictionLoop",
        "monitoring",
    ),
    (
        "spotfailbackstuck-volumes.yaml",
        "SpotFailbackStuck",
        "monitoring-volumes",
    ),
];

/// The golden cases that have all alerts together. A Prometheus of the operator sees no autoscaler of AKS.
const OF_ALERTS: [&str; 2] = ["monitoring", "monitoring-azure"];

/// The width of a page in a file.
const WIDTH: usize = 100;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rules of a golden case, as Prometheus reads them.
fn rules(case: &str) -> Value {
    let path = golden::root().join(case).join("manifests.yaml");
    let stream = fs::read_to_string(path).expect("the case is there");
    let objects = documents(&stream);
    let rules = objects
        .iter()
        .find(|object| object["kind"] == "PrometheusRule");
    if let Some(rules) = rules {
        return rules["spec"].clone();
    }
    let maps = objects.iter().filter_map(|object| {
        let text = object.pointer("/data/spotgen.rules.yaml")?.as_str()?;
        Some(serde_saphyr::from_str(text).expect("rules are YAML"))
    });
    let [rules] = &maps.collect::<Vec<Value>>()[..] else {
        panic!("{case} has no rules")
    };
    rules.clone()
}

/// The rules of a group.
fn group<'r>(rules: &'r Value, name: &str) -> &'r [Value] {
    let mut groups = rules["groups"].as_array().expect("groups").iter();
    let found = groups.find(|group| group["name"] == name);
    let found = found.and_then(|group| group["rules"].as_array());
    found.unwrap_or_else(|| panic!("there is no group {name}"))
}

/// The names of the alerts of a golden case.
fn written(case: &str) -> BTreeSet<String> {
    let rules = rules(case);
    let alerts = group(&rules, "spotgen.alerts");
    let names = alerts.iter().map(|rule| rule["alert"].as_str());
    names.map(|name| name.expect("a name").to_owned()).collect()
}

/// The golden case for the tests of an alert.
fn case_of(alert: &str) -> &'static str {
    let case = OF_ALERTS.iter().find(|case| written(case).contains(alert));
    case.unwrap_or_else(|| panic!("no golden case has {alert}"))
}

/// The golden cases that are watched.
fn watched() -> Vec<String> {
    let all = golden::cases(&golden::root()).into_iter();
    let with_rules = all.filter(|case| {
        fs::read_to_string(case.join("manifests.yaml"))
            .is_ok_and(|text| text.contains("spotgen.alerts"))
    });
    let names = with_rules.map(|case| {
        let name = case.file_name().expect("a case has a name");
        name.to_string_lossy().into_owned()
    });
    names.collect()
}

/// A folder with rules in a file for promtool.
fn folder(rules: &Value) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join("spotgen.rules.yaml");
    // JSON is YAML.
    fs::write(&path, rules.to_string()).expect("it can be written");
    (folder, path)
}

/// The same rules without the annotations that are always the same: tests have to name all that there are.
fn with_descriptions_alone(mut rules: Value) -> Value {
    let groups = rules["groups"].as_array_mut().expect("groups").iter_mut();
    let rules_of = groups.filter_map(|group| group["rules"].as_array_mut());
    let alerts = rules_of
        .flatten()
        .filter(|rule| rule.get("alert").is_some());
    for alert in alerts {
        let annotations = alert["annotations"].as_object_mut().expect("annotations");
        annotations.retain(|name, _| name == "description");
    }
    rules
}

fn promtool(arguments: &[&str], files: &[&Path], promtool: &Path) {
    let output = Command::new(promtool)
        .args(arguments)
        .args(files)
        .output()
        .expect("promtool runs");
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{files:?}\n{}",
        String::from_utf8_lossy(&text)
    );
}

/// Runs the tests of a file on rules.
///
/// promtool evaluates groups in a random order unless it is given one (prometheus/prometheus,
/// `cmd/promtool/unittest.go`, `orderedGroups`). It is given the worst: alerts before what they ask for is recorded.
fn test_rules(rules: &Value, file: &str, tool: &Path) {
    let (folder, _) = folder(rules);
    let groups = rules["groups"].as_array().expect("groups").iter().rev();
    let order: Value = groups.map(|group| group["name"].clone()).collect();
    let tests = fs::read_to_string(root().join("tests/monitoring").join(file));
    let tests = tests.expect("the tests are there");
    let path = folder.path().join(file);
    fs::write(&path, format!("{tests}\ngroup_eval_order: {order}\n")).expect("it can be written");
    promtool(&["test", "rules", "--diff"], &[&path], tool);
}

#[test]
fn prometheus_reads_the_rules() {
    let Some([tool]) = tool_paths::find("the rules under promtool", [PROMTOOL]) else {
        return;
    };
    let cases = watched();
    assert!(cases.len() >= 4, "{cases:?}");
    for case in cases {
        let (_folder, rules) = folder(&rules(&case));
        promtool(&["check", "rules", "--lint-fatal"], &[&rules], &tool);
    }
}

#[test]
fn every_alert_fires_when_it_should_and_only_then() {
    let Some([tool]) = tool_paths::find("the alerts under promtool", [PROMTOOL]) else {
        return;
    };
    for (file, _, case) in pairs() {
        test_rules(&with_descriptions_alone(rules(case)), &file, &tool);
    }
}

/// The files with pairs of tests, each with its alert and its golden case.
fn pairs() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    let own = alerts().map(|(alert, page)| (format!("{page}.yaml"), alert, case_of(alert)));
    let further = FURTHER.map(|(file, alert, case)| (file.to_owned(), alert, case));
    own.chain(further)
}

#[test]
fn panels_show_what_they_should() {
    let Some([tool]) = tool_paths::find("the dashboard under promtool", [PROMTOOL]) else {
        return;
    };
    for (file, case) in OF_DASHBOARDS {
        test_rules(&rules(case), file, &tool);
    }
}

/// The steps of the tests: what Grafana puts in for its own variables grows with the time that it shows.
const STEPS: [&str; 3] = ["10m", "1h", "3h"];

/// What the panels of a golden case ask, and its variables, in each of these steps, where the reader has chosen everything.
fn asked_by_panels(case: &str) -> BTreeSet<String> {
    let path = golden::root().join(case).join("manifests.yaml");
    let objects = documents(&fs::read_to_string(path).expect("the case is there"));
    let dashboard = objects
        .iter()
        .find_map(|object| object.pointer("/data/spotgen.json")?.as_str())
        .expect("the case has a dashboard");
    let dashboard: Value = serde_json::from_str(dashboard).expect("a dashboard is JSON");
    let panels = dashboard["panels"].as_array().expect("panels").iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array());
    let exprs = targets.flatten().map(|target| {
        let expr = target["expr"].as_str().expect("a target asks");
        expr.to_owned()
    });
    let asked = exprs
        .chain(asked_by_variables(&dashboard))
        .flat_map(|expr| {
            let expr = ["$cluster", "$namespace", "$workload"]
                .into_iter()
                .fold(expr, |text, name| text.replace(name, ".*"));
            STEPS.map(|step| {
                ["$__rate_interval", "$__interval"]
                    .into_iter()
                    .fold(expr.clone(), |text, name| text.replace(name, step))
            })
        });
    asked.collect()
}

/// What there is to choose from, as `PromQL`: Grafana asks for the values of a label.
fn asked_by_variables(dashboard: &Value) -> impl Iterator<Item = String> {
    let variables = dashboard["templating"]["list"].as_array();
    let asked = variables.into_iter().flatten().filter_map(|variable| {
        let asked = variable["definition"].as_str()?;
        let (series, label) = asked
            .strip_prefix("label_values(")?
            .strip_suffix(')')?
            .rsplit_once(", ")?;
        Some(format!("group by ({label}) ({series})"))
    });
    asked.collect::<Vec<String>>().into_iter()
}

#[test]
fn the_tests_of_the_dashboard_ask_what_its_panels_ask() {
    for (file, case) in OF_DASHBOARDS {
        let text = fs::read_to_string(root().join("tests/monitoring").join(file))
            .expect("there is a test");
        let tests: Value = serde_saphyr::from_str(&text).expect("tests are YAML");
        let known = asked_by_panels(case);
        for test in tests["tests"].as_array().expect("tests") {
            for question in test["promql_expr_test"].as_array().expect("questions") {
                let expr = question["expr"].as_str().expect("an expression");
                assert!(known.contains(expr), "{file}: no panel asks: {expr}");
            }
        }
    }
}

/// What is counted in a window of its own is lost where the steps are longer than that.
#[test]
fn panels_count_over_the_whole_step() {
    for case in watched() {
        let path = golden::root().join(&case).join("manifests.yaml");
        let objects = documents(&fs::read_to_string(path).expect("the case is there"));
        let dashboards = objects
            .iter()
            .filter_map(|object| object.pointer("/data/spotgen.json")?.as_str());
        for text in dashboards {
            let dashboard: Value = serde_json::from_str(text).expect("a dashboard is JSON");
            for panel in dashboard["panels"].as_array().expect("panels") {
                let targets = panel["targets"].as_array().into_iter().flatten();
                for expr in targets.filter_map(|target| target["expr"].as_str()) {
                    let counts = expr.contains("increase(") || expr.contains("_over_time(");
                    let follows =
                        expr.contains("[$__rate_interval]") || expr.contains("[$__interval:");
                    assert_eq!(counts, follows, "{case}: {expr}");
                    assert_eq!(counts, panel["interval"].is_string(), "{case}: {expr}");
                }
            }
        }
    }
}

/// Without promtool, too: every alert has its pairs of tests, which differ in one series alone.
#[test]
fn every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() {
    let mut unknown: BTreeSet<String> = fs::read_dir(root().join("tests/monitoring"))
        .expect("there are tests")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    for (file, _) in OF_DASHBOARDS {
        assert!(unknown.remove(file), "{file}");
    }
    let written: BTreeSet<String> = OF_ALERTS.iter().flat_map(|case| written(case)).collect();
    let known: BTreeSet<String> = alerts().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(written, known, "the golden cases have every alert");
    for (file, name, _) in pairs() {
        let text = fs::read_to_string(root().join("tests/monitoring").join(&file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let tests: Value = serde_saphyr::from_str(&text).expect("tests are YAML");
        let tests = tests["tests"].as_array().expect("tests");
        assert!(!tests.is_empty(), "{file} has tests");
        for pair in tests.chunks(2) {
            let [fires, quiet] = pair else {
                panic!("{file} has a test without its counterpart");
            };
            are_one_edit_apart(name, fires, quiet);
        }
        unknown.remove(&file);
    }
    assert!(unknown.is_empty(), "no alert has these tests: {unknown:?}");
}

fn are_one_edit_apart(alert: &str, fires: &Value, quiet: &Value) {
    let test = &fires["name"];
    let expected = |test: &Value| {
        let one = &test["alert_rule_test"][0];
        assert_eq!(one["alertname"], alert, "{test}");
        (
            one["exp_alerts"].as_array().map(Vec::len),
            one["eval_time"].clone(),
        )
    };
    let ((some, at), (none, also_at)) = (expected(fires), expected(quiet));
    assert_eq!((some, none), (Some(1), Some(0)), "{alert}: {test}");
    assert_eq!(at, also_at, "{alert}: {test}");
    let [a, b] = [fires, quiet].map(|test| test["input_series"].as_array().expect("series"));
    assert_eq!(a.len(), b.len(), "{alert}: {test}");
    let differ = a.iter().zip(b).filter(|(a, b)| a != b);
    let differ: Vec<_> = differ.collect();
    assert!(
        matches!(&differ[..], [(a, b)] if a["series"] == b["series"]),
        "{alert}: {test}: {differ:#?}"
    );
}

/// Where nothing has the metrics of the autoscaler, nothing asks for them: an alert that cannot fire is taken for health.
#[test]
fn the_autoscaler_is_watched_only_where_its_metrics_are() {
    for (case, is_watched) in [
        ("monitoring", false),
        ("monitoring-annotations", false),
        ("monitoring-azure", true),
        ("monitoring-eks", true),
        ("monitoring-gke", false),
    ] {
        let path = golden::root().join(case).join("manifests.yaml");
        let stream = fs::read_to_string(path).expect("the case is there");
        assert_eq!(stream.contains("cluster_autoscaler_"), is_watched, "{case}");
        assert_eq!(
            written(case).contains("SpotAutoscalerHalted"),
            is_watched,
            "{case}"
        );
    }
}

/// Flux replaces `${…}` in all that it applies, unless the object says that it must not.
#[test]
fn flux_replaces_nothing() {
    // Where users write such text themselves, it is theirs.
    let cases = golden::cases(&golden::root()).into_iter();
    for case in cases.filter(|case| !case.ends_with("hostile-strings")) {
        let Ok(stream) = fs::read_to_string(case.join("manifests.yaml")) else {
            continue;
        };
        for object in documents(&stream) {
            let key = "kustomize.toolkit.fluxcd.io/substitute";
            let is_kept = object["metadata"]["annotations"][key] == "disabled";
            assert!(
                is_kept || !object.to_string().contains("${"),
                "{case:?}: {} {}",
                object["kind"],
                object["metadata"]["name"]
            );
        }
    }
}

#[test]
fn runbooks_are_in_step() {
    let folder = root().join("docs/runbooks");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let mut mismatches = Vec::new();
    let mut names: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    for (alert, page) in alerts() {
        let file = format!("{page}.md");
        let text = runbook(alert, WIDTH).expect("an alert has a runbook");
        compare(&folder.join(&file), &text, &mut mismatches);
        names.remove(&file);
    }
    mismatches.extend(
        names
            .into_iter()
            .map(|name| format!("docs/runbooks/{name}: there is no such alert, remove the page")),
    );
    finish(&mismatches);
}

/// Azure and Mimir take no group that is larger.
#[test]
fn no_group_has_more_than_20_rules() {
    for case in watched() {
        let rules = rules(&case);
        for group in rules["groups"].as_array().expect("groups") {
            let count = group["rules"].as_array().map_or(0, Vec::len);
            assert!(
                (1..=20).contains(&count),
                "{case}: {} has {count}",
                group["name"]
            );
        }
    }
}

/// What kubernetes-mixin asks of alerts: a severity, a summary of one sentence, a description, and a runbook.
#[test]
fn alerts_say_what_is_wrong_and_where_to_go_on() {
    for case in watched() {
        let rules = rules(&case);
        for rule in group(&rules, "spotgen.alerts") {
            let name = rule["alert"].as_str().expect("a name");
            let text = |pointer: &str| {
                let text = rule.pointer(pointer).and_then(Value::as_str);
                text.unwrap_or_else(|| panic!("{name} has {pointer}"))
            };
            assert!(["critical", "warning", "info"].contains(&text("/labels/severity")));
            let summary = text("/annotations/summary");
            assert!(summary.ends_with('.'), "{name}: {summary}");
            assert!(!summary.contains(". "), "{name}: {summary}");
            let runbook = text("/annotations/runbook_url");
            let page = name.to_lowercase();
            assert!(runbook.ends_with(&format!("/{page}")), "{runbook}");
            assert!(root().join(format!("docs/runbooks/{page}.md")).exists());
            // The arithmetic of its time.
            assert!(
                text("/expr").starts_with(&format!("# {}: ", text("/for"))),
                "{name}"
            );
        }
    }
}
