//! Files that are written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::spool::Spool;
use crate::diagnostic::Failure;

/// The name of a file that is to take another one's place begins and ends so.
pub(super) const BESIDE: (&str, &str) = (".spotgen-", ".tmp");

/// Nothing tells whether the configuration has changed since, or somebody has changed the file.
const STREAM_HELP: &str = "run the same command without --check; what was changed by hand would be lost, and belongs into the configuration";

/// As many links as Linux follows. Source: torvalds/linux include/linux/namei.h, `MAXSYMLINKS`.
const MOST_LINKS: usize = 40;

/// Puts what `write` writes into `path`: beside it first, then in its place, so that a failure leaves what was there.
/// A link stays, and what it leads to is replaced; what is no file, such as a named pipe, is written to.
/// False, and nothing changed, when there is nothing to write.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<bool, Failure> {
    let failure = |error: io::Error| cannot_write(path, &error);
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            Err(cannot_write(path, &"it is a directory")
                .help("name a file: this format is one stream"))
        }
        Ok(found) if !found.is_file() => write_to(path, write).map_err(failure),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failure(error)),
        _ => put(&followed(path).map_err(failure)?, write).map_err(failure),
    }
}

fn cannot_write(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot write {}: {why}", path.display()))
}

/// Where links lead, whether there is a file or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = parent(&path).join(target),
            // It is no link, or it is not there.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its links lead nowhere"))
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

/// An empty file beside `path`, to take its place: with the permissions of what is there, else with those that any file
/// made here has.
pub(super) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let (prefix, suffix) = BESIDE;
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(suffix);
    permitted(&mut builder, path)
}

#[cfg(unix)]
fn permitted(builder: &mut tempfile::Builder<'_, '_>, path: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let existing = fs::metadata(path).ok().map(|found| found.permissions());
    // The umask takes from these what it is set to take.
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

/// Writes to something that cannot be replaced, once all of it is known to be right.
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
        // As with stdout: whoever reads may have seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(true),
    }
}

/// How what is there differs from what would be written.
#[derive(Debug)]
pub(super) struct Drift {
    /// At least one.
    pub(super) differences: Vec<String>,
    /// What to do about it.
    pub(super) help: &'static str,
}

impl Drift {
    /// None where nothing differs.
    pub(super) fn of(differences: Vec<String>) -> Option<Self> {
        let help = "run the same command without --check";
        (!differences.is_empty()).then_some(Self { differences, help })
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

/// Why the file at `path` is not `text`; `None` when it is.
pub(super) fn difference(path: &Path, text: &[u8]) -> Result<Option<Drift>, Failure> {
    let failure = |why: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read {}: {why}", path.display()))
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Drift::of(vec![format!("{} is missing", path.display())]));
        }
        Ok(found) if !found.is_file() => {
            return Err(failure(&"it is not a file").help("name a file to compare with"));
        }
        _ => {}
    }
    let existing = fs::read(path).map_err(|error| failure(&error))?;
    if existing == text {
        return Ok(None);
    }
    let path = path.display().to_string();
    let difference = describe_difference(&path, &existing, text);
    Ok(Drift::of(vec![difference]).map(|drift| drift.help(STREAM_HELP)))
}

/// Where two texts that are not the same part.
pub(super) fn describe_difference(path: &str, existing: &[u8], text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let existing = String::from_utf8_lossy(existing);
    let same = existing
        .lines()
        .zip(text.lines())
        .take_while(|(before, after)| before == after)
        .count();
    format!("{path} differs from line {} on", same + 1)
}
