//! The formats `helm` and `values` under the real Helm 3 and Helm 4, over the stand-ins in `tests/charts/upstream`, or
//! over the real charts in the folder that `SPOTGEN_UPSTREAM_CHARTS` names.

mod chart;
mod compare;
mod differences;
mod overrides;
mod same_system;
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::golden::{self, TREES as CASES};
use super::output_invariants::documents;
use super::patch_tools::tool;
use super::process::{self, spotgen};
use super::tool_paths::{self, HELM3, HELM4, UPSTREAM_CHARTS};

/// The release's name.
const RELEASE: &str = "rel";

/// Both Helms, or None after having said which is missing.
fn helms(test: &'static str) -> Option<[PathBuf; 2]> {
    tool_paths::find(test, [HELM3, HELM4])
}

/// Where the upstream charts are: one folder each.
fn upstream() -> PathBuf {
    match tool_paths::set(UPSTREAM_CHARTS) {
        Some(folder) => folder.into(),
        None => tool_paths::root().join("tests/charts/upstream"),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().expect("it has a name");
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a file can be copied");
        }
    }
}

/// What `spotgen render` makes of the configuration in a folder.
fn render(folder: &Path, format: &str, out: &Path) {
    // The article's faults are findings; its chart is made all the same.
    let output = spotgen(["render", "--no-check", "--format", format, "-o"])
        .args([out])
        .in_folder(folder)
        .run();
    process::passes(&output);
}

fn yaml(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A chart that spotgen made, with the upstream charts that it names.
struct Chart {
    home: TempDir,
    path: PathBuf,
    /// Where it wants to be installed.
    namespace: String,
}

impl Chart {
    /// That of a golden case.
    fn of(case: &str) -> Self {
        Self::in_folder(&golden::root().join(case))
    }

    fn in_folder(folder: &Path) -> Self {
        let home = TempDir::new().expect("a folder can be made");
        let path = home.path().join("chart");
        render(folder, "helm", &path);
        let metadata = yaml(&path.join("Chart.yaml"));
        for dependency in metadata["dependencies"].as_array().into_iter().flatten() {
            let name = dependency["name"].as_str().expect("a chart has a name");
            copy(&upstream().join(name), &path.join("charts").join(name));
        }
        let values = yaml(&path.join("values.yaml"));
        let namespace = values["releaseNamespace"].as_str().expect("it is said");
        Self {
            namespace: namespace.to_owned(),
            path,
            home,
        }
    }

    fn helm(&self, helm: &Path, subcommand: &[&str]) -> Command {
        let mut command = tool(helm, &self.home);
        command.args(subcommand).arg(&self.path);
        command
    }

    fn template(&self, helm: &Path) -> Command {
        let mut command = self.helm(helm, &["template", RELEASE]);
        command.args(["--namespace", &self.namespace]);
        command
    }

    /// Values laid over the chart's own.
    fn file(&self, text: &str) -> PathBuf {
        let path = self.home.path().join("values-prod.yaml");
        fs::write(&path, text).expect("a file can be written");
        path
    }

    /// What Helm makes of it; it must have nothing to say.
    #[track_caller]
    fn objects(&self, helm: &Path) -> Vec<Value> {
        rendered(&mut self.template(helm))
    }
}

#[track_caller]
fn rendered(command: &mut Command) -> Vec<Value> {
    let output = process::run(command);
    process::passes(&output);
    assert!(output.stderr.is_empty(), "{}", process::text(&output));
    let stream = String::from_utf8(output.stdout).expect("UTF-8");
    documents(&format!("\n{stream}"))
}

/// The object of this kind and name.
#[track_caller]
fn object<'o>(objects: &'o [Value], kind: &str, name: &str) -> &'o Value {
    objects
        .iter()
        .find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
        .unwrap_or_else(|| panic!("there is no {kind} {name}"))
}
