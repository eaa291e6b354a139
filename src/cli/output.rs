//! Files that are written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::diagnostic::Failure;

/// Puts what `write` writes into `path`: beside it first, then in its place, so that a failure leaves what was there.
/// False, and nothing changed, when there is nothing to write.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<bool, Failure> {
    let failure = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot write {}: {error}", path.display()))
    };
    if path.is_dir() {
        return Err(failure(&"it is a directory").help("name a file: this format is one stream"));
    }
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".spotgen-")
        .tempfile_in(directory)
        .map_err(|error| failure(&error))?;
    if !write(&mut file).map_err(|error| failure(&error))? {
        return Ok(false);
    }
    set_permissions(file.as_file(), path).map_err(|error| failure(&error))?;
    file.persist(path).map_err(|error| failure(&error.error))?;
    Ok(true)
}

/// Those of the file that is replaced; else what a file made here would have.
#[cfg(unix)]
pub(super) fn set_permissions(file: &fs::File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match fs::metadata(path) {
        Ok(existing) => file.set_permissions(existing.permissions()),
        Err(_) => file.set_permissions(fs::Permissions::from_mode(0o644)),
    }
}

#[cfg(not(unix))]
pub(super) fn set_permissions(_: &fs::File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Why the file at `path` is not `text`; `None` when it is.
pub(super) fn difference(path: &Path, text: &[u8]) -> Result<Option<String>, Failure> {
    let existing = match fs::read(path) {
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some(format!("{} is missing", path.display())));
        }
        Err(error) => {
            return Err(Failure::new(format!(
                "cannot read {}: {error}",
                path.display()
            )));
        }
    };
    if existing == text {
        return Ok(None);
    }
    let path = path.display().to_string();
    Ok(Some(describe_difference(&path, &existing, text)))
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
