//! Every folder of `golden/` is a case: inputs, and every output that they must give. A new case is a new folder.
//!
//! `spot-config.yaml` is the configuration; a file `args` (one argument a line) replaces the default arguments
//! `-f spot-config.yaml`. `UPDATE_GOLDEN=1 cargo test --no-fail-fast` writes the outputs anew: read the difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

fn render(case: &Path, extra: &[&str]) -> Output {
    run("render", case, extra)
}

fn run(command: &str, case: &Path, extra: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spotgen"))
        .arg(command)
        .args(arguments(case))
        .args(extra)
        .current_dir(case)
        .env_remove("SPOTGEN_LOG")
        .output()
        .expect("spotgen can be started")
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

fn text(bytes: &[u8]) -> &str {
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
