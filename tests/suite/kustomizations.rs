//! Files that a kustomization uses for something else than objects of their own, in the folder that a command reads.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::process::{spotgen, text};

const CONFIG: &str = include_str!("../../golden/minimal/spot-config.yaml");
const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: example.com/web:1, resources: {requests: {cpu: 250m, memory: 256Mi}}}
";
/// Laid over the same Deployment: it has no selector.
const MERGED: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {terminationGracePeriodSeconds: 900}}}
";
const JSON: &str = "- {op: replace, path: /spec/replicas, value: 5}\n";
const POD_TEMPLATE: &str = "apiVersion: v1
kind: Pod
metadata: {name: executor}
spec: {terminationGracePeriodSeconds: 900, containers: [{name: main, image: example.com/main:1}]}
";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder can be made");
    for (name, text) in [("config.yaml", CONFIG)].iter().chain(files) {
        let path = folder.path().join(name);
        let parent = path.parent().expect("it is in the folder");
        fs::create_dir_all(parent).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    folder
}

#[track_caller]
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = spotgen(arguments).in_folder(folder).run();
    text(&output)
}

/// Each way to name it.
const KUSTOMIZATIONS: [(&str, &str); 7] = [
    ("patches: [{path: other.yaml}]\n", MERGED),
    (
        "patches: [{path: ./other.yaml, target: {kind: Deployment}}]\n",
        JSON,
    ),
    ("patchesStrategicMerge: [other.yaml]\n", MERGED),
    (
        "patchesJson6902: [{path: other.yaml, target: {kind: Deployment, name: web, version: v1}}]\n",
        JSON,
    ),
    (
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches: [{path: other.yaml}]\n",
        MERGED,
    ),
    (
        "configMapGenerator: [{name: templates, files: [executor.yaml=other.yaml]}]\n",
        POD_TEMPLATE,
    ),
    (
        "secretGenerator: [{name: templates, files: [other.yaml]}]\n",
        POD_TEMPLATE,
    ),
];

#[test]
fn what_is_no_object_of_its_own_is_left_out_and_the_rest_is_judged() {
    for (kustomization, other) in KUSTOMIZATIONS {
        let folder = folder(&[
            ("app/kustomization.yaml", kustomization),
            ("app/other.yaml", other),
            ("app/web.yaml", WEB),
        ]);
        let whole = run(
            folder.path(),
            &["check", "-v", "-f", "config.yaml", "app/web.yaml"],
        );
        let said = run(folder.path(), &["check", "-v", "-f", "config.yaml", "app"]);
        let of_others: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("other.yaml"))
            .collect();
        assert_eq!(of_others.len(), 1, "{kustomization}{said}");
        assert!(of_others[0].contains("is not judged by itself"), "{said}");
        for line in whole.lines().filter(|line| line.contains('[')) {
            assert!(said.contains(line), "{line} is not in {said}");
        }
        let render = ["render", "-v", "-f", "config.yaml", "--from", "app"];
        let rendered = run(folder.path(), &render);
        assert!(
            rendered.contains("other.yaml is "),
            "{kustomization}{rendered}"
        );
        let patch = ["patch", "-v", "-f", "config.yaml", "--diff", "app"];
        let patched = run(folder.path(), &patch);
        assert!(patched.contains("stays as it is"), "{patched}");
        assert!(!patched.contains("+++ app/other.yaml"), "{patched}");
    }
}

/// A kustomization above it names it, and nothing else is there.
#[test]
fn a_folder_of_patches_alone_is_not_called_empty() {
    let folder = folder(&[
        (
            "kustomization.yaml",
            "patches: [{path: patches/other.yaml}]\n",
        ),
        ("patches/other.yaml", MERGED),
    ]);
    let said = run(
        folder.path(),
        &["check", "-v", "-f", "config.yaml", "patches"],
    );
    assert!(
        said.contains("there is no workload in the manifests"),
        "{said}"
    );
    assert!(!said.contains("the manifests are empty"), "{said}");
}

/// The file that a base has as an object and an overlay as a patch is an object.
#[test]
fn resources_and_other_contents_are_read() {
    let values = "deployments: []\n";
    for (kustomization, other) in [
        (
            "resources: [other.yaml]\npatches: [{path: other.yaml}]\n",
            MERGED,
        ),
        (
            "configMapGenerator: [{name: values, files: [values.yaml=other.yaml]}]\n",
            values,
        ),
    ] {
        let folder = folder(&[
            ("app/kustomization.yaml", kustomization),
            ("app/other.yaml", other),
        ]);
        let said = run(folder.path(), &["check", "-v", "-f", "config.yaml", "app"]);
        assert!(!said.contains("is not judged by itself"), "{said}");
    }
}

/// In a stream no kustomization says what it is; its own directive does.
#[test]
fn a_patch_that_says_so_is_no_workload() {
    let stream = format!("{WEB}---\n{MERGED}$patch: delete\n");
    let folder = folder(&[("all.yaml", stream.as_str())]);
    let said = run(
        folder.path(),
        &["check", "-v", "-f", "config.yaml", "all.yaml"],
    );
    assert!(!said.contains("defined twice"), "{said}");
    assert!(!said.contains("[manifest]"), "{said}");
}
