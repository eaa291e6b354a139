//! What other programs read: SARIF, JSON, GitHub's annotations.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use spotgen::check::{self, rules::ALL};

use super::golden::{cases, root};
use super::library::{self, Checked, Given};
use super::process::{self, spotgen};
use super::sample_size::sample_size;
use super::tool_paths::{SARIF_SCHEMA, find};

/// A configuration and perhaps manifests, in a folder: with findings, or with mistakes.
struct Case {
    folder: PathBuf,
    config: &'static str,
    manifests: Option<&'static str>,
}

impl Case {
    /// None where it cannot be read at all, which gives no report.
    fn in_folder(folder: PathBuf) -> Option<Self> {
        let exists = |name: &&str| folder.join(name).exists();
        let config = ["bad.yaml", "spot-config.yaml"].into_iter().find(exists);
        // What is rendered lies beside the golden configurations too; here it is as good as any manifest.
        let manifests = ["bad-manifests.yaml", "manifests.yaml"]
            .into_iter()
            .find(exists);
        let config = config.filter(|_| !folder.ends_with("not-utf-8"))?;
        Some(Self {
            folder,
            config,
            manifests,
        })
    }

    /// Of the files of this name in a folder.
    fn given(&self, folder: &Path) -> Given {
        let given = library::files(folder, self.config);
        match self.manifests {
            Some(manifests) => given.manifest_file(folder, manifests),
            None => given,
        }
    }

    fn sarif(&self, folder: &Path) -> Value {
        let text = self.given(folder).report_with_numbers("sarif");
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}: {text}", self.folder.display()))
    }
}

/// Cases with findings in configurations, in manifests, in both, and mistakes in the input; every so many of them.
fn some() -> impl Iterator<Item = Case> {
    let folders = ["", "rules", "real", "invalid"].into_iter();
    folders
        .flat_map(|folder| cases(&root().join(folder)))
        .filter_map(Case::in_folder)
        .step_by(sample_size(8, 1))
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
    for case in some() {
        let log = case.sarif(&case.folder);
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.folder.display());
    }
}

#[test]
fn sarif_is_whole() {
    let (mut tried, mut found) = (0, 0);
    for case in some() {
        tried += 1;
        let log = case.sarif(&case.folder);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let descriptors = list(&run["tool"]["driver"], "rules");
        assert_eq!(descriptors.len(), ALL.len() + check::mistakes().count());
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
                let file = case.folder.join(uri);
                assert!(file.exists(), "{}", file.display());
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
    assert!(found > tried && tried > 10, "{found} in {tried}");
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
        let folder_of_rule = root().join("rules").join(rule.id);
        let case = Case::in_folder(folder_of_rule).expect("every rule has a case");
        let checked = case.given(&case.folder).check();
        let mut own = checked.report.iter().filter(|found| found.rule == rule.id);
        if !own.any(|found| found.fix.is_ok()) {
            continue;
        }
        let log = case.sarif(&case.folder);
        let results = list(&log["runs"][0], "results");
        let is_own = |result: &&Value| result["ruleId"] == rule.id && !result["fixes"].is_null();
        let Some(result) = results.iter().find(is_own) else {
            continue;
        };
        let change = &result["fixes"][0]["artifactChanges"][0];
        let file = change["artifactLocation"]["uri"].as_str().expect("a file");
        for name in [Some(case.config), case.manifests].into_iter().flatten() {
            fs::copy(case.folder.join(name), folder.path().join(name)).expect("it can be copied");
        }
        let before = fs::read_to_string(case.folder.join(file)).expect("the file is there");
        let replacement = &change["replacements"][0];
        let with = replacement["insertedContent"]["text"]
            .as_str()
            .expect("text");
        fs::write(
            folder.path().join(file),
            replaced(&before, &replacement["deletedRegion"], with),
        )
        .expect("it can be written");
        let count = |checked: &Checked| {
            let findings = checked.report.iter();
            findings.filter(|found| found.rule == rule.id).count()
        };
        let after = case.given(folder.path()).check();
        assert!(count(&after) < count(&checked), "{}", after.text);
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
fn json_and_annotations_are_as_they_were() {
    let case = root().join("rules/deallocated-spot-nodes");
    let given = library::files(&case, "bad.yaml");
    insta::assert_snapshot!("report.json", given.report("json"));
    insta::assert_snapshot!("annotations", given.report("github"));
    let article = library::golden("article/spot-config.yaml");
    let table = article.report_with_numbers("github");
    let table: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with("::"))
        .collect();
    insta::assert_snapshot!("numbers", table.join("\n"));
    let report = article.report_with_numbers("json");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert!(list(&report, "numbers").len() > 4);
    assert_eq!(report["version"], 1);
}

/// What is wrong with the input is reported in the same way, and on stdout.
#[test]
fn mistakes_are_findings_too() {
    let case = root().join("invalid/unknown-names");
    let check = spotgen(["check", "--report", "json"]).in_folder(case).run();
    assert_eq!(check.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert!(
        report["counts"]["error"]
            .as_u64()
            .is_some_and(|count| count > 5)
    );
    let case = root().join("invalid/not-yaml");
    let check = spotgen(["check", "--report", "github"])
        .in_folder(case)
        .run();
    assert_eq!(check.status.code(), Some(2));
    assert!(process::stdout(&check).starts_with("::error file=spot-config.yaml,line="));
}
