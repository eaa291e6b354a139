//! The pages that people read: those at the top of the repository, and the book below docs. Pages of rules are generated,
//! and `rules.rs` compares them.

use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all pages.
pub(super) fn all() -> Vec<String> {
    let mut pages: Vec<String> = fs::read_dir(root().join("docs"))
        .expect("there is a book")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| Some(format!("docs/{}", path.file_name()?.to_str()?)))
        .collect();
    pages.sort();
    for page in ["CONTRIBUTING.md", "README.md", "SECURITY.md"] {
        pages.insert(0, page.to_owned());
    }
    pages
}

/// The only page that contains a text, by its path.
#[track_caller]
pub(super) fn holding(text: &str) -> String {
    let pages = all().into_iter().filter(|page| read(page).contains(text));
    let [page] = &pages.collect::<Vec<_>>()[..] else {
        panic!("exactly one page should contain {text:?}");
    };
    page.clone()
}

/// The whole command lines of a page: what follows `$ ` in its blocks, joined where a backslash ends a line.
pub(super) fn commands(page: &str) -> Vec<String> {
    let text = read(page).replace(" \\\n    ", " ");
    let lines = text.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(str::to_owned).collect()
}

/// The commands of `spotgen` in a line, as a shell reads it: without comments and redirections.
pub(super) fn commands_of_spotgen(line: &str) -> Vec<String> {
    let is_end = |word: &&str| !matches!(*word, "#" | "<" | ">" | ">/dev/null");
    let parts = line.split(" | ").map(|part| {
        let words = part.split(' ').take_while(is_end);
        // Variables may stand in front.
        let words = words.skip_while(|word| word.contains('=') && !word.starts_with('-'));
        words.collect::<Vec<_>>().join(" ")
    });
    let own = parts.filter_map(|part| part.strip_prefix("spotgen ").map(str::to_owned));
    own.collect()
}

/// What renderers of Markdown make of a heading.
pub(super) fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let kept: String = heading.to_lowercase().chars().filter(kept).collect();
    kept.replace(' ', "-")
}

/// The text of a page without its blocks of code.
pub(super) fn prose(text: &str) -> String {
    let mut is_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}
