//! The texts that people read are in the words of the field, and not in a language of our own.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use spotgen::check::rules::ALL;

/// Phrases that nobody else uses, or in a sense that nobody else gives them.
const PRIVATE: &[&str] = &[
    r"\bthat there is not\b",
    r"\bthe way out\b",
    r"\bhow to get out of it\b",
    r"\bfor ever\b",
    r"\b(is|are|was|were|being) grown\b",
    r"\b(is|are) passed over\b",
    r"\bgone on with\b",
    r"\bthere does without\b",
    r"\b(is|are) said of\b",
    r"\bstands? still\b",
    r"\bbr(ings?|ought) along\b",
    r"\breckon",
    r"\bin its stead\b",
    r"\bworth knowing\b",
    r"\bcomes? of it\b",
    r"\b(is|are) no (map|list|text|path|number|whole number)\b",
    r"\bleft to chance\b",
    r"\bit is to be had\b",
    r"\bnothing (says|tells) how\b",
    r"\btakes? (any|no|a|every) pool\b",
    r"\bexclude each other\b",
    r"\bways? out\b",
    r"\b(is|are) to have\b",
    r"\bhas no height\b",
    r"\b(is|are) no kind of\b",
    r"\b(is|are) to be there\b",
    r"\bhas everything\b",
    r"\bwhatever goes wrong\b",
    r"\bwithout a word\b",
    r"\bown affair\b",
    r"\bway that data takes\b",
    r"\bwho (waits|reads|compares|asks)\b",
    r"\bnobody's\b",
    r"\banew\b",
    r"\bso long is\b",
    r"\bhangs on\b",
    r"\bwhat there is\b",
    r"\bgrown\b",
    r"\bround after round\b",
    r"\bdoes not answer\b",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Each phrase that a text has.
fn private(text: &str) -> Vec<String> {
    let flat = Regex::new(r"\s+")
        .expect("a regex")
        .replace_all(text, " ")
        .to_lowercase();
    let is_in = |phrase: &&&str| Regex::new(phrase).expect("a regex").is_match(&flat);
    let found = PRIVATE.iter().filter(is_in);
    found.map(|phrase| (*phrase).to_owned()).collect()
}

/// The files below a folder whose names end so.
fn below(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            below(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

#[test]
fn rules_are_in_plain_words() {
    for rule in ALL {
        for text in [rule.summary, rule.harm, rule.detection, rule.remedy] {
            assert_eq!(private(text), [""; 0], "{}: {text}", rule.id);
        }
    }
}

/// The files below a folder of the repository whose names end so.
fn all(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    below(&root().join(folder), end, &mut found);
    assert!(!found.is_empty(), "{folder}: nothing ends with {end}");
    found
}

/// The lines of a file that are ours.
fn are_plain(file: &Path, is_ours: impl Fn(&str) -> bool) {
    let text = fs::read_to_string(file).expect("it can be read");
    let lines = text.lines().filter(|line| is_ours(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(private(&text), [""; 0], "{}", file.display());
}

/// Inputs of other people are shown in excerpts: those lines have a bar before them.
fn is_no_excerpt(line: &str) -> bool {
    let start = line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    line.starts_with('|') || !start.starts_with('|')
}

/// Findings, help, notes and pages as they are in files.
#[test]
fn what_is_shown_is_in_plain_words() {
    let mut files = Vec::new();
    for (folder, end) in [
        ("golden", "check.txt"),
        ("golden", "report.txt"),
        ("golden", "stderr.txt"),
        ("golden", "notes.txt"),
        ("golden", "helm/README.md"),
        ("tests/suite/snapshots", ".snap"),
        ("docs", ".md"),
        ("templates", ""),
    ] {
        files.extend(all(folder, end));
    }
    files.push(root().join("schemas/spot-config.v1alpha1.schema.json"));
    assert!(files.len() > 100);
    for file in files {
        are_plain(&file, is_no_excerpt);
    }
}

/// What explains a generated number stands in a comment.
#[test]
fn generated_comments_are_in_plain_words() {
    let mut files = Vec::new();
    for end in [
        "manifests.yaml",
        "patches.yaml",
        "admission.yaml",
        "azure-cli.sh",
    ] {
        files.extend(all("golden", end));
    }
    for folder in ["values", "helm", "kustomize"] {
        let folders = fs::read_dir(root().join("golden")).expect("it can be read");
        for case in folders {
            let folder = case.expect("it can be read").path().join(folder);
            if folder.is_dir() {
                below(&folder, ".yaml", &mut files);
            }
        }
    }
    for file in files {
        are_plain(&file, |line| line.trim_start().starts_with('#'));
    }
}

/// Pages about the repository, and what others start it with.
#[test]
fn pages_beside_the_book_are_in_plain_words() {
    for name in [
        "README.md",
        "SECURITY.md",
        ".pre-commit-hooks.yaml",
        "action.yml",
        "plugins/helm/plugin.yaml",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
    ] {
        are_plain(&root().join(name), is_no_excerpt);
    }
}
