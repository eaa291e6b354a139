//! Every folder of `golden/` is a case: inputs, and every output that they must give. A new case is a new folder.
//!
//! `spot-config.yaml` is the configuration; a file `args` (one argument a line) replaces the default arguments
//! `-f spot-config.yaml`. A folder with the name of a format holds the files that this format makes.
//! `UPDATE_GOLDEN=1 cargo test --no-fail-fast` writes the outputs anew: read the difference.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use clap::ValueEnum as _;
use spotgen::formats::{Format, Writer};
use tempfile::TempDir;

use super::process::spotgen;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Folders of cases of other kinds.
const OTHERS: [&str; 4] = ["invalid", "patch", "real", "rules"];

/// The folders of `directory`, by name.
pub(crate) fn cases(directory: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(directory)
        .expect("the golden folder is there")
        .map(|entry| entry.expect("the golden folder can be read").path())
        .filter(|path| path.is_dir() && OTHERS.iter().all(|other| !path.ends_with(other)))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} holds no case", directory.display());
    cases
}

/// The arguments of a case after the subcommand.
fn arguments(case: &Path) -> Vec<String> {
    match fs::read_to_string(case.join("args")) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(_) => vec!["-f".to_owned(), "spot-config.yaml".to_owned()],
    }
}

pub(crate) fn render(case: &Path, extra: &[&str]) -> Output {
    run("render", case, extra)
}

fn run(command: &str, case: &Path, extra: &[&str]) -> Output {
    spotgen([command])
        .args(arguments(case))
        .args(extra)
        .in_folder(case)
        .run()
}

/// Compares a text with a golden file, or writes it there.
pub(crate) fn compare(path: &Path, text: &str, mismatches: &mut Vec<String>) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, text).expect("a golden file can be written");
        return;
    }
    match fs::read_to_string(path) {
        Ok(golden) if golden == text => {}
        Ok(golden) => {
            let same = golden
                .lines()
                .zip(text.lines())
                .take_while(|(a, b)| a == b)
                .count();
            let line = |text: &str| text.lines().nth(same).unwrap_or("(nothing)").to_owned();
            mismatches.push(format!(
                "{}:{}\n  golden: {}\n  now:    {}",
                path.display(),
                same + 1,
                line(&golden),
                line(text)
            ));
        }
        Err(error) => mismatches.push(format!("{}: {error}", path.display())),
    }
}

pub(crate) fn finish(mismatches: &[String]) {
    assert!(
        mismatches.is_empty(),
        "{}\nmeant? `UPDATE_GOLDEN=1 cargo test --no-fail-fast`, then read the difference",
        mismatches.join("\n")
    );
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("spotgen writes UTF-8")
}

#[test]
fn valid_configurations_render_to_the_golden_files() {
    let mut mismatches = Vec::new();
    for case in cases(&root()) {
        let found = run("check", &case, &[]);
        compare(
            &case.join("check.txt"),
            text(&found.stdout),
            &mut mismatches,
        );
        let has_errors = !found.status.success();
        if has_errors {
            let stopped = render(&case, &[]);
            assert_eq!(stopped.status.code(), Some(1), "{}", case.display());
            assert!(stopped.stdout.is_empty(), "{}", case.display());
        }
        for format in ["manifests", "patches", "plan"] {
            let mut arguments = vec!["--format", format];
            arguments.extend(has_errors.then_some("--no-check"));
            let output = render(&case, &arguments);
            let stderr = text(&output.stderr);
            let golden = case.join(format!("{format}.yaml"));
            if stderr.starts_with("error: there is nothing to write") {
                assert_eq!(output.status.code(), Some(2), "{}", case.display());
                assert!(
                    !golden.exists(),
                    "{} is there, and there is nothing to write",
                    golden.display()
                );
                continue;
            }
            assert!(
                output.status.success(),
                "{} --format {format}:\n{stderr}",
                case.display()
            );
            compare(&golden, text(&output.stdout), &mut mismatches);
            if format == "manifests" {
                compare(&case.join("stderr.txt"), stderr, &mut mismatches);
            }
        }
    }
    finish(&mismatches);
}

/// The cases that have a folder for each format that is a directory, where it makes anything of them.
pub(crate) const TREES: [&str; 6] = [
    "article",
    "autoscaled",
    "everything",
    "hostile-strings",
    "minimal",
    "switched-off",
];

/// The names of the formats that are directories.
fn directories() -> Vec<String> {
    Format::value_variants()
        .iter()
        .filter(|format| matches!(format.writer(), Writer::Directory(_)))
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
        .collect()
}

/// The files in a folder by their paths in it; none when it is not there. spotgen's own list is not one of them: it
/// only repeats the others.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = fs::read_dir(&directory) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with(".spotgen.lock") {
                let name = path.strip_prefix(folder).expect("it is inside");
                let name = name.to_str().expect("UTF-8").replace('\\', "/");
                files.insert(name, fs::read_to_string(path).expect("it is text"));
            }
        }
    }
    files
}

/// What is set so that a format that cannot say everything has something to say.
pub(crate) fn instead(format: &str) -> &'static [&'static str] {
    match format {
        "kustomize" => &["--set", "spec.classRules=[]"],
        "admission" => &["--set", r#"spec.cluster.kubernetesVersion="1.36""#],
        _ => &[],
    }
}

/// Compares a folder with a golden one, or writes it there.
fn compare_trees(golden: &Path, now: &Path, mismatches: &mut Vec<String>) {
    let found = tree(now);
    if std::env::var_os("UPDATE_GOLDEN").is_some() && golden.exists() {
        fs::remove_dir_all(golden).expect("a golden folder can be removed");
    }
    for (name, content) in &found {
        let path = golden.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let parent = path.parent().expect("a file is in a folder");
            fs::create_dir_all(parent).expect("a golden folder can be made");
        }
        compare(&path, content, mismatches);
    }
    for name in tree(golden).into_keys() {
        if !found.contains_key(&name) {
            let path = golden.join(name);
            mismatches.push(format!("{}: it is not made", path.display()));
        }
    }
}

#[test]
fn directories_render_to_the_golden_folders() {
    let mut mismatches = Vec::new();
    for case in TREES {
        let case = root().join(case);
        for format in directories() {
            let home = TempDir::new().expect("a folder can be made");
            let made = home.path().join("made");
            let path = made.to_str().expect("UTF-8");
            let render = |extra: &[&str]| {
                let wanted = ["--no-check", "--format", format.as_str(), "-o", path];
                let arguments = [&wanted, instead(&format), extra].concat();
                render(&case, &arguments)
            };
            let output = render(&[]);
            let stderr = text(&output.stderr);
            if stderr.contains("error: there is nothing to write") {
                assert_eq!(output.status.code(), Some(2), "{}", case.display());
                assert!(!made.exists(), "{} of nothing", case.display());
            } else {
                assert!(
                    output.status.success() && output.stdout.is_empty(),
                    "{} --format {format}:\n{stderr}",
                    case.display()
                );
                assert!(render(&["--check"]).status.success(), "{format} twice");
            }
            compare_trees(&case.join(&format), &made, &mut mismatches);
            if made.exists() {
                let said = case.join(format!("{format}.stderr.txt"));
                compare(&said, stderr, &mut mismatches);
            }
        }
    }
    finish(&mismatches);
}

/// Elsewhere nothing looks at them.
#[test]
fn golden_folders_are_those_of_the_cases_that_have_them() {
    for case in cases(&root()) {
        let name = case.file_name().and_then(|name| name.to_str());
        if !name.is_some_and(|name| TREES.contains(&name)) {
            for format in directories() {
                assert!(!case.join(&format).exists(), "{} {format}", case.display());
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for case in cases(&root()) {
        let first = render(&case, &["--no-check"]).stdout;
        assert_eq!(
            first,
            render(&case, &["--no-check"]).stdout,
            "{}",
            case.display()
        );
    }
}

#[test]
fn invalid_configurations_are_refused_with_the_golden_text() {
    let mut mismatches = Vec::new();
    for case in cases(&root().join("invalid")) {
        let output = render(&case, &[]);
        assert!(
            output.stdout.is_empty(),
            "{} printed half an output",
            case.display()
        );
        let code = output.status.code();
        assert!(
            matches!(code, Some(1 | 2)),
            "{} ended with {code:?}",
            case.display()
        );
        let said = format!(
            "{}exit code {}\n",
            text(&output.stderr),
            code.unwrap_or_default()
        );
        compare(&case.join("stderr.txt"), &said, &mut mismatches);
    }
    finish(&mismatches);
}
