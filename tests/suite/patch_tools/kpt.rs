//! kpt runs `spotgen patch` as a function and writes its answer into the package's files.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{check, config, good, home, put, shop, tool};
use crate::process::{self, SPOTGEN, text};
use crate::tool_paths::{self, HELM3, KPT, PYTHON};

/// A package with the chart's objects, and the configuration beside it.
fn package(objects: &[u8]) -> TempDir {
    let home = home();
    put(&home, "package/objects.yaml", objects);
    fs::copy(config(), home.path().join("spot-config.yaml"))
        .expect("the configuration can be copied");
    home
}

fn objects(home: &TempDir) -> Vec<u8> {
    fs::read(home.path().join("package/objects.yaml")).expect("the package is still there")
}

fn eval(kpt: &Path, home: &TempDir, function: &str) -> Command {
    let mut command = tool(kpt, home);
    command.args(["fn", "eval", "package", "--exec", function]);
    command
}

fn spotgen_patch() -> String {
    format!("{SPOTGEN} patch")
}

#[test]
fn kpt_changes_nothing_but_the_placement() {
    let Some([kpt, helm, python]) =
        tool_paths::find("a package patched by kpt", [KPT, HELM3, PYTHON])
    else {
        return;
    };
    let rendered = good(tool(&helm, &home()).args(["template", "rel"]).arg(shop()));
    // What kpt itself makes of the files, by a function that only copies.
    let copied = package(&rendered);
    process::passes(&process::run(&mut eval(&kpt, &copied, "cat")));

    let by_map = package(&rendered);
    let arguments = ["--", "config=spot-config.yaml", "namespace=shop"];
    process::passes(&process::run(
        eval(&kpt, &by_map, &spotgen_patch()).args(arguments),
    ));
    check(&python, &config(), &[], objects(&copied), objects(&by_map));

    let by_file = package(&rendered);
    let pointer = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotTransform\nmetadata: {name: spot}\n\
                   spec: {config: spot-config.yaml}\n";
    let pointer = put(&by_file, "function.yaml", pointer);
    let mut command = eval(&kpt, &by_file, &spotgen_patch());
    process::passes(&process::run(command.arg("--fn-config").arg(pointer)));
    assert_eq!(objects(&by_file), objects(&by_map));

    // Once more, with the configuration itself.
    let mut command = eval(&kpt, &by_file, &spotgen_patch());
    process::passes(&process::run(command.arg("--fn-config").arg(config())));
    assert_eq!(objects(&by_file), objects(&by_map));
}

#[test]
fn kpt_says_what_was_done() {
    let Some([kpt, helm]) = tool_paths::find("the results of a function under kpt", [KPT, HELM3])
    else {
        return;
    };
    let rendered = good(tool(&helm, &home()).args(["template", "rel"]).arg(shop()));
    let home = package(&rendered);
    let mut command = eval(&kpt, &home, &spotgen_patch());
    let output =
        process::run(command.args(["--results-dir", "results", "--", "config=spot-config.yaml"]));
    process::passes(&output);
    let results =
        fs::read_to_string(home.path().join("results/results.yaml")).expect("results were written");
    assert!(results.contains("rel-web"), "{results}");
}

#[test]
fn kpt_keeps_the_files_when_spotgen_fails() {
    let Some([kpt]) = tool_paths::find("a failure under kpt", [KPT]) else {
        return;
    };
    let object = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n";
    let home = package(object.as_bytes());
    let mut command = eval(&kpt, &home, &spotgen_patch());
    let output = process::run(command.args(["--", "config=missing.yaml"]));
    assert!(!output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("missing.yaml"), "{}", text(&output));
    assert_eq!(objects(&home), object.as_bytes());
}
