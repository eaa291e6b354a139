//! Takes the examples of the rules from their pages, so that `spotgen explain RULE` shows them.

// How a build script talks to Cargo.
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

const PAGES: &str = "docs/rules";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={PAGES}");
    let mut examples = Vec::new();
    for entry in fs::read_dir(PAGES)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        let example = text.split_once("\n## Example\n");
        let example = example.and_then(|(_, rest)| rest.split_once("\n## Sources\n"));
        if let (Some(id), Some((example, _))) = (path.file_stem(), example) {
            examples.push((id.to_string_lossy().into_owned(), example.trim().to_owned()));
        }
    }
    examples.sort();
    let mut list = String::from("&[\n");
    for (id, example) in examples {
        let _ = writeln!(list, "    ({id:?}, {example:?}),");
    }
    list.push(']');
    let folder = env::var_os("OUT_DIR").expect("Cargo names a folder");
    fs::write(Path::new(&folder).join("examples.rs"), list)
}
