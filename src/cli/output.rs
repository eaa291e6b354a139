//! Atomic writes of single files.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use super::spool::Spool;
use crate::diagnostic::Failure;

/// Prefix and suffix of the temporary file that is renamed to its target.
pub(super) const BESIDE: (&str, &str) = (".spotgen-", ".tmp");

/// It is unknown whether the configuration or the file was changed.
const STREAM_HELP: &str =
    "manual edits would be overwritten, so copy them to the configuration first; then update";

/// The number of links that Linux follows. Source: torvalds/linux include/linux/namei.h, `MAXSYMLINKS`.
const MOST_LINKS: usize = 40;

/// Replaces `path` with what `write` writes. The content goes to a temporary file first, so that a failure leaves the
/// old file intact. A symbolic link stays and its target is replaced; anything but a regular file, such as a named
/// pipe, is written to directly. Returns false, and changes nothing, if there is nothing to write.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<bool, Failure> {
    let failure = |error: io::Error| cannot_write(path, &error);
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(cannot_write(path, &"it is a directory")
            .help("name a file: this format writes a single stream")),
        Ok(found) if !found.is_file() => write_to(path, write).map_err(failure),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failure(error)),
        _ => put(&followed(path).map_err(failure)?, write).map_err(failure),
    }
}

fn cannot_write(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot write {}: {why}", path.display()))
}

/// The target of the links, whether or not it exists.
pub(super) fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = parent(&path).join(target),
            // It is not a link, or it does not exist.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn put(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<bool>) -> io::Result<bool> {
    let mut file = beside(path)?;
    if !write(&mut file)? {
        return Ok(false);
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(true)
}

/// An empty temporary file that will replace `path`. It has the permissions of the existing file, or those of any new
/// file.
pub(super) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let (prefix, suffix) = BESIDE;
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(suffix);
    permitted(&mut builder, path).map_err(without_its_name)
}

/// The cause alone. tempfile adds the name of its file, which is another one each time, and which nobody asked for.
/// Source: Stebalien/tempfile src/error.rs, `PathError`.
fn without_its_name(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.rsplit_once(" at path ") {
        Some((cause, _)) => io::Error::new(error.kind(), cause),
        None => error,
    }
}

#[cfg(unix)]
fn permitted(builder: &mut tempfile::Builder<'_, '_>, path: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let existing = fs::metadata(path).ok().map(|found| found.permissions());
    // The umask applies.
    let of_any_file = || fs::Permissions::from_mode(0o666);
    let file = builder
        .permissions(existing.clone().unwrap_or_else(of_any_file))
        .tempfile_in(parent(path))?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing)?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn permitted(builder: &mut tempfile::Builder<'_, '_>, path: &Path) -> io::Result<NamedTempFile> {
    builder.tempfile_in(parent(path))
}

/// Writes to something that cannot be replaced, after the whole output has been produced.
fn write_to(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> io::Result<bool> {
    let mut spool = Spool::new();
    if !write(&mut spool)? {
        return Ok(false);
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    match spool.release(&mut file) {
        // As with stdout, the reader may stop early.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(true),
    }
}

/// How existing files differ from what would be written.
#[derive(Debug)]
pub(super) struct Drift {
    /// Never empty.
    pub(super) differences: Vec<Difference>,
    /// What to do about it, up to the command that does it.
    pub(super) help: &'static str,
}

/// A file that is not as it would be written.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) what: String,
    /// The lines that differ; empty if there is nothing to compare with.
    pub(super) lines: String,
}

impl Difference {
    pub(super) fn without_lines(what: String) -> Self {
        Self {
            what,
            lines: String::new(),
        }
    }
}

impl Drift {
    /// `None` if nothing differs.
    pub(super) fn of(differences: Vec<Difference>) -> Option<Self> {
        let help = "update";
        (!differences.is_empty()).then_some(Self { differences, help })
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

/// How the file at `path` differs from `text`; `None` if it does not.
pub(super) fn difference(path: &Path, text: &[u8]) -> Result<Option<Drift>, Failure> {
    let failure = |why: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read {}: {why}", path.display()))
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = Difference::without_lines(format!("{} is missing", path.display()));
            return Ok(Drift::of(vec![missing]));
        }
        Ok(found) if !found.is_file() => {
            return Err(failure(&"it is not a regular file").help("name a file to compare with"));
        }
        _ => {}
    }
    let existing = fs::read(path).map_err(|error| failure(&error))?;
    if existing == text {
        return Ok(None);
    }
    let path = path.display().to_string();
    let difference = compare(&path, &existing, text);
    Ok(Drift::of(vec![difference]).map(|drift| drift.help(STREAM_HELP)))
}

/// How two texts that are not the same differ.
pub(super) fn compare(path: &str, existing: &[u8], text: &[u8]) -> Difference {
    let text = String::from_utf8_lossy(text);
    let existing = String::from_utf8_lossy(existing);
    let same = existing
        .lines()
        .zip(text.lines())
        .take_while(|(before, after)| before == after)
        .count();
    Difference {
        what: format!("{path} differs, starting at line {}", same + 1),
        lines: changed_lines(&existing, &text),
    }
}

/// The lines that differ, with some around them; not all of very many.
fn changed_lines(existing: &str, text: &str) -> String {
    const MOST_SHOWN: usize = 60;
    // To compare very long texts takes long, and nobody reads the result.
    const MOST_COMPARED: usize = 20_000;
    if existing.lines().count().max(text.lines().count()) > MOST_COMPARED {
        return String::new();
    }
    let difference = TextDiff::from_lines(existing, text);
    let whole = difference
        .unified_diff()
        .missing_newline_hint(false)
        .to_string();
    let count = whole.lines().count();
    let mut shown: String = whole.split_inclusive('\n').take(MOST_SHOWN).collect();
    if count > MOST_SHOWN {
        let _ = writeln!(shown, "… and {} more lines", count - MOST_SHOWN);
    }
    shown
}
