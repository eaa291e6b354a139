//! `spotgen patch` against an editor that works on plain data (`tests/tools/patch_oracle.py`): on the benchmark's
//! stream, on the chart `shop`, and on charts of other people where they are at hand.

use std::path::Path;
use std::process::Command;

use super::patch_tools::{charts, check, patch};
use super::tools::{self, HELM3, HELM4, PYTHON, REAL_CHARTS};

/// The stream of the benchmark, of a thousand documents.
#[test]
fn the_stream_of_the_benchmark() {
    let Some([python]) = tools::find("the stream of the benchmark", [PYTHON]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let peers = tools::root().join("benches/peers");
    let python_in_peers = |script: &str| {
        let mut command = Command::new(&python);
        command
            .arg(peers.join(script))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    tools::passes(&tools::run(
        python_in_peers("gen_w2.py").arg(folder.path()).arg("1000"),
    ));
    let input = folder.path().join("stream.yaml");
    let config = folder.path().join("spot.yaml");
    let config = config.to_str().expect("a plain path");
    let output = patch(&input, &["-f", config, "--verify"]);
    tools::passes(&output);
    let stream = std::fs::read(&input).expect("it is there");
    check(&python, Path::new(config), &[], stream, &output.stdout);

    // The benchmark's own check must agree.
    let patched = folder.path().join("patched.yaml");
    std::fs::write(&patched, &output.stdout).expect("a file can be written");
    let findings = tools::run(
        python_in_peers("check.py")
            .arg("w2")
            .args([folder.path(), &patched]),
    );
    tools::passes(&findings);
    let findings: serde_json::Value =
        serde_json::from_slice(&findings.stdout).expect("its findings are JSON");
    for (name, expected) in [
        ("ok", serde_json::json!(true)),
        ("order_kept", serde_json::json!(true)),
        ("comments_kept", serde_json::json!(1.0)),
        ("untouched_identical", serde_json::json!(1.0)),
        ("input_lines_lost", serde_json::json!(0.0)),
    ] {
        assert_eq!(findings[name], expected, "{name} of {findings}");
    }
    twice_is_once(&patched, config);
}

#[track_caller]
fn twice_is_once(patched: &Path, config: &str) {
    let again = patch(patched, &["-f", config, "--verify"]);
    tools::passes(&again);
    let once = std::fs::read(patched).expect("it is there");
    assert!(again.stdout == once, "a second run changes something");
}

/// The chart, rendered by both.
#[test]
fn the_chart_of_our_own() {
    let Some([helm3, helm4, python]) = tools::find(
        "the chart `shop` against the oracle",
        [HELM3, HELM4, PYTHON],
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    for helm in [helm3, helm4] {
        let rendered = tools::run(
            Command::new(helm)
                .args(["template", "rel"])
                .arg(charts().join("shop")),
        );
        tools::passes(&rendered);
        let input = folder.path().join("input.yaml");
        std::fs::write(&input, &rendered.stdout).expect("a file can be written");
        for name in ["spot-config.yaml", "match-all.yaml"] {
            let output = patch(&input, &["-f", name, "--verify"]);
            tools::passes(&output);
            let config = charts().join(name);
            check(&python, &config, &[], &rendered.stdout, &output.stdout);
            let patched = folder.path().join("patched.yaml");
            std::fs::write(&patched, &output.stdout).expect("a file can be written");
            twice_is_once(&patched, name);
        }
    }
}

#[test]
fn charts_of_other_people() {
    let Some([streams, python]) = tools::find("charts of other people", [REAL_CHARTS, PYTHON])
    else {
        return;
    };
    tools::passes(&tools::run(
        tools::script(&python, "real_charts.py")
            .arg(env!("CARGO_BIN_EXE_spotgen"))
            .arg(streams),
    ));
}
