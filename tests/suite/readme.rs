//! What the README shows is what the program does.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::ValueEnum as _;
use spotgen::components::ALL;
use spotgen::formats::Format;

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

#[test]
fn tables_are_the_catalogues() {
    table(
        "components",
        ALL.iter()
            .map(|component| format!("| `{}` | {} |\n", component.name, component.summary)),
    );
    let formats = Format::value_variants()
        .iter()
        .filter_map(clap::ValueEnum::to_possible_value);
    table(
        "formats",
        formats.map(|format| {
            format!(
                "| `{}` | {} |\n",
                format.get_name(),
                format
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            )
        }),
    );
}

/// Every command line that begins with `spotgen` has arguments that it knows.
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
            .split_whitespace()
            .take_while(|word| !matches!(*word, "#" | "|"))
            .collect();
        let output = Command::new(env!("CARGO_BIN_EXE_spotgen"))
            .args(&words)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"))
            .output()
            .expect("spotgen can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !said.contains("Usage:"),
            "`{line}` is not understood: {said}"
        );
    }
}
