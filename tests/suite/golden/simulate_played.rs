//! One `spotgen simulate` of a test: its files, its arguments, and what it says.

use std::fs;

use serde_json::Value as Json;
use tempfile::TempDir;

use super::{root, text};
use crate::process::spotgen;

/// A simulation that is to be played, in a folder of its own: `config.yaml`, `over.yaml` laid over it, and the manifests of
/// `app.yaml`.
pub(super) struct Simulation {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Simulation {
    /// Of a configuration.
    pub(super) fn of(config: &str) -> Self {
        let new = Self {
            folder: TempDir::new().expect("a folder can be made"),
            arguments: Vec::new(),
        };
        new.file("-f", "config.yaml", config)
    }

    /// Of the minimal configuration.
    pub(super) fn of_minimal() -> Self {
        Self::of_case("minimal")
    }

    /// Of the configuration of a golden case.
    pub(super) fn of_case(name: &str) -> Self {
        let config = fs::read_to_string(root().join(name).join("spot-config.yaml"));
        Self::of(&config.expect("it is there"))
    }

    fn file(mut self, argument: &str, name: &str, content: &str) -> Self {
        if !content.is_empty() {
            fs::write(self.folder.path().join(name), content).expect("it can be written");
            self.arguments
                .extend([argument, name].map(ToOwned::to_owned));
        }
        self
    }

    /// With more of a configuration; nothing where that is empty.
    pub(super) fn over(self, config: &str) -> Self {
        self.file("-f", "over.yaml", config)
    }

    /// With manifests; without them where they are empty.
    pub(super) fn from(self, manifests: &str) -> Self {
        self.file("--from", "app.yaml", manifests)
    }

    pub(super) fn sets(self, sets: &[&str]) -> Self {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let sets: Vec<&str> = sets.collect();
        self.arguments(&sets)
    }

    pub(super) fn arguments(mut self, more: &[&str]) -> Self {
        self.arguments
            .extend(more.iter().map(|own| (*own).to_owned()));
        self
    }

    /// Where its files are.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// How it exits, and what it says on stdout and stderr.
    pub(super) fn say(&self) -> (Option<i32>, String, String) {
        let output = spotgen(["simulate"])
            .args(&self.arguments)
            .in_folder(self.folder.path())
            .run();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        (output.status.code(), out.to_owned(), err.to_owned())
    }

    /// What it says of one scenario, for people.
    pub(super) fn tell(self, scenario: &str) -> String {
        let (_, out, err) = self.arguments(&["--scenario", scenario]).say();
        assert!(!out.is_empty(), "{err}");
        out
    }

    /// How it exits, and the report for programs.
    pub(super) fn report(self) -> (Option<i32>, Json) {
        let (code, out, err) = self.arguments(&["--report", "json"]).say();
        let report: Result<Json, _> = serde_json::from_str(&out);
        let report = report.unwrap_or_else(|error| panic!("{error}: {out}{err}"));
        (code, report)
    }

    /// How it exits, and the run of this scenario, with what the model leaves out.
    pub(super) fn run(self, scenario: &str) -> (Option<i32>, Json) {
        let (code, report) = self.arguments(&["--scenario", scenario]).report();
        let mut run = report["scenarios"][0].clone();
        run["leftOut"] = report["leftOut"].clone();
        (code, run)
    }

    /// The run alone.
    pub(super) fn play(self, scenario: &str) -> Json {
        self.run(scenario).1
    }
}
