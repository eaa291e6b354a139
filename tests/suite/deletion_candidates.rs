//! The toleration of the autoscaler's soft taint: every delivery has it or none, and only where on-demand is tainted.

use serde_json::{Value, json};

use super::check::{MINIMAL, ends, spotgen, with};
use super::output_invariants::documents;

const KEY: &str = "DeletionCandidateOfClusterAutoscaler";

/// So many replicas over three zones that their spread outvotes the preference for Spot.
const MANY: [&str; 6] = [
    "--set",
    "spec.nodePools.spot1.zones=[\"1\", \"2\", \"3\"]",
    "--set",
    "spec.nodePools.regular1.zones=[\"1\", \"2\", \"3\"]",
    "--set",
    "spec.workloads.web.replicas=12",
];
const UNTAINTED: [&str; 2] = ["--set", "spec.nodePools.regular1.taints=[]"];

fn deployment(tolerations: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  replicas: 1\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         containers: [{{name: web, image: web}}]\n      tolerations: {tolerations}\n"
    )
}

#[track_caller]
fn output(arguments: &[&str], stdin: &str) -> String {
    let output = spotgen(arguments, stdin);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("spotgen writes UTF-8")
}

fn render(format: &str, more: &[&str]) -> String {
    let arguments = [
        "render",
        "-f",
        "minimal/spot-config.yaml",
        "--format",
        format,
    ];
    output(&with(&arguments, more), "")
}

/// What `spotgen patch` makes of the workload.
fn patched(more: &[&str], tolerations: &str) -> Vec<Value> {
    let arguments = ["patch", "-f", "minimal/spot-config.yaml"];
    let text = output(&with(&arguments, more), &deployment(tolerations));
    let objects = documents(&format!("\n---\n{text}"));
    let list = objects[0].pointer("/spec/template/spec/tolerations");
    let list = list.and_then(Value::as_array).expect("a list");
    let of_key = list.iter().filter(|toleration| toleration["key"] == KEY);
    of_key.cloned().collect()
}

#[test]
fn every_delivery_has_it() {
    for format in ["plan", "patches", "flux-patches"] {
        let named = if format == "plan" {
            "toleratesDeletionCandidates: true"
        } else {
            KEY
        };
        assert!(render(format, &MANY).contains(named), "{format}");
        for others in [with(&MANY, &UNTAINTED), Vec::new()] {
            assert!(
                !render(format, &others).contains(named),
                "{format} {others:?}"
            );
        }
    }
    let version = ["--set", "spec.cluster={kubernetesVersion: \"1.36\"}"];
    let of_class = with(&MANY, &version);
    assert!(render("admission", &of_class).contains(KEY));
    assert!(!render("admission", &with(&of_class, &UNTAINTED)).contains(KEY));
    // Nothing else carries it.
    assert!(!render("manifests", &MANY).contains(KEY));

    let ours = json!({"key": KEY, "operator": "Exists", "effect": "PreferNoSchedule"});
    assert_eq!(patched(&MANY, "[]"), [ours]);
    assert!(patched(&with(&MANY, &UNTAINTED), "[]").is_empty());
    assert!(patched(&[], "[]").is_empty());
}

/// What the configuration does not declare is not taken from the manifest, which may be scaled at any time.
#[test]
fn what_is_not_declared_may_be_anything() {
    let undeclared = with(&MANY[..4], &["--set", "spec.workloads.web.replicas=null"]);
    assert_eq!(patched(&undeclared, "[]").len(), 1);
    let declared = with(&MANY[..4], &["--set", "spec.workloads.web.replicas=1"]);
    assert!(patched(&declared, "[]").is_empty());
}

#[test]
fn its_own_toleration_is_enough() {
    for own in [
        format!("[{{key: {KEY}, operator: Exists}}]"),
        format!("[{{key: {KEY}, operator: Exists, effect: PreferNoSchedule}}]"),
    ] {
        assert_eq!(patched(&MANY, &own).len(), 1, "{own}");
    }
    assert!(patched(&MANY, "[{operator: Exists}]").is_empty());
    // The taint has a value, a time.
    let without_operator = format!("[{{key: {KEY}, effect: PreferNoSchedule}}]");
    assert_eq!(patched(&MANY, &without_operator).len(), 2);
}

/// Workloads that nobody has planned, with a preference of their own.
#[test]
fn the_rule_finds_it_in_manifests() {
    let manifest = |more: &str| {
        let spot = "kubernetes.azure.com/scalesetpriority";
        let affinity = format!(
            "affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 100, preference: \
             {{matchExpressions: [{{key: {spot}, operator: In, values: [spot]}}]}}}}]}}}}"
        );
        let tolerations = format!("[{{key: {spot}, operator: Exists}}{more}]");
        let own =
            deployment(&tolerations).replace("name: web, namespace", "name: theirs, namespace");
        format!("{own}      {affinity}\n").replace("app: web", "app: theirs")
    };
    let untainted = with(&with(&MINIMAL, &UNTAINTED), &["-"]);
    let found = "for workload `theirs`";
    ends(&untainted, &manifest(""), 0, found, "");
    ends(
        &untainted,
        &manifest(""),
        0,
        "only together with that taint, tolerate",
        "",
    );
    let tolerated = format!(", {{key: {KEY}, operator: Exists}}");
    for (arguments, manifest) in [
        (untainted, manifest(&tolerated)),
        // Its pool's taint makes up for it: one replica has no spread.
        (with(&MINIMAL, &["-"]), manifest("")),
    ] {
        let output = spotgen(&arguments, &manifest);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains(found), "{text}");
    }
}

/// It is likely only where nothing keeps a Spot node that has just come.
#[test]
fn without_placeholders_it_is_a_warning() {
    let untainted = with(&MINIMAL, &UNTAINTED);
    ends(&untainted, "", 0, "info[soft-taint-outvotes-spot]", "");
    let bare = with(
        &untainted,
        &["--set", "spec.overprovisioner={enabled: false}"],
    );
    ends(&bare, "", 0, "warning[soft-taint-outvotes-spot]", "");
}
