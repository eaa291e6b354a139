//! The toleration of the autoscaler's soft taint: every delivery has it or none, and only where on-demand is tainted.

use serde_json::{Value, json};
use spotgen::patch::Options;

use super::library::{Given, golden};
use super::output_invariants::documents;

const KEY: &str = "DeletionCandidateOfClusterAutoscaler";

/// So many replicas over three zones that their spread outvotes the preference for Spot.
const MANY: [&str; 3] = [
    "spec.nodePools.spot1.zones=[\"1\", \"2\", \"3\"]",
    "spec.nodePools.regular1.zones=[\"1\", \"2\", \"3\"]",
    "spec.workloads.web.replicas=12",
];
const UNTAINTED: [&str; 1] = ["spec.nodePools.regular1.taints=[]"];

fn deployment(tolerations: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  replicas: 1\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         containers: [{{name: web, image: web}}]\n      tolerations: {tolerations}\n"
    )
}

fn minimal(more: &[&str]) -> Given {
    golden("minimal/spot-config.yaml").set_all(more)
}

fn render(format: &str, more: &[&str]) -> String {
    let rendered = minimal(more).render(format);
    rendered.expect("there is something to write")
}

/// What `spotgen patch` makes of the workload.
fn patched(more: &[&str], tolerations: &str) -> Vec<Value> {
    let text = minimal(more).patch(&deployment(tolerations), Options::default());
    let text = text.unwrap_or_else(|said| panic!("{said}"));
    let objects = documents(&format!("\n---\n{text}"));
    let list = objects[0].pointer("/spec/template/spec/tolerations");
    let list = list.and_then(Value::as_array).expect("a list");
    let of_key = list.iter().filter(|toleration| toleration["key"] == KEY);
    of_key.cloned().collect()
}

fn with<'a>(settings: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [settings, more].concat()
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
    let version = ["spec.cluster={kubernetesVersion: \"1.36\"}"];
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
    let undeclared = with(&MANY[..2], &["spec.workloads.web.replicas=null"]);
    assert_eq!(patched(&undeclared, "[]").len(), 1);
    let declared = with(&MANY[..2], &["spec.workloads.web.replicas=1"]);
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
    let untainted = |manifest: &str| minimal(&UNTAINTED).manifests(manifest).check();
    let found = "for workload `theirs`";
    untainted(&manifest("")).passes(found);
    untainted(&manifest(""))
        .passes("together with that taint, and not without it, add a toleration");
    let tolerated = format!(", {{key: {KEY}, operator: Exists}}");
    untainted(&manifest(&tolerated)).is_silent_about(found);
    // Its pool's taint makes up for it: one replica has no spread.
    let tainted = minimal(&[]).manifests(&manifest("")).check();
    tainted.is_silent_about(found);
}

/// It is likely only where nothing keeps a Spot node that has just come.
#[test]
fn without_placeholders_it_is_a_warning() {
    let untainted = minimal(&UNTAINTED);
    untainted.check().passes("info[soft-taint-outvotes-spot]");
    let bare = untainted.set("spec.overprovisioner={enabled: false}");
    bare.check().passes("warning[soft-taint-outvotes-spot]");
}
