//! Every folder of `golden/` is a case: inputs, and everything that they must give. A new case is a new folder.
//!
//! `spot-config.yaml` is the configuration; a file `args` (one argument a line) replaces the default arguments
//! `-f spot-config.yaml`. `UPDATE_GOLDEN=1 cargo test --no-fail-fast` writes the rest anew: read the difference.
//!
//! - *Every format* has a golden in every valid case (`formats.rs`): a file, or a folder for a format that is a
//!   directory. An empty file says that there is nothing to write. `FORMAT.refused.txt` says why the format cannot say
//!   what this configuration says; the output beside it, if there is one, is that of the case with what [`instead`] sets.
//!   `notes.txt` has what the formats say about what they write.
//! - *Every reporter* has a golden in every case that comes to a report (`reporters.rs`): what `check` finds.
//! - `golden/rules`, `golden/patch` and `golden/init` have tests of their own, in `rules.rs`, `patch.rs` and `init.rs`.
//! - *The program itself* (`process.rs`): `stderr.txt` is what `render` says, and `FORMAT.stderr.txt` what it says of the
//!   formats that are directories, in [`TREES`].

mod case;
mod formats;
mod own_output;
mod process;
mod reporters;
mod simulate;
mod simulate_causes;
mod simulate_changes;
mod simulate_clusters;
mod simulate_commands;
mod simulate_ends;
mod simulate_findings;
mod simulate_inputs;
mod simulate_objectives;
mod simulate_offers;
mod simulate_placeholders;
mod simulate_played;
mod simulate_pods;
mod simulate_real;
mod simulate_settings;
mod simulate_upgrades;
mod simulate_waiting;

pub(crate) use case::arguments;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Folders of cases of other kinds.
const OTHERS: [&str; 5] = ["init", "invalid", "patch", "real", "rules"];

/// The cases that the real Helm and others look at, and whose directories the program itself writes.
pub(crate) const TREES: [&str; 7] = [
    "article",
    "autoscaled",
    "everything",
    "hostile-strings",
    "minimal",
    "monitoring",
    "switched-off",
];

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

/// The golden file of this name of every case where it holds something.
pub(crate) fn files(name: &str) -> Vec<PathBuf> {
    let files = cases(&root()).into_iter().map(|case| case.join(name));
    let files: Vec<PathBuf> = files.filter(|path| holds_something(path)).collect();
    assert!(!files.is_empty(), "no golden case has a {name}");
    files
}

fn holds_something(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0)
}

/// What is set so that a format that cannot say everything has something to say.
pub(crate) fn instead(format: &str) -> &'static [&'static str] {
    match format {
        "kustomize" => &["--set", "spec.classRules=[]"],
        "admission" => &["--set", r#"spec.cluster.kubernetesVersion="1.36""#],
        _ => &[],
    }
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// Compares a text with a golden file, or writes it there.
pub(crate) fn compare(path: &Path, text: &str, mismatches: &mut Vec<String>) {
    if is_update() {
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("a golden folder can be made");
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
        Err(error) => mismatches.push(format!("{}: there is no golden: {error}", path.display())),
    }
}

pub(crate) fn finish(mismatches: &[String]) {
    assert!(
        mismatches.is_empty(),
        "{}\nmeant? run `UPDATE_GOLDEN=1 cargo test --no-fail-fast`, and review `git diff` and the new files",
        mismatches.join("\n")
    );
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("spotgen writes UTF-8")
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

/// Compares files with a golden folder, or writes them there.
fn compare_trees(golden: &Path, found: &BTreeMap<String, String>, mismatches: &mut Vec<String>) {
    let stale = tree(golden).into_keys();
    for name in stale.filter(|name| !found.contains_key(name)) {
        no_golden(&golden.join(name), mismatches);
    }
    for (name, content) in found {
        compare(&golden.join(name), content, mismatches);
    }
}

/// There is to be no such golden file, or it is removed.
fn no_golden(path: &Path, mismatches: &mut Vec<String>) {
    if !path.exists() {
        return;
    }
    if is_update() {
        let removed = if path.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
        removed.expect("a golden file can be removed");
    } else {
        mismatches.push(format!("{}: nothing makes it", path.display()));
    }
}
