//! kustomize runs `spotgen patch` as a function (KRM, exec) on everything that it has built.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::{check, config, fails, good, home, put, shop, tool};
use crate::process;
use crate::tool_paths::{self, HELM3, KUSTOMIZE, PYTHON};

const FUNCTION: &str = r"  annotations:
    config.kubernetes.io/function: |
      exec:
        path: spotgen
        args: [patch]
";

/// The folder of a kustomization over the chart's objects, with this transformer.
fn kustomization(objects: &[u8], transformer: &str) -> TempDir {
    let home = home();
    put(&home, "objects.yaml", objects);
    put(&home, "transformer.yaml", transformer);
    fs::copy(config(), home.path().join("spot-config.yaml"))
        .expect("the configuration can be copied");
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [objects.yaml]\n";
    put(
        &home,
        "kustomization.yaml",
        format!("{head}transformers: [transformer.yaml]\n"),
    );
    put(
        &home,
        "plain/kustomization.yaml",
        head.replace("objects", "../objects"),
    );
    home
}

fn build(kustomize: &std::path::Path, home: &TempDir, folder: &str) -> Command {
    let mut command = tool(kustomize, home);
    command
        .args(["build", "--enable-alpha-plugins", "--enable-exec"])
        .args(["--load-restrictor", "LoadRestrictionsNone", folder]);
    command
}

fn transformer(config: &str) -> String {
    format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotTransform\nmetadata:\n  name: spot\n{FUNCTION}\
         spec: {{config: {config}}}\n"
    )
}

#[test]
fn kustomize_places_what_it_builds() {
    let Some([kustomize, helm, python]) =
        tool_paths::find("a kustomization patched", [KUSTOMIZE, HELM3, PYTHON])
    else {
        return;
    };
    let objects = good(tool(&helm, &home()).args(["template", "rel"]).arg(shop()));
    let own_config = fs::read_to_string(config())
        .expect("the configuration is there")
        .replace("metadata:\n", &format!("metadata:\n{FUNCTION}"));
    for transformer in [
        // It points to the configuration, or is it.
        transformer("spot-config.yaml"),
        own_config,
    ] {
        let home = kustomization(&objects, &transformer);
        let plain = good(&mut build(&kustomize, &home, "plain"));
        let patched = good(&mut build(&kustomize, &home, "."));
        // kustomize prints anew what a function has answered.
        check(&python, &config(), &["--data-only"], plain, patched);
    }
}

#[test]
fn kustomize_stops_when_spotgen_fails() {
    let Some([kustomize]) = tool_paths::find("a failure under kustomize", [KUSTOMIZE]) else {
        return;
    };
    let object = b"apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";
    let home = kustomization(object, &transformer("missing.yaml"));
    let output = fails(&mut build(&kustomize, &home, "."));
    let text = process::text(&output);
    assert!(text.contains("missing.yaml"), "{text}");
}
