//! `spotgen patch` where people run it: under Helm 3, Helm 4, kustomize, kpt and kubectl, on the chart `shop`.
//!
//! What comes of it is compared with the same run without spotgen, by the oracle `tests/tools/patch_oracle.py`.

mod helm;
mod kpt;
mod kubectl;
mod kustomize;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::process::{self, SPOTGEN, spotgen};
use super::tool_paths;

/// A document that is no YAML, and cannot be selected.
const UNREADABLE: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: open\ndata:\n  text: \"open\n";

pub(crate) fn charts() -> PathBuf {
    tool_paths::root().join("tests/charts")
}

/// The chart of our own that all of them are given.
fn shop() -> PathBuf {
    charts().join("shop")
}

pub(crate) fn config() -> PathBuf {
    charts().join("spot-config.yaml")
}

/// A tool as a user would have it: `spotgen` on the PATH, and no settings of this machine.
pub(crate) fn tool(program: &Path, home: &TempDir) -> Command {
    let spotgen = Path::new(SPOTGEN);
    let folder = spotgen.parent().expect("a program is in a folder");
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(
        [folder.to_owned()]
            .into_iter()
            .chain(env::split_paths(&path)),
    )
    .expect("folders of a PATH make a PATH");
    let mut command = Command::new(program);
    command
        .current_dir(home.path())
        .env("PATH", path)
        .env("HOME", home.path())
        .env("HELM_CACHE_HOME", home.path().join("cache"))
        .env("HELM_CONFIG_HOME", home.path().join("config"))
        .env("HELM_DATA_HOME", home.path().join("data"))
        .env_remove("HELM_NAMESPACE")
        .env_remove("KUBECONFIG")
        .env_remove("SPOTGEN_LOG")
        .stdin(Stdio::null());
    command
}

/// The output of a run that must be good.
#[track_caller]
fn good(command: &mut Command) -> Vec<u8> {
    let output = process::run(command);
    process::passes(&output);
    assert!(!output.stdout.is_empty(), "{command:?} wrote nothing");
    output.stdout
}

/// A run that must fail and write nothing.
#[track_caller]
fn fails(command: &mut Command) -> Output {
    let output = process::run(command);
    assert!(!output.status.success(), "{command:?} should have failed");
    assert!(output.stdout.is_empty(), "{}", process::text(&output));
    output
}

fn home() -> TempDir {
    TempDir::new().expect("a folder can be made")
}

/// Writes a file into a folder.
fn put(home: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = home.path().join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
    fs::write(&path, content).expect("a file can be written");
    path
}

/// `spotgen patch` itself, over a file.
pub(crate) fn patch(input: &Path, arguments: &[&str]) -> Output {
    spotgen(["patch"])
        .args(arguments)
        .in_folder(charts())
        .stdin(fs::read(input).expect("the input is there"))
        .run()
}

/// Holds an output against its input.
#[track_caller]
pub(crate) fn check(
    python: &Path,
    config: &Path,
    flags: &[&str],
    input: impl AsRef<[u8]>,
    output: impl AsRef<[u8]>,
) {
    let folder = home();
    let input = put(&folder, "input.yaml", input);
    let output = put(&folder, "output.yaml", output);
    process::passes(&process::run(
        tool_paths::script(python, "patch_oracle.py")
            .arg("--config")
            .arg(config)
            .args(flags)
            .args([input, output]),
    ));
}
