//! Completions and man pages, loaded by what they are for, where that is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::process::{passes, run, spotgen, stdout};
use super::tool_paths::is_at_hand;

/// The completion script of a shell in a file.
fn script(folder: &TempDir, shell: &str) -> PathBuf {
    let output = spotgen(["completions", shell]).run();
    passes(&output);
    let path = folder.path().join(shell);
    fs::write(&path, output.stdout).expect("the folder can be written to");
    path
}

#[test]
fn every_shell_is_given_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = spotgen(["completions", shell]).run();
        passes(&output);
        for word in [
            "init",
            "render",
            "check",
            "diff",
            "patch",
            "explain",
            "status",
            "simulate",
            "schema",
            "completions",
            "man",
        ] {
            assert!(stdout(&output).contains(word), "{shell}: no {word}");
        }
    }
}

#[test]
fn the_shells_that_are_here_can_read_their_script() {
    let folder = TempDir::new().expect("a folder");
    for shell in ["bash", "zsh", "fish"] {
        if is_at_hand(shell) {
            passes(&run(Command::new(shell)
                .arg("-n")
                .arg(script(&folder, shell))));
        }
    }
}

/// What bash offers for the last of these words.
fn offered(script: &Path, words: &[&str]) -> Vec<String> {
    let complete = r#"
        source "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _spotgen "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = run(Command::new("bash")
        .args(["--norc", "-c", complete, "bash"])
        .arg(script)
        .args(words));
    passes(&output);
    let mut offered: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    offered.sort();
    offered
}

#[test]
fn bash_completes_commands_flags_and_values() {
    if !is_at_hand("bash") {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let script = script(&folder, "bash");
    assert_eq!(offered(&script, &["spotgen", "ren"]), ["render"]);
    assert_eq!(
        offered(&script, &["spotgen", "check", "--num"]),
        ["--numbers"]
    );
    assert_eq!(
        offered(&script, &["spotgen", "check", "--report", "s"]),
        ["sarif"]
    );
    assert_eq!(
        offered(&script, &["spotgen", "render", "--format", "k"]),
        ["kustomize"]
    );
}

#[test]
fn each_command_has_a_man_page() {
    let folder = TempDir::new().expect("a folder");
    let pages = folder.path().join("share/man1");
    passes(&spotgen(["man".as_ref(), pages.as_os_str()]).run());
    let mut names: Vec<String> = fs::read_dir(&pages)
        .expect("the folder is there")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "spotgen-check.1",
            "spotgen-completions.1",
            "spotgen-diff.1",
            "spotgen-explain.1",
            "spotgen-init.1",
            "spotgen-man.1",
            "spotgen-patch.1",
            "spotgen-render.1",
            "spotgen-schema.1",
            "spotgen-simulate.1",
            "spotgen-status.1",
            "spotgen.1",
        ]
    );
    for name in &names {
        let path = pages.join(name);
        let text = fs::read_to_string(&path).expect("a page is text");
        assert!(text.contains(".SH SYNOPSIS"), "{name}: {text}");
        assert!(
            text.contains(concat!("\"spotgen ", env!("CARGO_PKG_VERSION"), "\"")),
            "{name}: {text}"
        );
        if name == "spotgen-diff.1" {
            // Values and repetitions, which `--help` shows too.
            assert!(text.contains("\n[\\fILIVE\\fR]...\n"), "{text}");
            assert!(
                text.contains("<LIVE...|\\-\\-from\\-cluster|\\-\\-against PATH...>"),
                "{text}"
            );
            assert!(text.contains(" [\\-\\-context NAME] "), "{text}");
        }
        if is_at_hand("groff") {
            let output = run(Command::new("groff")
                .args(["-man", "-Tutf8", "-ww", "-z"])
                .arg(&path));
            passes(&output);
            assert!(output.stderr.is_empty(), "{}", stdout(&output));
        }
    }
}

#[test]
fn a_folder_for_man_pages_that_cannot_be_made_is_a_failure() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("the folder can be written to");
    let output = spotgen(["man".as_ref(), file.join("man1").as_os_str()]).run();
    assert_eq!(output.status.code(), Some(2));
    let said = super::process::stderr(&output);
    assert!(said.starts_with("error: cannot create "), "{said}");
}
