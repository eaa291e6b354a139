//! What `kubectl get -o yaml` prints, patched, and read by kubectl.

use std::fs;
use std::path::Path;

use super::{UNREADABLE, charts, check, config, good, home, patch, put, tool};
use crate::process;
use crate::tool_paths::{self, KUBECTL, PYTHON};

/// kubectl reads and prints it anew.
fn through_kubectl(kubectl: &Path, objects: &[u8]) -> Vec<u8> {
    let home = home();
    put(&home, "objects.yaml", objects);
    put(&home, "kustomization.yaml", "resources: [objects.yaml]\n");
    good(tool(kubectl, &home).args(["kustomize", "."]))
}

/// What `spotgen patch` passes without reading it, kubectl refuses as it would have without spotgen.
///
/// Source: kubernetes/kubernetes staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go, `StreamVisitor`.
#[test]
fn kubectl_reads_what_passes_unread() {
    let Some([kubectl]) = tool_paths::find("what passes unread", [KUBECTL]) else {
        return;
    };
    let home = home();
    let stream = put(&home, "stream.yaml", UNREADABLE);
    let passed = patch(&stream, &["-f", "spot-config.yaml"]);
    process::passes(&passed);
    assert_eq!(process::text(&passed).matches(UNREADABLE).count(), 1);
    let verified = patch(&stream, &["-f", "spot-config.yaml", "--verify"]);
    process::refused(&verified, "not YAML");
    let output = put(&home, "output.yaml", &passed.stdout);
    let mut label = tool(&kubectl, &home);
    label.args(["label", "--local", "-o", "name", "a=b", "-f"]);
    process::refused(&process::run(label.arg(output)), "error parsing");
}

#[test]
fn a_list_from_a_cluster_is_placed() {
    let Some([kubectl, python]) = tool_paths::find("what kubectl get prints", [KUBECTL, PYTHON])
    else {
        return;
    };
    let live = charts().join("live.yaml");
    let output = patch(&live, &["-f", "spot-config.yaml", "--verify"]);
    process::passes(&output);
    let live = fs::read(live).expect("it is there");
    check(&python, &config(), &[], &live, &output.stdout);
    check(
        &python,
        &config(),
        &["--data-only"],
        through_kubectl(&kubectl, &live),
        through_kubectl(&kubectl, &output.stdout),
    );
}
