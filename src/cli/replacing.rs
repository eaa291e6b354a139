//! Replaces files, all of them or none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use super::output::{beside, followed};
use crate::diagnostic::Failure;

/// A file and its new text.
pub(super) struct Replaced<'a> {
    pub(super) name: &'a str,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}

/// How the files change.
pub(super) fn diff(files: &[Replaced<'_>]) -> String {
    let diffs = files.iter().map(|file| {
        let diff = TextDiff::from_lines(file.before, file.after);
        diff.unified_diff().header(file.name, file.name).to_string()
    });
    diffs.collect()
}

/// Replaces the files once all of them are written beside the old ones. `verb` says in messages what is done to them.
pub(super) fn replace(verb: &str, files: &[Replaced<'_>]) -> Result<(), Failure> {
    let mut paths = BTreeSet::new();
    let mut staged = Vec::new();
    for file in files {
        let name = file.name;
        let path = stage_path(verb, file)?;
        if !paths.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            return Err(Failure::new(format!("{name} is named twice"))
                .help("name each file once, so that all changes go into one text"));
        }
        let temporary = stage(&path, file.after).map_err(|error| unstaged(name, &error))?;
        staged.push((temporary, path));
    }
    for (temporary, path) in staged {
        temporary.persist(&path).map_err(|error| {
            Failure::new(format!("cannot write {}: {}", path.display(), error.error))
                .help("other files may already be written; run the command again")
        })?;
    }
    Ok(())
}

/// The path to replace, if the file is as it was read.
fn stage_path(verb: &str, file: &Replaced<'_>) -> Result<PathBuf, Failure> {
    let name = file.name;
    let failure =
        |why: &dyn std::fmt::Display| Failure::new(format!("cannot {verb} {name}: {why}"));
    let path = followed(Path::new(name)).map_err(|error| failure(&error))?;
    let found = fs::metadata(&path).map_err(|error| failure(&error))?;
    if !found.is_file() {
        return Err(failure(&"it is not a regular file"));
    }
    // Another file could take its place, but nobody who protects a file wants that.
    if found.permissions().readonly() {
        return Err(failure(&"it is read-only").help("make it writable, or leave it out"));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = fs::metadata(folder.unwrap_or(Path::new("."))).map_err(|error| failure(&error))?;
    if folder.permissions().readonly() {
        return Err(failure(&"its folder is read-only").help(BESIDE));
    }
    let now = fs::read(&path).map_err(|error| failure(&error))?;
    if now != file.before.as_bytes() {
        return Err(failure(&"it was changed in the meantime").help("run the command again"));
    }
    Ok(path)
}

/// Why a folder has to take new files.
const BESIDE: &str = "the new text is written beside the old file first, so that no file is ever half written: make the \
                      folder writable, or copy the files elsewhere; --check and --diff write nothing";

fn unstaged(name: &str, error: &Error) -> Failure {
    let failure = Failure::new(format!("cannot write {name}: {error}"));
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => failure.help(BESIDE),
        _ => failure,
    }
}

fn stage(path: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    let mut file = beside(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
