//! Writes a directory of files as atomically as a file system allows.
//!
//! The directory is surveyed first; if any file is in the way, nothing is written. Then each file is written to a
//! temporary file in the same directory, and the files are renamed only once all of them exist. A list in the directory
//! ([`Owned`]) records which files are spotgen's. During the renames it holds both the old and the new state of each
//! file, so that an interrupted run can be repeated.

mod leftovers;
mod owned;
mod survey;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use self::owned::{NAME, Owned};
use self::survey::Survey;
use super::output::{Difference, Drift, beside, compare};
use crate::diagnostic::Failure;
use crate::files::Files;

const EDITED_HELP: &str = "spotgen does not overwrite files that it did not write or that were edited: copy the change to the configuration, move the file away, then update";

/// Makes `directory` hold these files. An existing file is replaced, or removed if it is no longer rendered, only if it
/// is exactly as an earlier run of the same format wrote it.
pub(super) fn write(directory: &Path, format: &str, files: &Files) -> Result<(), Failure> {
    let survey = Survey::new(directory, format, files)?;
    survey.refuse()?;
    let before = survey.owned.as_ref().map(Owned::paths).unwrap_or_default();
    leftovers::remove(directory, files.iter().map(|(path, _)| path).chain(before));
    let after = Owned::of(format, files);
    let list_is_new = survey.owned.as_ref() != Some(&after);
    if survey.changes.is_empty() && survey.stale.is_empty() && !list_is_new {
        return Ok(());
    }
    let mut made = Generated::default();
    let done = stage(directory, &survey, &after, &mut made)
        .and_then(|staged| staged.put(directory, &survey.stale));
    if done.is_err() {
        made.undo();
    }
    done
}

/// How `directory` differs from what [`write`] would make of it; `None` if it does not.
pub(super) fn differences(
    directory: &Path,
    format: &str,
    files: &Files,
) -> Result<Option<Drift>, Failure> {
    let survey = Survey::new(directory, format, files)?;
    let show = |path: &str| directory.join(path).display().to_string();
    // `write` would refuse to touch these files.
    let mut is_stopped = false;
    let mut why = |path: &str, and: &str| {
        let why = survey.why_in_the_way(path);
        is_stopped |= why.is_some();
        why.map_or_else(String::new, |why| format!(" {why}{and}"))
    };
    let mut found: Vec<(&str, Difference)> = Vec::new();
    for change in &survey.changes {
        let path = format!("{}{}", show(change.path), why(change.path, ", and"));
        let difference = match &change.existing {
            None => Difference::without_lines(format!("{path} is missing")),
            Some(existing) => compare(&path, existing, change.content),
        };
        found.push((change.path, difference));
    }
    for path in &survey.stale {
        let why = why(path, ", and");
        let what = format!("{}{why} is no longer rendered", show(path));
        found.push((path, Difference::without_lines(what)));
    }
    found.sort();
    let list = if survey.owned.is_none() {
        Some("is missing")
    } else if found.is_empty() && survey.owned != Some(Owned::of(format, files)) {
        Some("differs")
    } else {
        None
    };
    let list = list.map(|what| Difference::without_lines(format!("{} {what}", show(NAME))));
    let differences = found.into_iter().map(|(_, difference)| difference);
    Ok(Drift::of(differences.chain(list).collect()).map(|drift| {
        if is_stopped {
            drift.help(EDITED_HELP)
        } else {
            drift
        }
    }))
}

/// A temporary file and the path that it will get. It is deleted when dropped.
type Beside = (NamedTempFile, PathBuf);

/// All files, written but not yet renamed.
struct Staged {
    files: Vec<Beside>,
    /// The list to use while files are being replaced, and the final one.
    lists: [Beside; 2],
}

fn stage(
    directory: &Path,
    survey: &Survey<'_>,
    after: &Owned,
    made: &mut Generated,
) -> Result<Staged, Failure> {
    let mut files = Vec::new();
    for change in &survey.changes {
        let location = directory.join(change.path);
        files.push(write_beside(&location, change.content, made)?);
    }
    let list = directory.join(NAME);
    let during = after.with(survey.owned.as_ref());
    let lists = [
        write_beside(&list, during.text().as_bytes(), made)?,
        write_beside(&list, after.text().as_bytes(), made)?,
    ];
    Ok(Staged { files, lists })
}

impl Staged {
    fn put(self, directory: &Path, stale: &[String]) -> Result<(), Failure> {
        let [during, after] = self.lists;
        put(during)?;
        for file in self.files {
            put(file)?;
        }
        for path in stale {
            remove(directory, path)?;
        }
        put(after)
    }
}

fn write_beside(path: &Path, content: &[u8], made: &mut Generated) -> Result<Beside, Failure> {
    let parent = path.parent().expect("a file is in a directory");
    let written = made.directory(parent).and_then(|()| {
        let mut file = beside(path)?;
        file.write_all(content)?;
        Ok(file)
    });
    match written {
        Ok(file) => Ok((file, path.to_owned())),
        Err(error) => Err(Failure::new(format!(
            "cannot write {}: {error}",
            path.display()
        ))),
    }
}

fn put((file, path): Beside) -> Result<(), Failure> {
    file.persist(&path)
        .map(|_| ())
        .map_err(|error| halfway(&path, "write", &error.error))
}

/// Removes a file, and directories that become empty.
fn remove(directory: &Path, path: &str) -> Result<(), Failure> {
    let location = directory.join(path);
    fs::remove_file(&location).map_err(|error| halfway(&location, "remove", &error))?;
    let parents = Path::new(path).ancestors().skip(1);
    for parent in parents.filter(|parent| !parent.as_os_str().is_empty()) {
        // A directory that is not empty stays, and so do its parents.
        if fs::remove_dir(directory.join(parent)).is_err() {
            break;
        }
    }
    Ok(())
}

fn halfway(path: &Path, what: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {what} {}: {error}", path.display()))
        .help("other files may already be written; fix the cause and run the command again")
}

/// Directories created so far, outermost first.
#[derive(Debug, Default)]
struct Generated(Vec<PathBuf>);

impl Generated {
    /// Creates a directory and its parents where they are missing.
    fn directory(&mut self, path: &Path) -> std::io::Result<()> {
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory)?;
            self.0.push(directory.to_owned());
        }
        Ok(())
    }

    fn undo(self) {
        for directory in self.0.into_iter().rev() {
            // It is empty, unless another process wrote into it.
            let _ = fs::remove_dir(directory);
        }
    }
}
