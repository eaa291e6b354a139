//! Golden outputs of the formats that not every case has: each is compared where a case has its file. An empty file
//! asks for one: `UPDATE_GOLDEN=1`.

use std::fs;
use std::path::PathBuf;

use clap::ValueEnum as _;
use spotgen::formats::{Format, Writer};
use tempfile::TempDir;

use super::golden::{cases, compare, finish, instead, render, root, text, tree};

/// The file of a format, and the format.
const FILES: [(&str, &str); 3] = [
    ("flux-patches.yaml", "flux-patches"),
    ("azure-cli.sh", "azure-cli"),
    ("admission.yaml", "admission"),
];

#[test]
fn golden_files_of_other_formats_are_what_is_rendered() {
    let mut mismatches = Vec::new();
    for (file, format) in FILES {
        let arguments = [&["--no-check", "--format", format], instead(format)].concat();
        let mut found = 0;
        for case in cases(&root()) {
            let golden = case.join(file);
            if !golden.exists() {
                continue;
            }
            found += 1;
            let output = render(&case, &arguments);
            assert!(
                output.status.success(),
                "{}:\n{}",
                golden.display(),
                text(&output.stderr)
            );
            compare(&golden, text(&output.stdout), &mut mismatches);
        }
        assert!(found > 3, "{found} cases have {file}");
    }
    finish(&mismatches);
}

/// What is written is what `--check` wants, and nothing else is.
#[test]
fn check_knows_what_every_format_writes() {
    let case = root().join("everything");
    for format in Format::value_variants() {
        let value = format.to_possible_value().expect("it can be named");
        let name = value.get_name();
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
        let files: Vec<PathBuf> = match format.writer() {
            Writer::Stream(_) => vec![made.clone()],
            Writer::Directory(_) => tree(&made).keys().map(|file| made.join(file)).collect(),
        };
        for file in files {
            let before = fs::read_to_string(&file).expect("it is there");
            let changed = before.clone() + "# changed\n";
            fs::write(&file, &changed).expect("it can be written");
            let place = file.display();
            assert_eq!(check().status.code(), Some(1), "{place} differs");
            let after = fs::read_to_string(&file).expect("it is there");
            assert_eq!(after, changed, "--check has written {place}");
            fs::write(&file, before).expect("it can be written");
        }
    }
}
