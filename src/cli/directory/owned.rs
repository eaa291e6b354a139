//! The list of spotgen's own files in a directory, kept in the directory itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::files::{Files, is_inside};
use crate::sha256;

/// The list's own name.
pub(super) const NAME: &str = ".spotgen.lock";

const FIRST_LINE: &str = "# spotgen render --format ";
const SECOND_LINE: &str =
    "# spotgen replaces and removes the files that are as listed here, and no others.";

/// Paths with the SHA-256 of what spotgen wrote there; a path has several while files are being replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) format: String,
    files: BTreeSet<(String, String)>,
}

impl Owned {
    pub(super) fn of(format: &str, files: &Files) -> Self {
        Self {
            format: format.to_owned(),
            files: files
                .iter()
                .map(|(path, content)| (path.to_owned(), sha256::hex(content)))
                .collect(),
        }
    }

    /// The union of both lists.
    pub(super) fn with(&self, other: Option<&Self>) -> Self {
        let mut all = self.clone();
        all.files
            .extend(other.into_iter().flat_map(|other| other.files.clone()));
        all
    }

    pub(super) fn paths(&self) -> BTreeSet<&str> {
        self.files.iter().map(|(path, _)| path.as_str()).collect()
    }

    /// Whether spotgen wrote this content to this path.
    pub(super) fn has(&self, path: &str, content: &[u8]) -> bool {
        self.files
            .contains(&(path.to_owned(), sha256::hex(content)))
    }

    pub(super) fn names(&self, path: &str) -> bool {
        self.files.iter().any(|(owned, _)| owned == path)
    }

    /// The list in the form that `sha256sum --check` reads.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}{}\n{SECOND_LINE}\n", self.format);
        for (path, hash) in &self.files {
            writeln!(text, "{hash}  {path}").expect("writing to a string cannot fail");
        }
        text
    }

    /// Reads a list. The error is the number of the first line that spotgen did not write.
    pub(super) fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines();
        let format = lines
            .next()
            .and_then(|line| line.strip_prefix(FIRST_LINE))
            .ok_or(1_usize)?;
        if lines.next() != Some(SECOND_LINE) {
            return Err(2);
        }
        let files = lines.enumerate().map(|(number, line)| {
            let (hash, path) = line.split_once("  ").ok_or(number + 3)?;
            let is_hash = hash.len() == 64
                && hash
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if is_hash && is_inside(path) && path != NAME {
                Ok((path.to_owned(), hash.to_owned()))
            } else {
                Err(number + 3)
            }
        });
        Ok(Self {
            format: format.to_owned(),
            files: files.collect::<Result<_, _>>()?,
        })
    }
}
