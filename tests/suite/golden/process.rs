//! The program as a process: what it writes where, what it says, and how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use spotgen::formats::{ALL, Writer};
use tempfile::TempDir;

use super::case::arguments;
use super::{TREES, cases, compare, finish, instead, root, text, tree};
use crate::process::spotgen;

fn render(case: &Path, extra: &[&str]) -> Output {
    spotgen(["render"])
        .args(arguments(case))
        .args(extra)
        .in_folder(case)
        .run()
}

#[test]
fn render_writes_manifests_and_says_what_it_found() {
    let mut mismatches = Vec::new();
    for case in cases(&root()) {
        let mut output = render(&case, &[]);
        if !output.status.success() {
            assert_eq!(output.status.code(), Some(1), "{}", case.display());
            assert!(output.stdout.is_empty(), "{}", case.display());
            output = render(&case, &["--no-check"]);
        }
        let stderr = text(&output.stderr);
        assert!(output.status.success(), "{}:\n{stderr}", case.display());
        let manifests = fs::read_to_string(case.join("manifests.yaml")).expect("it is there");
        assert!(manifests == text(&output.stdout), "{}", case.display());
        compare(&case.join("stderr.txt"), stderr, &mut mismatches);
    }
    finish(&mismatches);
}

#[test]
fn directories_are_written_and_said() {
    let mut mismatches = Vec::new();
    for case in TREES {
        let case = root().join(case);
        for format in ALL {
            if !matches!(format.writer, Writer::Directory(_)) {
                continue;
            }
            let name = format.name;
            let home = TempDir::new().expect("a folder can be made");
            let made = home.path().join("made");
            let path = made.to_str().expect("UTF-8");
            let wanted = ["--no-check", "--format", name, "-o", path];
            let output = render(&case, &[&wanted, instead(name)].concat());
            let stderr = text(&output.stderr);
            assert!(output.stdout.is_empty(), "{} {name}", case.display());
            if case.join(name).is_file() {
                // An empty file stands for nothing.
                assert!(
                    stderr.contains("error: there is nothing to write"),
                    "{stderr}"
                );
                assert_eq!(output.status.code(), Some(2), "{} {name}", case.display());
                assert!(!made.exists(), "{} {name}", case.display());
                continue;
            }
            assert!(
                output.status.success(),
                "{} {name}:\n{stderr}",
                case.display()
            );
            assert_eq!(tree(&made), tree(&case.join(name)), "{}", case.display());
            let said = case.join(format!("{name}.stderr.txt"));
            compare(&said, stderr, &mut mismatches);
        }
    }
    finish(&mismatches);
}

/// What is written is what `--check` wants, and nothing else is.
#[test]
fn check_knows_what_every_format_writes() {
    let case = root().join("everything");
    for format in ALL {
        let name = format.name;
        let folder = TempDir::new().expect("a folder can be made");
        let made = folder.path().join("made");
        let path = made.to_str().expect("UTF-8");
        let arguments = [&["--no-check", "--format", name, "-o", path], instead(name)].concat();
        let write = || render(&case, &arguments);
        let check = || render(&case, &[&arguments[..], &["--check"]].concat());
        assert_eq!(check().status.code(), Some(1), "{name} is missing");
        assert!(!made.exists(), "--check has written {name}");
        assert!(write().status.success(), "{name}");
        assert!(check().status.success(), "{name}");
        let files: Vec<PathBuf> = match format.writer {
            Writer::Stream(_) | Writer::Either { .. } => vec![made.clone()],
            Writer::Directory(_) => tree(&made).keys().map(|file| made.join(file)).collect(),
        };
        for file in files {
            let before = fs::read_to_string(&file).expect("it is there");
            let changed = before.clone() + "# changed\n";
            fs::write(&file, &changed).expect("it can be written");
            let location = file.display();
            assert_eq!(check().status.code(), Some(1), "{location} differs");
            let after = fs::read_to_string(&file).expect("it is there");
            assert_eq!(after, changed, "--check has written {location}");
            fs::write(&file, before).expect("it can be written");
        }
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
