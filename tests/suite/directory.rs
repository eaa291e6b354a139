//! `-o DIR`: formats that are directories, from the command line. What is done to the directory itself has its tests
//! beside the code.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::golden;
use super::process::{spotgen, text};

/// A run that ends with this code, says this, and writes nothing to stdout.
#[track_caller]
fn ends(arguments: &[&str], code: i32, message: &str) {
    let output = spotgen(["render"])
        .args(arguments)
        .in_folder(golden::root().join("minimal"))
        .run();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(output.stdout.is_empty(), "{said}");
    assert!(said.contains(message), "{said}");
}

/// A folder that can be named.
fn folder() -> (TempDir, String) {
    let home = TempDir::new().expect("a folder can be made");
    let path = home.path().join("out").to_str().expect("UTF-8").to_owned();
    (home, path)
}

#[test]
fn a_directory_has_to_be_named_and_a_stream_goes_into_a_file() {
    let (home, path) = folder();
    ends(
        &["--format", "helm"],
        2,
        "the format `helm` writes a directory of files",
    );
    ends(
        &["--format", "values"],
        2,
        "help: name the directory: -o DIR",
    );
    let directory = home.path().to_str().expect("UTF-8");
    ends(
        &["--format", "azure-cli", "-o", directory],
        2,
        "name a file: this format writes a single stream",
    );
    fs::write(&path, "").expect("a file can be written");
    ends(
        &["--format", "helm", "-o", &path],
        2,
        "name a directory: this format writes several files",
    );
    ends(
        &["--format", "helm", "-o", &path, "--check"],
        2,
        "it is not a directory",
    );
}

#[test]
fn a_check_says_all_that_differs_and_writes_nothing() {
    for format in ["helm", "values"] {
        let (_home, path) = folder();
        let check = ["--format", format, "-o", &path, "--check"];
        ends(&check, 1, ".spotgen.lock is missing");
        assert!(!Path::new(&path).exists());
        ends(&["--format", format, "-o", &path], 0, "");
        ends(&check, 0, "");
        let set = [&check[..], &["--set", "spec.descheduler.interval=7m"]].concat();
        ends(&set, 1, "differs, starting at line ");
        ends(&set, 1, "help: update: spotgen render --format");
        let values = Path::new(&path).join("descheduler.yaml");
        let values = [values, Path::new(&path).join("values.yaml")];
        let values = values.into_iter().find(|file| file.exists());
        let values = values.expect("the format has a file of values");
        let text = fs::read_to_string(&values).expect("it is there");
        fs::write(&values, text.clone() + "# by hand\n").expect("it can be written");
        ends(&check, 1, "was edited after spotgen wrote it, and differs");
        ends(&check, 1, "help: spotgen does not overwrite files");
        fs::write(&values, text).expect("it can be written");
        let skip = [&check[..], &["--skip", "descheduler"]].concat();
        let stale = if format == "helm" {
            "descheduler-budget.yaml is no longer rendered"
        } else {
            "descheduler-policy.yaml is no longer rendered"
        };
        ends(&skip, 1, stale);
        ends(&check, 0, "");
    }
}

#[test]
fn what_is_no_longer_made_goes_and_what_others_made_stays() {
    let (_home, path) = folder();
    let format = ["--format", "helm", "-o", &path];
    ends(&format, 0, "");
    let mine = Path::new(&path).join("templates/mine.yaml");
    fs::write(&mine, "mine").expect("a file can be written");
    ends(&[&format[..], &["--skip", "descheduler"]].concat(), 0, "");
    let budget = Path::new(&path).join("templates/descheduler-budget.yaml");
    assert!(!budget.exists() && mine.exists());
    fs::write(&budget, "mine too").expect("a file can be written");
    ends(
        &format,
        2,
        "descheduler-budget.yaml was not written by spotgen",
    );
    fs::remove_file(&budget).expect("it can be removed");
    let values = Path::new(&path).join("values.yaml");
    fs::write(&values, "edited").expect("a file can be written");
    ends(&format, 2, "values.yaml was edited after spotgen wrote it");
    assert!(
        !budget.exists(),
        "nothing is written when anything cannot be"
    );
    ends(
        &["--format", "values", "-o", &path],
        2,
        "contains output of the format `helm`",
    );
}

#[test]
fn a_format_of_components_that_make_nothing_leaves_what_is_there() {
    let (_home, path) = folder();
    let format = ["--format", "values", "-o", &path];
    ends(&format, 0, "");
    let nothing = [&format[..], &["--only", "placement"]].concat();
    ends(&nothing, 2, "there is nothing to write");
    ends(&[&format[..], &["--check"]].concat(), 0, "");
}

/// Into a directory, the formats of one stream write the same documents, a file for each component.
#[test]
fn a_stream_can_be_a_file_for_each_component() {
    for (case, format) in golden::TREES
        .iter()
        .flat_map(|case| ["manifests", "patches"].map(|format| (case, format)))
    {
        let case = golden::root().join(case);
        let stream = fs::read_to_string(case.join(format!("{format}.yaml"))).expect("a golden");
        if stream.is_empty() {
            continue;
        }
        let (_home, path) = folder();
        // What ends with a slash need not exist.
        let directory = format!("{path}/");
        let arguments = ["--no-check", "--format", format, "-o", &directory];
        let run = |extra: &[&str]| {
            spotgen(["render"])
                .args(golden::arguments(&case))
                .args(arguments)
                .args(extra)
                .in_folder(&case)
                .run()
        };
        assert!(run(&[]).status.success(), "{}", case.display());
        assert!(run(&["--check"]).status.success(), "{}", case.display());
        let documents = |text: &str| -> Vec<String> {
            text.split("---\n").skip(1).map(str::to_owned).collect()
        };
        let mut wanted = documents(&stream);
        let mut made = Vec::new();
        for (name, text) in golden::tree(Path::new(&path)) {
            assert!(text.starts_with("# "), "{name} says where it comes from");
            made.extend(documents(&text));
        }
        wanted.sort();
        made.sort();
        assert!(made == wanted, "{} {format}", case.display());
    }
}

/// The order in which `kubectl apply -f DIR` reads them.
#[test]
fn namespaces_come_first() {
    let (_home, path) = folder();
    ends(&["-o", &format!("{path}/")], 0, "");
    let files: Vec<String> = golden::tree(Path::new(&path)).into_keys().collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(
        files,
        [
            "00-namespaces.yaml",
            "descheduler.yaml",
            "disruption-budgets.yaml",
            "overprovisioner.yaml",
            "priority-expander.yaml",
            "termination-handler.yaml",
        ]
    );
}

/// People who have no Helm have the schema too.
#[test]
fn values_suit_their_schema() {
    for case in golden::TREES {
        let chart = golden::root().join(case).join("helm");
        let read = |name: &str| {
            fs::read_to_string(chart.join(name)).unwrap_or_else(|error| panic!("{case}: {error}"))
        };
        let schema = serde_json::from_str(&read("values.schema.json")).expect("it is JSON");
        let schema = jsonschema::draft7::new(&schema).expect("it is a schema");
        let mut values: serde_json::Value =
            serde_saphyr::from_str(&read("values.yaml")).expect("it is YAML");
        let mistakes: Vec<String> = schema
            .iter_errors(&values)
            .map(|error| error.to_string())
            .collect();
        assert!(mistakes.is_empty(), "{case}: {mistakes:#?}");
        values["unknown"] = serde_json::json!(1);
        assert!(!schema.is_valid(&values), "{case}");
    }
}

/// With an image of one's own the descheduler's version need not be whole; that of its chart is all the same.
#[test]
fn versions_of_charts_are_whole() {
    let (_home, path) = folder();
    let set = r#"spec.descheduler={version: "0.36", image: "example.com/descheduler:1"}"#;
    ends(&["--format", "helm", "-o", &path, "--set", set], 0, "");
    let lock = fs::read_to_string(Path::new(&path).join("Chart.lock")).expect("it is there");
    assert!(lock.contains("version: \"0.36.0\"\n"), "{lock}");
}
