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

/// Findings, help, notes and pages as they are in files.
#[test]
fn what_is_shown_is_in_plain_words() {
    let mut files = Vec::new();
    below(&root().join("golden"), "check.txt", &mut files);
    below(&root().join("golden"), "report.txt", &mut files);
    below(&root().join("golden"), "stderr.txt", &mut files);
    below(&root().join("golden"), "helm/README.md", &mut files);
    below(&root().join("tests/suite/snapshots"), ".snap", &mut files);
    below(&root().join("docs"), ".md", &mut files);
    below(&root().join("templates"), "", &mut files);
    for page in [
        ".pre-commit-hooks.yaml",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
    ] {
        files.push(root().join(page));
    }
    files.push(root().join("schemas/spot-config.v1alpha1.schema.json"));
    assert!(files.len() > 100);
    for file in files {
        // Inputs of other people are shown in excerpts: those lines have a bar before them.
        let text = fs::read_to_string(&file).expect("it can be read");
        let lines = text.lines().filter(|line| {
            let start =
                line.trim_start_matches([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
            line.starts_with('|') || !start.starts_with('|')
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(private(&text), [""; 0], "{}", file.display());
    }
}
