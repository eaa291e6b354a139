//! Values of the labels that tell Spot nodes from others, as people write them: a fix keeps what is meant.

use std::fs;

use super::library::{Checked, config};
use super::process::spotgen;

fn config_text(provider: &str) -> String {
    let size = match provider {
        "aks" => "Standard_D4s_v5",
        "eks" => "m5.xlarge",
        _ => "n2-standard-4",
    };
    format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: shop}}
spec:
  provider: {provider}
  nodePools:
    - {{name: spot1, capacity: Spot, vmSize: {size}, nodes: {{min: 0, max: 10}}}}
    - {{name: regular1, capacity: OnDemand, vmSize: {size}, nodes: {{min: 1, max: 10}}}}
  workloads:
    - {{name: web, namespace: shop, selector: {{app: web}}, replicas: 3, class: none, requests: {{cpu: 500m, memory: 512Mi}}}}
  classes:
    none: {{}}
"
    )
}

/// A Deployment with this in its pod spec.
fn deployment(part: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      # kept
      {part}
      containers:
        - name: web
          image: registry.example.com/web:1.0
          resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}
"
    )
}

fn required(expression: &str) -> String {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    format!(
        "affinity: {{nodeAffinity: {{{required}: {{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}]}}}}}}"
    )
}

fn check(provider: &str, part: &str) -> Checked {
    config(config_text(provider))
        .manifests(&deployment(part))
        .check()
}

/// What `check --fix` makes of copies of the two files.
fn fixed(provider: &str, part: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("spot-config.yaml"), config_text(provider)).expect("it can be written");
    fs::write(path("web.yaml"), deployment(part)).expect("it can be written");
    spotgen(["check", "--fix", "web.yaml"])
        .in_folder(folder.path())
        .run();
    fs::read_to_string(path("web.yaml")).expect("it is there")
}

/// A part of the pod spec, and what a fix makes of that line.
fn becomes(provider: &str, part: &str, expected: &str) {
    let checked = check(provider, part);
    assert!(
        checked.has("misspelled-node-label"),
        "{part}: {}",
        checked.text
    );
    assert!(
        !checked.has("regular-label-selected"),
        "{part}: {}",
        checked.text
    );
    let text = fixed(provider, part);
    assert!(text.contains(expected), "{part}: no {expected:?} in {text}");
    assert!(text.contains("      # kept\n"), "{text}");
    let again = config(config_text(provider)).manifests(&text).check();
    assert!(!again.has("misspelled-node-label"), "{}", again.text);
}

#[test]
fn a_misspelled_value_of_spot_stays_a_selection_of_spot() {
    for (provider, part, expected) in [
        (
            "aks",
            "nodeSelector: {kubernetes.azure.com/scalesetpriority: Spot}",
            "nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}",
        ),
        (
            "aks",
            "nodeSelector: {kubernetes.azure.com/priority: Regular}",
            "nodeSelector: {kubernetes.azure.com/priority: regular}",
        ),
        (
            "eks",
            "nodeSelector: {eks.amazonaws.com/capacityType: spot}",
            "nodeSelector: {eks.amazonaws.com/capacityType: SPOT}",
        ),
        (
            "eks",
            "nodeSelector: {eks.amazonaws.com/capacityType: ON-DEMAND}",
            "nodeSelector: {eks.amazonaws.com/capacityType: ON_DEMAND}",
        ),
        (
            "eks",
            "nodeSelector: {karpenter.sh/capacity-type: SPOT}",
            "nodeSelector: {karpenter.sh/capacity-type: spot}",
        ),
        (
            "gke",
            "nodeSelector: {cloud.google.com/gke-spot: \"True\"}",
            "nodeSelector: {cloud.google.com/gke-spot: \"true\"}",
        ),
        (
            "gke",
            "nodeSelector: {cloud.google.com/gke-provisioning: SPOT}",
            "nodeSelector: {cloud.google.com/gke-provisioning: spot}",
        ),
        (
            "generic",
            "nodeSelector: {karpenter.sh/capacity-type: ON_DEMAND}",
            "nodeSelector: {karpenter.sh/capacity-type: on-demand}",
        ),
    ] {
        becomes(provider, part, expected);
    }
}

#[test]
fn expressions_keep_their_operator() {
    let key = "kubernetes.azure.com/scalesetpriority";
    for operator in ["In", "NotIn"] {
        let part = |value: &str| {
            required(&format!(
                "{{key: {key}, operator: {operator}, values: [{value}]}}"
            ))
        };
        becomes(
            "aks",
            &part("Spot"),
            &format!("operator: {operator}, values: [spot]"),
        );
    }
    let excluded = check(
        "aks",
        &required("{key: kubernetes.azure.com/scalesetpriority, operator: NotIn, values: [SPOT]}"),
    );
    excluded.fails("excludes nodes with `kubernetes.azure.com/scalesetpriority=SPOT`");
}

#[test]
fn what_means_on_demand_becomes_what_excludes_spot() {
    for (provider, part, spot) in [
        (
            "gke",
            "nodeSelector: {cloud.google.com/gke-spot: \"false\"}",
            "\"true\"",
        ),
        (
            "aks",
            "nodeSelector: {kubernetes.azure.com/scalesetpriority: regular}",
            "spot",
        ),
    ] {
        check(provider, part).fails("[regular-label-selected]");
        let text = fixed(provider, part);
        assert!(text.contains("operator: NotIn"), "{text}");
        assert!(text.contains(spot), "{text}");
        assert!(text.contains("nodeSelector: {}"), "{text}");
    }
    // To exclude what no node has is to exclude nothing.
    let part = required(
        "{key: kubernetes.azure.com/scalesetpriority, operator: NotIn, values: [regular]}",
    );
    let toleration = "{key: kubernetes.azure.com/scalesetpriority, operator: Exists}";
    let part = format!("{part}\n      tolerations: [{toleration}]");
    check("aks", &part).passes("that has no effect");
    assert!(fixed("aks", &part).contains("operator: NotIn, values: [regular]"));
}

#[test]
fn values_that_say_two_things_are_left_to_their_owner() {
    let part = required(
        "{key: kubernetes.azure.com/scalesetpriority, operator: In, values: [Spot, regular]}",
    );
    check("aks", &part).fails("no node has that label value");
    assert!(fixed("aks", &part).contains("values: [Spot, regular]"));
    let unknown = "nodeSelector: {eks.amazonaws.com/capacityType: gold}";
    check("eks", unknown)
        .fails("the label has these values: `SPOT`, `ON_DEMAND` and `CAPACITY_BLOCK`");
    assert!(fixed("eks", unknown).contains("capacityType: gold"));
}

#[test]
fn values_that_nodes_have_are_not_found() {
    for (provider, part) in [
        (
            "eks",
            "nodeSelector: {eks.amazonaws.com/capacityType: ON_DEMAND}",
        ),
        (
            "gke",
            "nodeSelector: {cloud.google.com/gke-provisioning: standard}",
        ),
        // GKE documents no list.
        (
            "gke",
            "nodeSelector: {cloud.google.com/gke-provisioning: reservation}",
        ),
        (
            "aks",
            "nodeSelector: {kubernetes.azure.com/priority: regular}",
        ),
    ] {
        let checked = check(provider, part);
        checked.is_silent_about("no node has that label value");
    }
    // A pool is said to have it.
    let own = config(config_text("eks").replace(
        "{name: regular1,",
        "{name: regular1, labels: {eks.amazonaws.com/capacityType: gold},",
    ));
    let part = deployment("nodeSelector: {eks.amazonaws.com/capacityType: gold}");
    own.manifests(&part)
        .check()
        .is_silent_about("no node has that label value");
}

/// What follows from a misspelled value is not told, nor mended: the workload may be kept off Spot.
#[test]
fn nothing_is_said_of_spot_before_the_value_is_right() {
    let part = format!(
        "{}\n      tolerations: [{{key: kubernetes.azure.com/scalesetpriority, operator: Exists}}]",
        required("{key: kubernetes.azure.com/scalesetpriority, operator: NotIn, values: [Spot]}")
    );
    let found = check("aks", &part);
    assert!(found.has("misspelled-node-label"), "{}", found.text);
    for rule in [
        "grace-exceeds-notice",
        "slow-node-loss",
        "toleration-without-preference",
    ] {
        assert!(!found.has(rule), "{}", found.text);
    }
}

#[test]
fn a_selection_of_spot_that_a_class_prefers_is_removed() {
    let config_text =
        config_text("aks").replace("none: {}", "none: {placement: {spot: Preferred}}");
    let part = "nodeSelector: {kubernetes.azure.com/scalesetpriority: Spot, disk: ssd}";
    let checked = config(&config_text).manifests(&deployment(part)).check();
    let expected = "with `spot` its pods would stay Pending without Spot";
    assert!(checked.text.contains(expected), "{}", checked.text);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("spot-config.yaml"), &config_text).expect("it can be written");
    fs::write(path("web.yaml"), deployment(part)).expect("it can be written");
    spotgen(["check", "--fix", "web.yaml"])
        .in_folder(folder.path())
        .run();
    let text = fs::read_to_string(path("web.yaml")).expect("it is there");
    assert!(text.contains("nodeSelector: {disk: ssd}"), "{text}");
}
