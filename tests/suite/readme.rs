//! What the README shows is what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use spotgen::components::ComponentId;
use spotgen::{formats, reporters};

use super::golden;
use super::output_invariants::{documents, text};
use super::process::SPOTGEN;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced block after each marker `<!-- MARKER: PATH -->`, with its path.
fn blocks(readme: &str, marker: &str) -> Vec<(String, String)> {
    let start = format!("<!-- {marker}: ");
    let found: Vec<_> = readme
        .split(&start)
        .skip(1)
        .map(|rest| {
            let (path, rest) = rest.split_once(" -->").expect("a marker ends");
            let (_, rest) = rest.split_once("```").expect("a block follows a marker");
            let (_, rest) = rest.split_once('\n').expect("a block has lines");
            let (block, _) = rest.split_once("```").expect("a block ends");
            (path.to_owned(), block.to_owned())
        })
        .collect();
    assert!(!found.is_empty(), "nothing is marked `{marker}`");
    found
}

#[test]
fn files_shown_are_the_files() {
    let readme = read("README.md");
    for (path, block) in blocks(&readme, "file") {
        assert_eq!(block, read(&path), "README.md shows {path} otherwise");
    }
    for (path, block) in blocks(&readme, "part of") {
        assert!(
            read(&path).contains(&block),
            "README.md shows something that is not in {path}:\n{block}"
        );
    }
}

fn table(marker: &str, rows: impl Iterator<Item = String>) {
    let readme = read("README.md");
    let (_, section) = readme
        .split_once(&format!("<!-- {marker} -->\n"))
        .expect("a table is marked");
    let rows: String = rows.collect();
    assert!(
        section
            .split_once("|---|---|\n")
            .is_some_and(|(_, table)| table.starts_with(&rows)),
        "the table of {marker} should begin:\n{rows}"
    );
}

/// The table of rules, whole. `UPDATE_GOLDEN=1` writes it.
#[test]
fn the_table_of_rules_is_the_catalogue() {
    let readme = read("README.md");
    let (before, rest) = readme.split_once("<!-- rules -->\n").expect("it is marked");
    let (table, after) = rest.split_once("\n\n").expect("it ends");
    let now = spotgen::check::index();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let text = format!("{before}<!-- rules -->\n{now}\n{after}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        fs::write(path, text).expect("the README can be written");
        return;
    }
    assert_eq!(
        format!("{table}\n"),
        now,
        "README.md lists other rules: run `UPDATE_GOLDEN=1 cargo test --no-fail-fast`"
    );
}

#[test]
fn tables_are_the_catalogues() {
    table(
        "components",
        ComponentId::ALL
            .into_iter()
            .map(ComponentId::component)
            .map(|component| format!("| `{}` | {} |\n", component.name, component.summary)),
    );
    let formats = formats::ALL.iter();
    table(
        "formats",
        formats.map(|format| format!("| `{}` | {} |\n", format.name, format.about)),
    );
}

/// Text is what `check` writes unasked; one of the others is shown, and the rest named beside it.
#[test]
fn every_reporter_is_named() {
    let readme = read("README.md");
    let line = readme
        .lines()
        .find(|line| line.starts_with("$ spotgen check --report "))
        .expect("it is shown how findings are reported");
    let (command, comment) = line.split_once(" # ").expect("the others are named");
    let shown = command.split_whitespace().next_back().expect("a reporter");
    let others = comment.trim_start_matches("or ").split(", ");
    let mut named: Vec<&str> = others.chain(["text", shown]).collect();
    named.sort_unstable();
    let mut known: Vec<&str> = reporters::ALL
        .iter()
        .map(|reporter| reporter.name)
        .collect();
    known.sort_unstable();
    assert_eq!(named, known, "README.md: `{line}` is to name all reporters");
}

/// Every command line that begins with `spotgen` has arguments that it knows, as a shell reads them.
#[cfg(unix)]
#[test]
fn commands_shown_are_understood() {
    let readme = read("README.md");
    let lines: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ spotgen "))
        .collect();
    assert!(lines.len() > 8);
    for line in lines {
        let words: Vec<&str> = line
            .split(' ')
            .take_while(|word| !matches!(*word, "#" | "|" | ">"))
            .collect();
        let output = shell(&words.join(" "), "tests");
        let said = String::from_utf8_lossy(&output.stderr);
        // Every complaint about arguments ends so.
        assert!(
            !said.contains("try '--help'"),
            "`{line}` is not understood: {said}"
        );
    }
}

/// The line that makes policies makes them of the configuration that is shown first.
#[cfg(unix)]
#[test]
fn policies_are_made_as_it_is_shown() {
    let readme = read("README.md");
    let mut lines = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ spotgen render --format admission"));
    let line = lines.next().expect("it is shown");
    let (arguments, _) = line.split_once('|').expect("a pipe to kubectl");
    let output = shell(
        &format!("render --format admission{arguments}"),
        "golden/minimal",
    );
    let stream = String::from_utf8(output.stdout).expect("UTF-8");
    let golden = read("golden/minimal/admission.yaml");
    assert!(
        stream == golden,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs `spotgen` with arguments as they stand in a shell.
#[cfg(unix)]
fn shell(arguments: &str, folder: &str) -> Output {
    Command::new("sh")
        .args(["-c", &format!("exec \"$0\" {arguments}")])
        .arg(SPOTGEN)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .output()
        .expect("there is a shell")
}

/// The lines that install the upstream charts are those in the heads of the values files.
#[test]
fn charts_are_installed_as_their_values_say() {
    let readme = read("README.md").replace(" \\\n    ", " ");
    let files = golden::tree(&golden::root().join("minimal/values"));
    let commands: Vec<&str> = files
        .values()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with("helm ") || line.starts_with("kubectl "))
        .collect();
    assert_eq!(commands.len(), 4 + 3);
    for command in commands {
        assert!(readme.contains(&format!("\n{command}\n")), "{command}");
    }
}

/// The command that removes what has left the configuration names every kind that is made, and only what is spotgen's.
#[test]
fn pruning_covers_every_kind() {
    let readme = read("README.md");
    let (_, command) = readme
        .split_once("--prune --dry-run")
        .expect("the command is shown");
    let (command, _) = command.split_once("```").expect("a block ends");
    let mut named: Vec<&str> = command
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--prune-allowlist="))
        .collect();
    named.sort_unstable();

    let mut made = BTreeSet::new();
    for case in golden::cases(&golden::root()) {
        let Ok(stream) = fs::read_to_string(case.join("manifests.yaml")) else {
            continue;
        };
        for object in documents(&stream) {
            let version = text(&object, "/apiVersion");
            let kind = text(&object, "/kind");
            // A namespace would take everything in it along.
            if kind != "Namespace" {
                let core = if version.contains('/') { "" } else { "core/" };
                made.insert(format!("{core}{version}/{kind}"));
            }
            for label in ["managed-by", "part-of"] {
                let label = format!("/metadata/labels/app.kubernetes.io~1{label}");
                assert!(!text(&object, &label).is_empty(), "{object:#}");
            }
        }
    }
    assert_eq!(named, made.iter().map(String::as_str).collect::<Vec<_>>());
}
