//! `--format admission`: policies that the API server runs.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

use super::golden::files;
use super::output_invariants::{documents, text};
use super::process::{self, spotgen};
use super::tool_paths::{self, KUBECTL, PYTHON};

const HEAD: &str = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: shop}\nspec:\n  provider: aks\n";

/// Renders a configuration of these lines below `spec`.
fn render(spec: &str) -> Output {
    spotgen(["render", "--format", "admission", "-f", "-"])
        .stdin(format!("{HEAD}{spec}"))
        .run()
}

fn objects(spec: &str) -> Vec<Value> {
    let output = render(spec);
    process::passes(&output);
    documents(&process::stdout(&output))
}

#[test]
fn the_api_follows_the_version() {
    for (version, api) in [
        ("1.34", "v1beta1"),
        ("1.35.2", "v1beta1"),
        ("1.36", "v1"),
        ("1.37", "v1"),
    ] {
        let objects = objects(&format!(
            "  cluster: {{kubernetesVersion: \"{version}\"}}\n"
        ));
        let kinds: Vec<(&str, &str)> = objects
            .iter()
            .map(|object| (text(object, "/apiVersion"), text(object, "/kind")))
            .collect();
        let api = format!("admissionregistration.k8s.io/{api}");
        assert_eq!(
            kinds,
            [
                (api.as_str(), "MutatingAdmissionPolicy"),
                (api.as_str(), "MutatingAdmissionPolicyBinding")
            ],
            "{version}"
        );
    }
}

#[test]
fn beta_is_said_to_be_off() {
    let output = render("  cluster: {kubernetesVersion: \"1.35\"}\n");
    let stderr = process::stderr(&output);
    assert!(
        stderr.contains("--feature-gates=MutatingAdmissionPolicy=true"),
        "{stderr}"
    );
}

/// A namespace is labelled with a class as a whole: a command that does so must not move what is kept off Spot.
#[test]
fn workloads_that_are_set_apart_are_named() {
    let workloads = |web: &str, own: &str| {
        format!(
            "  cluster: {{kubernetesVersion: \"1.36\"}}\n  workloads:\n    - {{name: web, namespace: {web}, selector: {{app: \
             web}}}}\n    - {{name: cache, namespace: data, selector: {{app: cache}}}}\n    - {{name: db, namespace: data, \
             kind: StatefulSet, selector: {{app: db}}, {own}}}\n  classes:\n    pinned: {{placement: {{spot: Never}}}}\n"
        )
    };
    let never = "placement: {spot: Never}";
    for own in [never, "class: pinned", "terminationGracePeriodSeconds: 10"] {
        let stderr = process::stderr(&render(&workloads("shop", own)));
        assert!(
            stderr.contains(
                "apart: `db` in namespace `data`, if its label is spotgen.dev/class=default;"
            ),
            "{stderr}"
        );
        assert!(
            stderr.contains("kubectl label namespace shop spotgen.dev/class=default\n"),
            "{stderr}"
        );
        let stderr = process::stderr(&render(&workloads("data", own)));
        assert!(!stderr.contains("kubectl label"), "{stderr}");
    }
    let stderr = process::stderr(&render(&workloads("shop", "replicas: 1")));
    assert!(!stderr.contains("apart"), "{stderr}");
    assert!(
        stderr.contains("kubectl label namespace data shop spotgen.dev/class=default\n"),
        "{stderr}"
    );
}

/// The configuration does not speak of it, but its namespace would be labelled.
#[test]
fn workloads_that_nobody_covers_are_named() {
    let pod = |name: &str, annotations: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}, namespace: data, annotations: \
             {{{annotations}}}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: \
             {name}}}}}\n    spec: {{containers: [{{name: main, image: registry.example.com/{name}:1.0}}]}}\n---\n"
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!(
        "{HEAD}  cluster: {{kubernetesVersion: \"1.36\"}}\n  classRules:\n    - {{match: {{names: [cache, kept]}}, class: default}}\n"
    );
    fs::write(folder.path().join("spot-config.yaml"), config).expect("a file");
    let manifests = [
        pod("cache", ""),
        pod("kept", "spotgen.dev/ignore: \"true\""),
        pod("postgres", ""),
    ];
    fs::write(folder.path().join("data.yaml"), manifests.concat()).expect("a file");
    let output = spotgen(["render", "--format", "admission", "--from", "data.yaml"])
        .in_folder(folder.path())
        .run();
    process::passes(&output);
    let stderr = process::stderr(&output);
    let named = "apart: `kept` and `postgres` in namespace `data`, if its label is spotgen.dev/class=default;";
    assert!(stderr.contains(named), "{stderr}");
    assert!(!stderr.contains("kubectl label"), "{stderr}");
}

#[test]
fn older_versions_are_refused() {
    let output = render("  cluster: {kubernetesVersion: \"1.33\"}\n");
    process::refused(
        &output,
        "needs Kubernetes 1.34 or newer; the configuration sets 1.33",
    );
    process::refused(
        &render(""),
        "the configuration sets no version, so 1.33 is assumed",
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn each_class_that_does_something_has_a_policy() {
    let objects = objects(
        "  cluster: {kubernetesVersion: \"1.36\"}\n  defaultClass: calm\n  classes:\n    calm: {placement: {spot: Tolerated}}\n    \
             small: {disruptionBudget: {maxUnavailable: 1}}\n    hard: {extends: default, placement: {spot: Required}}\n",
    );
    let bound: Vec<(&str, &str)> = objects
        .iter()
        .filter(|object| text(object, "/kind") == "MutatingAdmissionPolicyBinding")
        .map(|binding| {
            let label = "/spec/matchResources/namespaceSelector/matchLabels/spotgen.dev~1class";
            (text(binding, "/spec/policyName"), text(binding, label))
        })
        .collect();
    assert_eq!(
        bound,
        [
            ("calm.shop.spotgen.dev", "calm"),
            ("hard.shop.spotgen.dev", "hard")
        ]
    );
    for policy in objects
        .iter()
        .filter(|object| text(object, "/kind") == "MutatingAdmissionPolicy")
    {
        assert_eq!(text(policy, "/spec/failurePolicy"), "Ignore");
        assert_eq!(text(policy, "/spec/reinvocationPolicy"), "IfNeeded");
        let ignored = policy
            .pointer("/spec/matchConstraints/objectSelector/matchExpressions/0")
            .expect("pods can be left alone");
        assert_eq!(
            ignored.to_string(),
            r#"{"key":"spotgen.dev/ignore","operator":"NotIn","values":["true"]}"#
        );
        for mutation in policy["spec"]["mutations"].as_array().expect("a list") {
            assert_eq!(text(mutation, "/patchType"), "JSONPatch");
        }
    }
}

fn golden() -> Vec<PathBuf> {
    files("admission.yaml")
}

#[test]
fn another_cel_runs_the_policies_on_pods() {
    let Some([python]) = tool_paths::find("admission policies run by cel-python", [PYTHON]) else {
        return;
    };
    process::passes(&process::run(
        tool_paths::script(&python, "admission.py").args(golden()),
    ));
    // What it is for: a policy that does its work again and again.
    let broken = fs::read_to_string(&golden()[0])
        .expect("it is there")
        .replace("+ (variables.tolerates1 ?", "+ (false ?");
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml").expect("a file");
    std::io::Write::write_all(&mut file, broken.as_bytes()).expect("it can be written");
    let output = process::run(tool_paths::script(&python, "admission.py").arg(file.path()));
    process::refused(&output, "the second time something changes");
}

#[test]
fn policies_fit_the_kubernetes_schemas() {
    let Some([python, kubectl]) =
        tool_paths::find("admission policies against the schemas", [PYTHON, KUBECTL])
    else {
        return;
    };
    let versions = ["--versions", "1.36,1.37"];
    process::passes(&process::run(
        tool_paths::script(&python, "schemas.py")
            .args(versions)
            .args(golden()),
    ));
    let readers = process::run(
        tool_paths::script(&python, "readers.py")
            .arg("--golden")
            .args(golden())
            .env(KUBECTL, kubectl),
    );
    process::passes(&readers);
}
