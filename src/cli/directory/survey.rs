//! What a directory contains, and what would have to change.

use std::fs;
use std::io;
use std::path::Path;

use super::owned::{NAME, Owned};
use crate::diagnostic::Failure;
use crate::files::Files;

/// At most this many conflicting files are named.
const MOST_NAMED: usize = 5;

/// The state of a directory before anything is changed.
#[derive(Debug)]
pub(super) struct Survey<'f> {
    directory: &'f Path,
    /// The list in the directory, if there is one.
    pub(super) owned: Option<Owned>,
    /// Files that are missing or differ.
    pub(super) changes: Vec<Change<'f>>,
    /// Files of an earlier run that are no longer rendered.
    pub(super) stale: Vec<String>,
    /// Files that would have to be replaced or removed but are not spotgen's, each with the reason.
    in_the_way: Vec<(String, &'static str)>,
}

#[derive(Debug)]
pub(super) struct Change<'f> {
    pub(super) path: &'f str,
    pub(super) content: &'f [u8],
    pub(super) existing: Option<Vec<u8>>,
}

const FOREIGN: &str = "was not written by spotgen";
const EDITED: &str = "was edited after spotgen wrote it";

impl<'f> Survey<'f> {
    pub(super) fn new(
        directory: &'f Path,
        format: &str,
        files: &'f Files,
    ) -> Result<Self, Failure> {
        if directory.exists() && !directory.is_dir() {
            return Err(Failure::new(format!(
                "cannot write into {}: it is not a directory",
                directory.display()
            ))
            .help("name a directory: this format writes several files"));
        }
        let mut survey = Self {
            directory,
            owned: read_list(directory, format)?,
            changes: Vec::new(),
            stale: Vec::new(),
            in_the_way: Vec::new(),
        };
        for (path, content) in files {
            let existing = read(directory, path)?;
            if existing.as_deref() == Some(content) {
                continue;
            }
            if let Some(existing) = &existing {
                survey.is_ours(path, existing);
            }
            survey.changes.push(Change {
                path,
                content,
                existing,
            });
        }
        let before = survey.owned.as_ref().map(Owned::paths).unwrap_or_default();
        let stale: Vec<String> = before
            .into_iter()
            .filter(|path| files.get(path).is_none())
            .map(str::to_owned)
            .collect();
        for path in stale {
            if let Some(existing) = read(directory, &path)? {
                survey.is_ours(&path, &existing);
                survey.stale.push(path);
            }
        }
        Ok(survey)
    }

    /// Records the file as a conflict unless it is spotgen's.
    fn is_ours(&mut self, path: &str, existing: &[u8]) {
        let owned = self.owned.as_ref();
        if !owned.is_some_and(|owned| owned.has(path, existing)) {
            let known = owned.is_some_and(|owned| owned.names(path));
            let why = if known { EDITED } else { FOREIGN };
            self.in_the_way.push((path.to_owned(), why));
        }
    }

    /// Why a file must not be touched; `None` if it is spotgen's.
    pub(super) fn why_in_the_way(&self, path: &str) -> Option<&'static str> {
        let mut in_the_way = self.in_the_way.iter();
        in_the_way.find_map(|(found, why)| (found == path).then_some(*why))
    }

    /// Fails if there is a conflict.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        if self.in_the_way.is_empty() {
            return Ok(());
        }
        let mut named: Vec<String> = self
            .in_the_way
            .iter()
            .take(MOST_NAMED)
            .map(|(path, why)| format!("{} {why}", self.directory.join(path).display()))
            .collect();
        if self.in_the_way.len() > MOST_NAMED {
            named.push(format!("and {} more", self.in_the_way.len() - MOST_NAMED));
        }
        Err(
            Failure::new(format!("nothing was written: {}", named.join("; ")))
                .help("move or remove these files, and run the command again"),
        )
    }
}

fn read_list(directory: &Path, format: &str) -> Result<Option<Owned>, Failure> {
    let Some(text) = read(directory, NAME)? else {
        return Ok(None);
    };
    let location = directory.join(NAME);
    let text = String::from_utf8_lossy(&text);
    let owned = Owned::parse(&text).map_err(|line| {
        Failure::new(format!(
            "{}:{line}: this line was not written by spotgen",
            location.display()
        ))
        .help("restore the file; or remove it together with the rendered files, and run the command again")
    })?;
    if owned.format != format {
        return Err(Failure::new(format!(
            "{} contains output of the format `{}`",
            directory.display(),
            owned.format
        ))
        .help("name another directory for this format"));
    }
    Ok(Some(owned))
}

/// The content of a file; `None` if it does not exist. Symbolic links are not followed: they could lead anywhere.
fn read(directory: &Path, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let mut location = directory.to_owned();
    let mut parts = path.split('/').peekable();
    let failure = |location: &Path, error: io::Error| {
        Failure::new(format!("cannot read {}: {error}", location.display()))
    };
    while let Some(part) = parts.next() {
        location.push(part);
        let kind = match fs::symlink_metadata(&location) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failure(&location, error)),
        };
        let wanted = if parts.peek().is_some() {
            kind.is_dir()
        } else {
            kind.is_file()
        };
        if !wanted {
            let what = if kind.is_symlink() {
                "a symbolic link, and links are not followed"
            } else if kind.is_dir() {
                "a directory, but a file belongs there"
            } else {
                "neither the regular file nor the directory that belongs there"
            };
            return Err(Failure::new(format!(
                "nothing was written: {} is {what}",
                location.display()
            ))
            .help("move or remove it, and run the command again"));
        }
    }
    fs::read(&location)
        .map(Some)
        .map_err(|error| failure(&location, error))
}
