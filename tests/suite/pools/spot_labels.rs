//! Spot pools that have no label in common: workloads are placed by all of them.

use spotgen::patch::Options;

use super::spec;
use crate::library::{Given, config};

/// kubernetes/api core/v1/types.go: the expressions of a term are all required, terms and preferences are alternatives.
fn given(spot: &str) -> Given {
    let pools = [
        "name: own, capacity: Spot, nodes: {min: 0, max: 9}, spotLabel: {intent: spot}",
        "name: managed, capacity: Spot, nodes: {min: 0, max: 9}",
        "name: steady, capacity: OnDemand, nodes: {min: 1, max: 9}",
    ];
    let class = format!("  classes: {{default: {{placement: {{spot: {spot}, spread: None}}}}}}\n");
    config(spec("eks", &pools) + &class + "  classRules: [{match: {}, class: default}]\n")
}

fn deployment(affinity: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers: []
{affinity}"
    )
}

const OWN_TERMS: &str = "      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - {key: disk, operator: Exists}
              - matchFields:
                  - {key: metadata.name, operator: In, values: [node-1]}
";

/// How often a line with this begins in the patched stream, which is patched again without a change.
#[track_caller]
fn patched(spot: &str, affinity: &str) -> (usize, usize, usize) {
    let given = given(spot);
    let patch = |text: &str| {
        let patched = given.patch(text, Options::default());
        patched.expect("it can be patched")
    };
    let text = patch(&deployment(affinity));
    assert_eq!(patch(&text), text);
    let count = |what: &str| text.matches(what).count();
    (
        count("key: intent"),
        count("key: eks.amazonaws.com/capacityType"),
        count("matchExpressions:"),
    )
}

#[test]
fn patched_pods_are_placed_by_every_label() {
    assert_eq!(patched("Never", ""), (1, 1, 1));
    assert_eq!(patched("Required", ""), (1, 1, 2));
    // The second term excludes the first label, so that no node counts twice.
    assert_eq!(patched("Preferred", ""), (2, 1, 2));
    assert_eq!(patched("Avoided", ""), (1, 1, 1));
}

#[test]
fn every_term_of_the_pods_own_excludes_every_label() {
    assert_eq!(patched("Never", OWN_TERMS), (2, 2, 2));
    // Terms are alternatives: each of the pods' own is there once for each label.
    assert_eq!(patched("Required", OWN_TERMS), (2, 2, 4));
    // A term that asks for one of the labels asks for Spot.
    let with_one = OWN_TERMS.replace(
        "{key: disk, operator: Exists}",
        "{key: eks.amazonaws.com/capacityType, operator: In, values: [SPOT]}",
    );
    assert_eq!(patched("Required", &with_one), (1, 2, 3));
}

#[test]
fn patched_pods_are_known_by_what_they_have() {
    let given = given("Never");
    let text = given.patch(&deployment(""), Options::default());
    let text = text.expect("it can be patched");
    let checked = given.manifests(&text).check();
    assert!(!checked.text.contains("error["), "{}", checked.text);
}
