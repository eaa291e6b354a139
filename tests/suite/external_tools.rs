//! Checks by other programs: the Kubernetes schemas, other YAML readers, kubectl and
//! a security scanner. What they say about the golden outputs is worth more than what
//! this project's own code says.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Output;

use super::golden;
use super::process::{self, passes, refused, text};
use super::tool_paths::{self, DASHBOARD, KUBECTL, PYTHON, YAML_LANGUAGE_SERVER, root};

/// Python, and the tool that its scripts start: kubectl, for most.
type Tools = [PathBuf; 2];

fn tools(test: &'static str) -> Option<Tools> {
    tool_paths::find(test, [PYTHON, KUBECTL])
}

fn bad(name: &str) -> Vec<PathBuf> {
    vec![root().join("tests/tools/bad").join(name)]
}

/// Runs one of the scripts once, with all the files.
fn script([python, kubectl]: &Tools, name: &str, flags: &[&str], files: &[PathBuf]) -> Output {
    process::run(
        tool_paths::script(python, name)
            .args(flags)
            .args(files)
            .env(KUBECTL, kubectl),
    )
}

#[test]
fn manifests_fit_the_kubernetes_schemas() {
    let Some(tools) = tools("manifests against the Kubernetes schemas") else {
        return;
    };
    passes(&script(
        &tools,
        "schemas.py",
        &[],
        &golden::files("manifests.yaml"),
    ));
}

#[test]
fn patches_fit_the_kubernetes_schemas() {
    let Some(tools) = tools("patches against the Kubernetes schemas") else {
        return;
    };
    let flags = ["--partial"];
    passes(&script(
        &tools,
        "schemas.py",
        &flags,
        &golden::files("patches.yaml"),
    ));
}

#[test]
fn other_readers_agree_on_the_outputs() {
    let Some(tools) = tools("outputs read by PyYAML, ruamel.yaml and kubectl") else {
        return;
    };
    let mut files = golden::files("manifests.yaml");
    files.extend(golden::files("patches.yaml"));
    passes(&script(&tools, "readers.py", &["--golden"], &files));
}

#[test]
fn scanner_finds_nothing_unexplained() {
    let Some(tools) = tools("manifests scanned by checkov") else {
        return;
    };
    let files = golden::files("manifests.yaml");
    passes(&script(&tools, "scan.py", &["--no-unused"], &files));
}

#[test]
fn another_parser_reads_the_expressions() {
    let Some(tools) = tools("expressions of rules and dashboards") else {
        return;
    };
    let files = golden::files("manifests.yaml");
    passes(&script(&tools, "promql.py", &[], &files));
    let mistyped = script(&tools, "promql.py", &[], &bad("expressions.yaml"));
    refused(&mistyped, "rule typed: expected type matrix");
    refused(&mistyped, "variable cluster: ");
    refused(&mistyped, "panel 'Evictions', A: ");
}

/// Runs Grafana's schema over the dashboards in the files.
fn dashboards([python, dashboard]: &Tools, files: &[PathBuf]) -> Output {
    process::run(
        tool_paths::script(python, "dashboards.py")
            .args(files)
            .env(DASHBOARD, dashboard),
    )
}

#[test]
fn dashboards_fit_the_schema_of_grafana() {
    let Some(tools) = tool_paths::find("dashboards against Grafana's schema", [PYTHON, DASHBOARD])
    else {
        return;
    };
    passes(&dashboards(&tools, &golden::files("manifests.yaml")));
    let wrong = dashboards(&tools, &bad("dashboards.yaml"));
    refused(
        &wrong,
        "unknown.json: panels[0].Panel: unexpected field 'gridpos'",
    );
    refused(
        &wrong,
        "target.json: panels[0].targets[0].Dataquery: unexpected field",
    );
    refused(
        &wrong,
        "untyped.json: panel \"Pods\": a target does not name the type",
    );
    refused(&wrong, "raster.json: panel 'Nodes' lies over 'Pods'");
}

/// A check that cannot fail says nothing; here each one does.
#[test]
fn tools_refuse_what_is_wrong() {
    let Some(tools) = tools("the tools against bad input") else {
        return;
    };
    let unknown = script(&tools, "schemas.py", &[], &bad("unknown-field.yaml"));
    refused(&unknown, "'maxUnavailible' was unexpected");
    let patch = script(&tools, "schemas.py", &["--partial"], &bad("patch.yaml"));
    refused(&patch, "'25' is not of type");
    assert!(
        !text(&patch).contains("required property"),
        "{}",
        text(&patch)
    );
    let bare = script(&tools, "readers.py", &["--golden"], &bad("unquoted.yaml"));
    refused(&bare, "ruamel.yaml against kubectl: [0].data.answer");
    let cases = script(&tools, "readers.py", &[], &bad("unquoted.json"));
    for reader in [
        "PyYAML: (top): 'yes'",
        "kubectl: (top): 'yes'",
        "ruamel.yaml: on: '0o17'",
    ] {
        refused(&cases, reader);
    }
    let privileged = script(&tools, "scan.py", &[], &bad("privileged.yaml"));
    refused(&privileged, "CKV_K8S_16");
}

/// Strings that are put together from the others, so that they meet in ways that no list foresees. The same ones in
/// every run.
fn combined(strings: &[String], count: usize) -> Vec<String> {
    let mut dice = 1_u64;
    let mut throw = |sides: usize| {
        // The constants of Knuth's MMIX; its high bits are the good ones.
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).expect("31 bits") % sides
    };
    let short: Vec<&String> = strings.iter().filter(|text| text.len() < 40).collect();
    let between = [
        "", "", " ", "  ", "\n", "\n\n", "\n  ", "\t", ": ", " #", "- ", "---\n",
    ];
    (0..count)
        .map(|_| {
            let mut text = String::new();
            for _ in 0..=throw(4) {
                text.push_str(short[throw(short.len())]);
                text.push_str(between[throw(between.len())]);
            }
            text
        })
        .collect()
}

/// What the safe writer writes, other readers read as the very same text.
#[test]
fn hostile_strings_are_read_as_they_were_meant() {
    let Some(tools) = tools("hostile strings read by PyYAML, ruamel.yaml and kubectl") else {
        return;
    };
    let hostile = include_str!("../hostile-strings.json");
    let mut strings: Vec<String> = serde_json::from_str(hostile).expect("a list of strings");
    strings.extend(combined(&strings, 500));
    let cases: Vec<serde_json::Value> = strings
        .iter()
        .flat_map(|text| {
            [
                serde_json::json!(text),
                serde_json::json!({"key": text}),
                serde_json::json!([text]),
            ]
        })
        .map(|value| {
            let mut yaml = String::new();
            spotgen::yaml::write(&value, &mut yaml);
            serde_json::json!({"expected": value, "yaml": yaml})
        })
        .collect();
    let mut file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    let text = serde_json::to_string(&cases).expect("plain data");
    file.write_all(text.as_bytes())
        .expect("the file can be written");
    passes(&script(
        &tools,
        "readers.py",
        &[],
        &[file.path().to_owned()],
    ));
}

#[test]
fn editors_mark_wrong_keys_and_complete_right_ones() {
    let Some([python, server]) =
        tool_paths::find("schema in an editor", [PYTHON, YAML_LANGUAGE_SERVER])
    else {
        return;
    };
    let schema = root().join(spotgen::config::SCHEMA_PATH);
    passes(&process::run(
        tool_paths::script(&python, "yaml_language_server.py").args([server, schema]),
    ));
}
