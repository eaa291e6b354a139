//! Tolerations as the API server and the taint eviction controller take them.

use std::fs;

use spotgen::diagnostic::Severity;

use super::library::{Checked, Given, config, golden};
use super::process::spotgen;

/// Pods that prefer Spot by their own manifest, with these tolerations, of a name.
fn deployment(name: &str, tolerations: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: other}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 20
      tolerations: [{tolerations}]
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              preference:
                matchExpressions: [{{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}}]
      containers: [{{name: main, image: \"registry.example.com/x:1.0\", resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]
---
"
    )
}

const SPOT: &str = "{key: kubernetes.azure.com/scalesetpriority, operator: Exists}";
const EVERY: &str = "{operator: Exists}";
const SOON: &str = "{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5}, \
                    {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5}";

fn minimal() -> Given {
    golden("minimal/spot-config.yaml")
}

fn slow(checked: &Checked) -> Vec<(Severity, &str)> {
    let found = checked.report.iter();
    let found = found.filter(|found| found.rule == "slow-node-loss");
    found
        .map(|found| (found.severity, found.message.as_str()))
        .collect()
}

#[test]
fn of_several_tolerations_of_a_lost_node_the_first_counts() {
    let hidden = minimal()
        .manifests(&deployment("api", &format!("{EVERY}, {SOON}")))
        .check();
    let [(Severity::Warning, message)] = slow(&hidden)[..] else {
        panic!("{}", hidden.text)
    };
    assert!(
        message.contains("until somebody deletes the node"),
        "{message}"
    );
    hidden.passes("in front of the one without a key");
    let first = minimal()
        .manifests(&deployment("api", &format!("{SOON}, {EVERY}")))
        .check();
    assert!(slow(&first).is_empty(), "{}", first.text);
    // A toleration behind the others would have no effect, so none is added.
    let alone = minimal().manifests(&deployment("api", EVERY)).check();
    let mut found = alone.report.iter();
    let found = found.find(|found| found.rule == "slow-node-loss");
    assert!(
        found.is_some_and(|found| found.fix.is_err()),
        "{}",
        alone.text
    );
    // One of another value tolerates nothing, and keeps the API server from adding its own.
    let other = SOON.replace("operator: Exists, ", "value: other, ");
    let other = other.replace("tolerationSeconds: 5", "tolerationSeconds: 900");
    let other = minimal()
        .manifests(&deployment("api", &format!("{SPOT}, {other}")))
        .check();
    assert!(slow(&other).is_empty(), "{}", other.text);
}

#[test]
fn a_slow_node_loss_is_told_once_for_all_workloads() {
    let long = SOON.replace("tolerationSeconds: 5", "tolerationSeconds: 900");
    let tolerations = format!("{SPOT}, {long}");
    let stream: String = ["api", "shop", "work"]
        .iter()
        .map(|name| deployment(name, &tolerations))
        .collect();
    let own = minimal().manifests(&stream).check();
    let [(_, message)] = slow(&own)[..] else {
        panic!("{}", own.text)
    };
    assert!(
        message.contains("likewise workloads `shop` and `work`"),
        "{message}"
    );
    // Of a class that does not say how long, it is one as well.
    let class = config(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  classes:
    own: {placement: {spot: Preferred}, terminationGracePeriodSeconds: 20}
  defaultClass: own
  workloads:
    - {name: api, namespace: other}
    - {name: web, namespace: other}
",
    )
    .manifests(&(deployment("api", SPOT) + &deployment("web", SPOT)))
    .check();
    let [(_, message)] = slow(&class)[..] else {
        panic!("{}", class.text)
    };
    assert!(message.contains("likewise workload `web`"), "{message}");
}

#[test]
fn budgets_of_manifests_that_the_notice_outruns_are_told_once() {
    let budget = |name: &str| {
        format!(
            "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {name}, namespace: other}}
spec: {{maxUnavailable: 1, selector: {{matchLabels: {{app: {name}}}}}}}
---
"
        )
    };
    let stream: String = ["api", "shop", "work"]
        .iter()
        .map(|name| deployment(name, SPOT) + &budget(name))
        .collect();
    let checked = minimal().manifests(&stream).check();
    let found = checked.report.iter();
    let found: Vec<&str> = found
        .filter(|found| found.rule == "notice-outruns-budget")
        .map(|found| found.message.as_str())
        .collect();
    let [message] = found[..] else {
        panic!("{}", checked.text)
    };
    assert!(
        message.ends_with("likewise workloads `shop` and `work`"),
        "{message}"
    );
}

#[test]
fn a_value_beside_exists_is_removed() {
    let refused = "{key: kubernetes.azure.com/scalesetpriority, operator: Exists, value: spot}";
    let manifests = deployment("api", refused);
    let checked = minimal().manifests(&manifests).check();
    checked.fails("the API server refuses Deployment `api`: a toleration has `operator: Exists`");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let config = super::golden::root().join("minimal/spot-config.yaml");
    fs::copy(config, path("spot-config.yaml")).expect("a copy");
    fs::write(path("api.yaml"), manifests).expect("it can be written");
    spotgen(["check", "--fix", "api.yaml"])
        .in_folder(folder.path())
        .run();
    let text = fs::read_to_string(path("api.yaml")).expect("it is there");
    assert!(
        text.contains("[{key: kubernetes.azure.com/scalesetpriority, operator: Exists}"),
        "{text}"
    );
}

/// The rules that find anything worse than an info, and what `--fix` makes of the tolerations.
fn mended(tolerations: &str) -> (Vec<(&'static str, Severity)>, String) {
    let manifests = deployment("api", tolerations);
    let checked = minimal().manifests(&manifests).check();
    let found = checked.found().into_iter();
    let found = found
        .filter(|(rule, level)| *level > Severity::Info && *rule != "unlisted-workload")
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let config = super::golden::root().join("minimal/spot-config.yaml");
    fs::copy(config, path("spot-config.yaml")).expect("a copy");
    fs::write(path("api.yaml"), &manifests).expect("it can be written");
    spotgen(["check", "--fix", "api.yaml"])
        .in_folder(folder.path())
        .run();
    let text = fs::read_to_string(path("api.yaml")).expect("it is there");
    let line = text.lines().find(|line| line.contains("tolerations:"));
    let line = line.unwrap_or_default().trim().to_owned();
    (found, line)
}

#[test]
fn a_misspelled_toleration_is_mended_where_it_is() {
    let right = "tolerations: [{key: kubernetes.azure.com/scalesetpriority";
    for (written, after) in [
        (
            "{key: kubernetes.azure.com/scalesetpriority, value: Spot, effect: NoSchedule}",
            format!("{right}, value: spot, effect: NoSchedule}}]"),
        ),
        (
            "{key: kubernetes.azure.com/scalesetpriority, value: \"true\", effect: NoSchedule}",
            format!("{right}, value: \"spot\", effect: NoSchedule}}]"),
        ),
        (
            "{key: kubernetes.azure.com/scalesetpriority, effect: NoSchedule}",
            format!("{right}, effect: NoSchedule, value: spot}}]"),
        ),
        (
            "{key: kubernetes.azure.com/scaleSetPriority, operator: Exists}",
            format!("{right}, operator: Exists}}]"),
        ),
        (
            "{key: kubernetes.azure.com/scalesetpriority, operator: Exists, effect: NoExecute}",
            format!("{right}, operator: Exists, effect: NoSchedule}}]"),
        ),
    ] {
        let (found, line) = mended(written);
        assert_eq!(
            found,
            [("misspelled-toleration", Severity::Error)],
            "{written}"
        );
        assert!(
            line.starts_with(after.trim_end_matches(']')),
            "{written}: {line}"
        );
        assert_eq!(line.matches("scalesetpriority").count(), 1, "{line}");
    }
}

#[test]
fn a_word_that_the_api_server_does_not_know_is_mended_where_it_is() {
    let right =
        "kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule";
    for (from, to) in [
        ("operator: Equal", "operator: equal"),
        ("effect: NoSchedule", "effect: noSchedule"),
    ] {
        let written = format!("{{key: {}}}", right.replace(from, to));
        let (found, line) = mended(&written);
        assert_eq!(found, [("unsupported-value", Severity::Error)], "{to}");
        let right = format!("tolerations: [{{key: {right}}}");
        assert!(line.starts_with(&right), "{to}: {line}");
        assert_eq!(line.matches("scalesetpriority").count(), 1, "{line}");
    }
}

#[test]
fn tolerations_for_other_nodes_are_nobodys_mistake() {
    for tolerations in [
        "{key: dedicated, value: batch, effect: NoSchedule}",
        "{key: kubernetes.azure.com/scalesetpriority, operator: Exists}, {key: team-a, operator: Exists}",
        "{key: node.kubernetes.io/memory-pressure, operator: Exists}, {operator: Exists}",
    ] {
        let checked = minimal().manifests(&deployment("api", tolerations)).check();
        assert!(!checked.has("misspelled-toleration"), "{}", checked.text);
    }
}

#[test]
fn nothing_follows_from_a_budget_that_the_api_server_refuses() {
    let budget = "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api, namespace: other}
spec: {minAvailable: 2, maxUnavailable: 0, selector: {matchLabels: {app: api}}}
";
    let manifests = deployment("api", SPOT) + budget;
    let checked = minimal().manifests(&manifests).check();
    let found = checked.found().into_iter();
    let found: Vec<_> = found
        .filter(|(rule, level)| *level > Severity::Info && *rule != "unlisted-workload")
        .collect();
    assert_eq!(
        found,
        [("budget-with-two-bounds", Severity::Error)],
        "{}",
        checked.text
    );
}
