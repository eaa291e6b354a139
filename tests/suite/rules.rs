//! Every rule has a case in `golden/rules/<id>/`: `bad.yaml` fires it and nothing else that is more than worth knowing,
//! `good.yaml`, one edit apart, does not; `report.txt` is what is said of the bad one. Manifests, where a rule is about
//! them, are `manifests.yaml`, or `bad-manifests.yaml` and `good-manifests.yaml`; a configuration that is the same for
//! both is `spot-config.yaml`. `golden/real/` holds configurations that somebody has really used.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use spotgen::diagnostic::Severity;
use spotgen::rules::{self, ALL, Rule};

use super::golden::{cases, compare, finish, root};
use super::process::check;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("spotgen writes UTF-8")
}

/// The files of a case for `which`, `bad` or `good`.
fn files(case: &Path, which: &str) -> Vec<String> {
    let first = |names: [String; 2]| names.into_iter().find(|name| case.join(name).exists());
    let config = first([format!("{which}.yaml"), "spot-config.yaml".to_owned()])
        .unwrap_or_else(|| panic!("{} needs {which}.yaml", case.display()));
    let manifests = first([
        format!("{which}-manifests.yaml"),
        "manifests.yaml".to_owned(),
    ]);
    ["-f".to_owned(), config]
        .into_iter()
        .chain(manifests)
        .collect()
}

fn findings(case: &Path, which: &str) -> Vec<(String, String)> {
    let files = files(case, which);
    let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    arguments.extend(["--report", "json"]);
    let output = check(case, &arguments);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}\n{}", case.display(), text(&output.stderr)));
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().expect("a list of findings");
    found
        .iter()
        .map(|finding| (word(finding, "rule"), word(finding, "level")))
        .collect()
}

fn case(rule: &Rule) -> PathBuf {
    root().join("rules").join(rule.id)
}

#[test]
fn each_rule_fires_on_its_bad_case_alone() {
    let mut mismatches = Vec::new();
    for rule in ALL {
        let case = case(rule);
        if !case.exists() {
            mismatches.push(format!(
                "rule {id} has no case: make golden/rules/{id}/bad.yaml, which fires it, and good.yaml, one edit apart",
                id = rule.id
            ));
            continue;
        }
        let bad = findings(&case, "bad");
        if !bad.iter().any(|(id, _)| id == rule.id) {
            mismatches.push(format!(
                "{}: the bad case does not fire it: {bad:?}",
                rule.id
            ));
        }
        let others = bad
            .iter()
            .filter(|(id, level)| id != rule.id && level != "info");
        for (id, level) in others {
            mismatches.push(format!(
                "{}: the bad case also fires {id} ({level})",
                rule.id
            ));
        }
        let good = findings(&case, "good");
        for (id, level) in good
            .iter()
            .filter(|(id, level)| id == rule.id || level != "info")
        {
            mismatches.push(format!("{}: the good case fires {id} ({level})", rule.id));
        }
        let files = files(&case, "bad");
        let arguments: Vec<&str> = files.iter().map(String::as_str).collect();
        let report = check(&case, &arguments);
        compare(
            &case.join("report.txt"),
            text(&report.stdout),
            &mut mismatches,
        );
        one_edit_apart(&case, &mut mismatches);
    }
    for case in cases(&root().join("rules")) {
        let id = case
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if rules::rule(id).is_none() {
            mismatches.push(format!("golden/rules/{id}: there is no such rule"));
        }
    }
    finish(&mismatches);
}

/// The lines in which the two files of a pair differ lie together, and are few.
fn one_edit_apart(case: &Path, mismatches: &mut Vec<String>) {
    const FEW: usize = 8;
    for suffix in [".yaml", "-manifests.yaml"] {
        let read = |which: &str| fs::read_to_string(case.join(format!("{which}{suffix}")));
        let (Ok(bad), Ok(good)) = (read("bad"), read("good")) else {
            continue;
        };
        let (bad, good): (Vec<&str>, Vec<&str>) = (bad.lines().collect(), good.lines().collect());
        let before = bad.iter().zip(&good).take_while(|(a, b)| a == b).count();
        let rest = bad[before..].iter().rev().zip(good[before..].iter().rev());
        let after = rest.take_while(|(a, b)| a == b).count();
        let changed = bad.len().max(good.len()) - before - after;
        if changed > FEW {
            mismatches.push(format!(
                "{}: {changed} lines differ in *{suffix}",
                case.display()
            ));
        }
    }
}

#[test]
fn rules_are_in_order_and_say_everything() {
    let ids: Vec<&str> = rules::ids().collect();
    assert!(ids.is_sorted(), "the list is sorted by id: {ids:?}");
    for rule in ALL {
        let is_kebab = rule
            .id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_kebab && rule.summary.len() < 120, "{}", rule.id);
        assert!(
            !rule.summary.ends_with('.'),
            "{}: a summary is no sentence",
            rule.id
        );
        for part in [rule.harm, rule.detection, rule.remedy] {
            assert!(
                part.ends_with(['.', '`', ')']) && !part.contains("  "),
                "{}: {part}",
                rule.id
            );
        }
        assert!(!rule.sources.is_empty(), "{} needs a source", rule.id);
        let file = rule.id.replace('-', "_");
        let path = format!("{}/src/rules/{file}.rs", env!("CARGO_MANIFEST_DIR"));
        assert!(
            Path::new(&path).exists(),
            "{} is not in src/rules/{file}.rs",
            rule.id
        );
    }
}

#[test]
fn pages_are_in_step() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let mut mismatches = Vec::new();
    for rule in ALL {
        compare(
            &folder.join(format!("{}.md", rule.id)),
            &rule.page(),
            &mut mismatches,
        );
    }
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let name = entry.expect("it can be read").file_name();
        let name = name.to_string_lossy().into_owned();
        if rules::rule(name.trim_end_matches(".md")).is_none() {
            mismatches.push(format!(
                "docs/rules/{name}: there is no such rule, remove the page"
            ));
        }
    }
    finish(&mismatches);
}

/// Configurations with their origin in the first lines.
#[test]
fn real_configurations_are_found_out() {
    let mut mismatches = Vec::new();
    for case in cases(&root().join("real")) {
        let files = files(&case, "bad");
        let arguments: Vec<&str> = files.iter().map(String::as_str).collect();
        let output = check(&case, &arguments);
        let report = text(&output.stdout);
        assert!(!report.starts_with("no findings"), "{}", case.display());
        compare(&case.join("report.txt"), report, &mut mismatches);
    }
    finish(&mismatches);
}

#[test]
fn levels_become_exit_codes() {
    let code = |case: &Path, extra: &[&str]| {
        let files = files(case, "bad");
        let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
        arguments.extend(extra);
        check(case, &arguments).status.code()
    };
    for rule in ALL {
        let case = case(rule);
        let (plain, denied) = (code(&case, &[]), code(&case, &["--deny", "warnings"]));
        let worst = findings(&case, "bad").into_iter().map(|(_, level)| level);
        let worst: Vec<String> = worst.collect();
        let has = |level: Severity| worst.iter().any(|found| found == level.as_str());
        assert_eq!(plain, Some(i32::from(has(Severity::Error))), "{}", rule.id);
        let is_denied = has(Severity::Error) || has(Severity::Warning);
        assert_eq!(denied, Some(i32::from(is_denied)), "{}", rule.id);
        assert_eq!(
            code(&case, &["--allow", rule.id, "--deny", "warnings"]),
            Some(0),
            "{}",
            rule.id
        );
    }
}
