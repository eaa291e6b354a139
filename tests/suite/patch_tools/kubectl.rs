//! What `kubectl get -o yaml` prints, patched, and read by kubectl.

use std::fs;
use std::path::Path;

use super::{charts, check, config, good, home, patch, put, tool};
use crate::process;
use crate::tool_paths::{self, KUBECTL, PYTHON};

/// kubectl reads and prints it anew.
fn through_kubectl(kubectl: &Path, objects: &[u8]) -> Vec<u8> {
    let home = home();
    put(&home, "objects.yaml", objects);
    put(&home, "kustomization.yaml", "resources: [objects.yaml]\n");
    good(tool(kubectl, &home).args(["kustomize", "."]))
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
