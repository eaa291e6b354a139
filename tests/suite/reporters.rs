//! What other programs read: SARIF, JSON, GitHub's annotations.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use spotgen::rules::{self, ALL};

use super::golden::{cases, compare, finish, root};
use super::process::check;
use super::tool_paths::{SARIF_SCHEMA, find};

fn text(output: Output) -> String {
    String::from_utf8(output.stdout).expect("spotgen writes UTF-8")
}

/// Cases with their arguments: findings in configurations, in manifests, in both, and mistakes in the input.
fn all() -> Vec<(PathBuf, Vec<String>)> {
    let mut all: Vec<(PathBuf, Vec<String>)> = Vec::new();
    let mut add = |case: PathBuf| {
        let exists = |name: &&str| case.join(name).exists();
        let config = ["bad.yaml", "spot-config.yaml"].into_iter().find(exists);
        let manifests = ["bad-manifests.yaml", "manifests.yaml"]
            .into_iter()
            .find(exists);
        // What cannot be read at all gives no report.
        let Some(config) = config.filter(|_| !case.ends_with("not-utf-8")) else {
            return;
        };
        let mut arguments = vec!["-f".to_owned(), config.to_owned()];
        // What is rendered lies beside the golden configurations too; here it is as good as any manifest.
        arguments.extend(manifests.map(str::to_owned));
        all.push((case, arguments));
    };
    for folder in ["", "rules", "real", "invalid"] {
        cases(&root().join(folder)).into_iter().for_each(&mut add);
    }
    all
}

fn sarif(case: &Path, arguments: &[String]) -> Value {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(["--report", "sarif", "--numbers"]);
    let text = text(check(case, &arguments));
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{}: {error}: {text}", case.display()))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// By the schema that the crate `serde-sarif` carries, which is OASIS's.
#[test]
fn sarif_is_valid() {
    let Some([schema]) = find("sarif_is_valid", [SARIF_SCHEMA]) else {
        return;
    };
    let schema = fs::read_to_string(schema).expect("the schema can be read");
    let mut schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    // A bracket is missing in it; no language is ever said here.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"] = Value::Bool(true);
    }
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for (case, arguments) in all() {
        let log = sarif(&case, &arguments);
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.display());
    }
}

#[test]
fn sarif_is_whole() {
    let mut found = 0;
    for (case, arguments) in all() {
        let log = sarif(&case, &arguments);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let descriptors = list(&run["tool"]["driver"], "rules");
        assert_eq!(descriptors.len(), ALL.len() + rules::mistakes().count());
        for result in list(run, "results") {
            found += 1;
            let index = result["ruleIndex"]
                .as_u64()
                .expect("every finding is of a rule");
            let index = usize::try_from(index).expect("there are few");
            assert_eq!(descriptors[index]["id"], result["ruleId"]);
            assert!(matches!(
                result["level"].as_str(),
                Some("error" | "warning" | "note")
            ));
            assert!(
                result["message"]["text"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
            let locations = list(result, "locations");
            assert_eq!(locations.len(), 1, "GitHub shows nothing that has no place");
            for location in locations.iter().chain(list(result, "relatedLocations")) {
                let physical = &location["physicalLocation"];
                let uri = physical["artifactLocation"]["uri"]
                    .as_str()
                    .expect("a place is in a file");
                assert!(case.join(uri).exists(), "{}: {uri}", case.display());
                let region = &physical["region"];
                assert!(number(region, "startLine") > 0, "{region}");
                // Of what is in no one place the file alone is told.
                if region["startColumn"].is_null() {
                    continue;
                }
                let start = (number(region, "startLine"), number(region, "startColumn"));
                let end = (number(region, "endLine"), number(region, "endColumn"));
                assert!(start <= end && start.1 > 0, "{region}");
            }
        }
    }
    assert!(found > 100);
}

fn number(region: &Value, key: &str) -> usize {
    let number = region[key].as_u64().expect("a number");
    usize::try_from(number).expect("it is small")
}

/// A fix that is offered is one: with it the finding is gone.
#[test]
fn fixes_fix() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut fixed = 0;
    for rule in ALL {
        let case = root().join("rules").join(rule.id);
        let (_, arguments) = all()
            .into_iter()
            .find(|(other, _)| *other == case)
            .expect("every rule has a case");
        let log = sarif(&case, &arguments);
        let results = list(&log["runs"][0], "results");
        let is_own = |result: &&Value| result["ruleId"] == rule.id && !result["fixes"].is_null();
        let Some(result) = results.iter().find(is_own) else {
            continue;
        };
        let change = &result["fixes"][0]["artifactChanges"][0];
        let file = change["artifactLocation"]["uri"].as_str().expect("a file");
        for name in &arguments {
            let _ = fs::copy(case.join(name), folder.path().join(name));
        }
        let before = fs::read_to_string(case.join(file)).expect("the file is there");
        let replacement = &change["replacements"][0];
        let with = replacement["insertedContent"]["text"]
            .as_str()
            .expect("text");
        fs::write(
            folder.path().join(file),
            replaced(&before, &replacement["deletedRegion"], with),
        )
        .expect("it can be written");
        let count = |log: &Value| {
            let results = list(&log["runs"][0], "results");
            results
                .iter()
                .filter(|result| result["ruleId"] == rule.id)
                .count()
        };
        let after = sarif(folder.path(), &arguments);
        assert!(count(&after) < count(&log), "{}: {after}", rule.id);
        fixed += 1;
    }
    assert!(fixed > 5);
}

/// A text with a region of it replaced.
fn replaced(text: &str, region: &Value, with: &str) -> String {
    let offset = |line: &str, column: &str| {
        let (line, column) = (number(region, line), number(region, column));
        let before: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let within: usize = text[before..]
            .chars()
            .take(column - 1)
            .map(char::len_utf8)
            .sum();
        before + within
    };
    let (start, end) = (
        offset("startLine", "startColumn"),
        offset("endLine", "endColumn"),
    );
    format!("{}{with}{}", &text[..start], &text[end..])
}

#[test]
fn json_and_annotations_are_the_golden_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let mut mismatches = Vec::new();
    let case = root().join("rules/deallocated-spot-nodes");
    for (reporter, file) in [("json", "report.json"), ("github", "annotations.txt")] {
        let text = text(check(&case, &["-f", "bad.yaml", "--report", reporter]));
        compare(&folder.join(file), &text, &mut mismatches);
    }
    let article = root().join("article");
    let numbers = |reporter: &str| {
        let arguments = ["-f", "spot-config.yaml", "--numbers", "--report", reporter];
        text(check(&article, &arguments))
    };
    let table = numbers("github");
    let table: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with("::"))
        .collect();
    compare(
        &folder.join("numbers.txt"),
        &(table.join("\n") + "\n"),
        &mut mismatches,
    );
    let report: Value = serde_json::from_str(&numbers("json")).expect("JSON");
    assert!(list(&report, "numbers").len() > 4);
    assert_eq!(report["version"], 1);
    finish(&mismatches);
}

/// What is wrong with the input is reported in the same way, and on stdout.
#[test]
fn mistakes_are_findings_too() {
    let case = root().join("invalid/unknown-names");
    let output = check(&case, &["-f", "spot-config.yaml", "--report", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(
        report["counts"]["error"]
            .as_u64()
            .is_some_and(|count| count > 5)
    );
    let case = root().join("invalid/not-yaml");
    let output = check(&case, &["-f", "spot-config.yaml", "--report", "github"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output).starts_with("::error file=spot-config.yaml,line="));
}
