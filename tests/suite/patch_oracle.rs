//! `spotgen patch` against an editor that works on plain data (`tests/tools/patch_oracle.py`): on the benchmark's
//! stream, on the chart `shop`, in many styles of YAML, and on charts of other people where they are at hand.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::patch_tools::{charts, check, patch};
use super::process::{self, SPOTGEN};
use super::tool_paths::{self, HELM3, HELM4, PYTHON, REAL_CHARTS};

/// A script of the benchmark.
fn of_the_benchmark(python: &Path, script: &str) -> Command {
    let mut command = Command::new(python);
    command
        .arg(tool_paths::root().join("benches/peers").join(script))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The stream of the benchmark with this many documents, and the configuration for it, in a folder.
fn stream(python: &Path, documents: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut command = of_the_benchmark(python, "gen_w2.py");
    process::passes(&process::run(command.arg(folder.path()).arg(documents)));
    folder
}

#[test]
fn the_stream_of_the_benchmark() {
    let Some([python]) = tool_paths::find("the stream of the benchmark", [PYTHON]) else {
        return;
    };
    let folder = stream(&python, "1000");
    let input = folder.path().join("stream.yaml");
    let config = folder.path().join("spot.yaml");
    let config = config.to_str().expect("a plain path");
    let output = patch(&input, &["-f", config, "--verify"]);
    process::passes(&output);
    let stream = fs::read(&input).expect("it is there");
    check(&python, Path::new(config), &[], stream, &output.stdout);

    // The benchmark's own check must agree.
    let patched = folder.path().join("patched.yaml");
    fs::write(&patched, &output.stdout).expect("a file can be written");
    let mut command = of_the_benchmark(&python, "check.py");
    let findings = process::run(command.arg("w2").args([folder.path(), &patched]));
    process::passes(&findings);
    let findings: Json = serde_json::from_slice(&findings.stdout).expect("its findings are JSON");
    for (name, expected) in [
        ("ok", json!(true)),
        ("order_kept", json!(true)),
        ("comments_kept", json!(1.0)),
        ("untouched_identical", json!(1.0)),
        ("input_lines_lost", json!(0.0)),
    ] {
        assert_eq!(findings[name], expected, "{name} of {findings}");
    }
    twice_is_once(&patched, config);
}

#[test]
fn workloads_in_many_styles_of_yaml() {
    let Some([python]) = tool_paths::find("workloads in many styles of YAML", [PYTHON]) else {
        return;
    };
    let folder = stream(&python, "60");
    process::passes(&process::run(
        tool_paths::script(&python, "patch_styles.py")
            .arg(SPOTGEN)
            .arg(folder.path().join("stream.yaml"))
            .arg(charts().join("live.yaml")),
    ));
}

#[track_caller]
fn twice_is_once(patched: &Path, config: &str) {
    let again = patch(patched, &["-f", config, "--verify"]);
    process::passes(&again);
    let once = fs::read(patched).expect("it is there");
    assert!(again.stdout == once, "a second run changes something");
}

/// A check that cannot fail says nothing.
#[test]
fn the_oracle_refuses_what_is_wrong() {
    let Some([python]) = tool_paths::find("the oracle against bad outputs", [PYTHON]) else {
        return;
    };
    let folder = stream(&python, "12");
    let [input, config, bad] =
        ["stream.yaml", "spot.yaml", "bad.yaml"].map(|name| folder.path().join(name));
    let output = patch(&input, &["-f", config.to_str().expect("a plain path")]);
    process::passes(&output);
    let good = String::from_utf8(output.stdout).expect("text");
    let stream = fs::read_to_string(&input).expect("it is there");
    for (output, message) in [
        (stream, ".affinity: missing"),
        (
            good.replace("weight: 80", "weight: 81"),
            "80 is expected, 81 is there",
        ),
        (good.replace("  # keep", ""), "is lost"),
        (
            good.replace("defaultMode: 0644", "defaultMode: 420"),
            "is lost",
        ),
        (
            good.replace("flag: \"on\"", "flag: 'on'"),
            "is untouched, but not the same",
        ),
        (
            good.replace("flag: \"on\"", "flag: on"),
            "'on' is expected, True is there",
        ),
        (good.replace("---\n# Source", "# Source"), "went in"),
        (good + "---\nkind: More\n", "came out"),
    ] {
        fs::write(&bad, output).expect("a file can be written");
        let mut command = tool_paths::script(&python, "patch_oracle.py");
        let command = command.arg("--config").args([&config, &input, &bad]);
        process::refused(&process::run(command), message);
    }
}

/// The chart, rendered by both.
#[test]
fn the_chart_of_our_own() {
    let Some([helm3, helm4, python]) = tool_paths::find(
        "the chart `shop` against the oracle",
        [HELM3, HELM4, PYTHON],
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    for helm in [helm3, helm4] {
        let rendered = process::run(
            Command::new(helm)
                .args(["template", "rel"])
                .arg(charts().join("shop")),
        );
        process::passes(&rendered);
        let input = folder.path().join("input.yaml");
        fs::write(&input, &rendered.stdout).expect("a file can be written");
        for name in ["spot-config.yaml", "match-all.yaml"] {
            let output = patch(&input, &["-f", name, "--verify"]);
            process::passes(&output);
            let config = charts().join(name);
            check(&python, &config, &[], &rendered.stdout, &output.stdout);
            let patched = folder.path().join("patched.yaml");
            fs::write(&patched, &output.stdout).expect("a file can be written");
            twice_is_once(&patched, name);
        }
    }
}

#[test]
fn charts_of_other_people() {
    let Some([streams, python]) = tool_paths::find("charts of other people", [REAL_CHARTS, PYTHON])
    else {
        return;
    };
    process::passes(&process::run(
        tool_paths::script(&python, "real_charts.py")
            .arg(SPOTGEN)
            .arg(streams),
    ));
}
