//! Every rule has a case in `golden/rules/<id>/`: `bad.yaml` fires it and nothing else that is more than worth knowing,
//! `good.yaml`, one edit apart, does not; `report.txt` is what is said of the bad one. Manifests, where a rule is about
//! them, are `manifests.yaml`, or `bad-manifests.yaml` and `good-manifests.yaml`; a configuration that is the same for
//! both is `spot-config.yaml`. `golden/real/` holds configurations that somebody has really used.

use std::fs;
use std::path::{Path, PathBuf};

use spotgen::check::rule::Rule;
use spotgen::check::rules::{self, ALL};
use spotgen::diagnostic::Severity;

use super::golden::{cases, compare, finish, root};
use super::library::{self, Given};
use super::process::spotgen;

/// The files of a case for `which`, `bad` or `good`: the configuration, and manifests where there are any.
fn given(case: &Path, which: &str) -> Given {
    let first = |names: [String; 2]| names.into_iter().find(|name| case.join(name).exists());
    let config = first([format!("{which}.yaml"), "spot-config.yaml".to_owned()])
        .unwrap_or_else(|| panic!("{} needs {which}.yaml", case.display()));
    let manifests = first([
        format!("{which}-manifests.yaml"),
        "manifests.yaml".to_owned(),
    ]);
    let given = library::files(case, &config);
    match manifests {
        Some(manifests) => given.manifest_file(case, &manifests),
        None => given,
    }
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
        let checked = given(&case, "bad").check();
        let bad = checked.found();
        if !checked.has(rule.id) {
            mismatches.push(format!(
                "{}: the bad case does not fire it: {bad:?}",
                rule.id
            ));
        }
        let others = bad
            .iter()
            .filter(|(id, level)| *id != rule.id && *level != Severity::Info);
        for (id, level) in others {
            mismatches.push(format!(
                "{}: the bad case also fires {id} ({})",
                rule.id,
                level.as_str()
            ));
        }
        let good = given(&case, "good").check().found();
        let fired = good
            .iter()
            .filter(|(id, level)| *id == rule.id || *level != Severity::Info);
        for (id, level) in fired {
            mismatches.push(format!(
                "{}: the good case fires {id} ({})",
                rule.id,
                level.as_str()
            ));
        }
        compare(&case.join("report.txt"), &checked.text, &mut mismatches);
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
        let path = format!("{}/src/check/rules/{file}.rs", env!("CARGO_MANIFEST_DIR"));
        assert!(
            Path::new(&path).exists(),
            "{} is not in src/check/rules/{file}.rs",
            rule.id
        );
    }
}

/// The page of a rule, with its case as an example before the sources.
fn with_example(rule: &Rule) -> String {
    let page = rule.page();
    let (before, sources) = page.split_once("\n## Sources\n").expect("it has sources");
    let case = case(rule);
    let found = given(&case, "bad").check().text;
    let example = format!(
        "\n## Example\n\n```text\n{}```\n\nWithout the finding:\n\n```diff\n{}```\n",
        findings_of(rule, &found),
        differences(&case)
    );
    format!("{before}{example}\n## Sources\n{sources}")
}

/// The findings of one rule in a report.
fn findings_of(rule: &Rule, report: &str) -> String {
    let head = format!("[{}]:", rule.id);
    let findings = report.split("\n\n").filter(|finding| {
        let first = finding.lines().next().unwrap_or_default();
        first.contains(&head)
    });
    let findings: Vec<&str> = findings.map(str::trim_end).collect();
    assert!(
        !findings.is_empty(),
        "{}: no finding in:\n{report}",
        rule.id
    );
    format!("{}\n", findings.join("\n\n"))
}

/// What the good files of a case have in place of the bad ones.
fn differences(case: &Path) -> String {
    let mut text = String::new();
    for suffix in [".yaml", "-manifests.yaml"] {
        let name = |which: &str| format!("{which}{suffix}");
        let read = |which: &str| fs::read_to_string(case.join(name(which)));
        if let (Ok(bad), Ok(good)) = (read("bad"), read("good")) {
            let what = if suffix == ".yaml" {
                "spot-config.yaml"
            } else {
                "manifests.yaml"
            };
            text.push_str(&difference(what, &bad, &good));
        }
    }
    assert!(!text.is_empty(), "{}", case.display());
    text
}

/// A unified diff with one hunk: from the first line that differs to the last, with the lines around them.
fn difference(name: &str, bad: &str, good: &str) -> String {
    const AROUND: usize = 3;
    let (bad, good): (Vec<&str>, Vec<&str>) = (bad.lines().collect(), good.lines().collect());
    let before = bad.iter().zip(&good).take_while(|(a, b)| a == b).count();
    let rest = bad[before..].iter().rev().zip(good[before..].iter().rev());
    let after = rest.take_while(|(a, b)| a == b).count();
    let first = before.saturating_sub(AROUND);
    let last = (bad.len() - after + AROUND).min(bad.len());
    let (removed, added) = (
        &bad[before..bad.len() - after],
        &good[before..good.len() - after],
    );
    let mut text = format!(
        "--- {name}\n+++ {name}\n@@ -{start},{} +{start},{} @@\n",
        last - first,
        last - first - removed.len() + added.len(),
        start = first + 1,
    );
    let lines = [
        (' ', &bad[first..before]),
        ('-', removed),
        ('+', added),
        (' ', &bad[bad.len() - after..last]),
    ];
    for (sign, lines) in lines {
        for line in lines {
            text.push_str(format!("{sign}{line}").trim_end());
            text.push('\n');
        }
    }
    text
}

#[test]
fn a_difference_is_what_patch_reads() {
    let diff = difference("a", "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\nsix\n6\n");
    let expected = "--- a\n+++ a\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n-5\n+five\n+six\n 6\n";
    assert_eq!(diff, expected);
    let shorter = difference("a", "1\n2\n", "1\n");
    assert_eq!(shorter, "--- a\n+++ a\n@@ -1,2 +1,1 @@\n 1\n-2\n");
}

#[test]
fn pages_are_in_step() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let mut mismatches = Vec::new();
    for rule in ALL {
        compare(
            &folder.join(format!("{}.md", rule.id)),
            &with_example(rule),
            &mut mismatches,
        );
    }
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let name = entry.expect("it can be read").file_name();
        let name = name.to_string_lossy().into_owned();
        if name != "README.md" && rules::rule(name.trim_end_matches(".md")).is_none() {
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
        let checked = given(&case, "bad").check();
        assert!(!checked.report.is_empty(), "{}", case.display());
        compare(&case.join("report.txt"), &checked.text, &mut mismatches);
    }
    finish(&mismatches);
}

/// A rule about configurations alone whose bad case is as bad as this.
fn rule_of(level: Severity) -> &'static Rule {
    let is_one = |rule: &&Rule| {
        let bad = case(rule).join("bad.yaml");
        let found = bad
            .exists()
            .then(|| given(&case(rule), "bad").check().found());
        let worst = found.and_then(|found| found.into_iter().map(|(_, level)| level).max());
        worst == Some(level) && !case(rule).join("manifests.yaml").exists()
    };
    ALL.iter().find(is_one).expect("there is one of each level")
}

#[test]
fn levels_become_exit_codes() {
    for (level, plain, denied) in [
        (Severity::Error, 1, 1),
        (Severity::Warning, 0, 1),
        (Severity::Info, 0, 0),
    ] {
        let rule = rule_of(level);
        let case = case(rule);
        let code = |extra: &[&str]| {
            let output = spotgen(["check", "-f", "bad.yaml"]).args(extra);
            output.in_folder(&case).run().status.code()
        };
        assert_eq!(code(&[]), Some(plain), "{}", rule.id);
        let deny = ["--deny", "warnings"];
        assert_eq!(code(&deny), Some(denied), "{}", rule.id);
        let accepted = [&deny[..], &["--allow", rule.id]].concat();
        assert_eq!(code(&accepted), Some(0), "{}", rule.id);
    }
}

#[test]
fn findings_of_every_rule_can_be_accepted() {
    for rule in ALL {
        let accepted = given(&case(rule), "bad").allow(rule.id).check();
        let is_info = |(_, level): (&str, Severity)| level == Severity::Info;
        assert!(
            accepted.found().into_iter().all(is_info),
            "{}",
            accepted.text
        );
    }
}

/// A default of our own is never what somebody is warned of: a warning stands at something that was written. Of these two
/// rules the subject is what is missing, or what the cluster has already.
#[test]
fn nobody_is_warned_of_a_default_of_ours() {
    const ABOUT_WHAT_IS_MISSING: [&str; 2] = ["immutable-priority-class", "pool-not-autoscaled"];
    let mut tried = 0;
    for rule in ALL {
        let case = case(rule);
        for which in ["bad", "good"] {
            let own = case.join(format!("{which}.yaml"));
            let path = if own.exists() {
                own
            } else {
                case.join("spot-config.yaml")
            };
            let text = fs::read_to_string(&path).expect("the case is there");
            let written: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
            let checked = given(&case, which).check();
            let serious = checked.report.iter().filter(|diagnostic| {
                diagnostic.severity > Severity::Info
                    && !ABOUT_WHAT_IS_MISSING.contains(&diagnostic.rule)
            });
            for diagnostic in serious {
                let Some(pointer) = &diagnostic.pointer else {
                    continue;
                };
                let is_written = written.pointer(&pointer.to_string()).is_some();
                assert!(
                    is_written,
                    "{}: {pointer} of {}",
                    path.display(),
                    diagnostic.message
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "{tried}");
}
