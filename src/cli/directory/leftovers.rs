//! Temporary files of an interrupted run. Two runs that write into the same directory at the same time would remove
//! each other's files: concurrent runs have never been safe.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::output::BESIDE;

/// Removes temporary files from the directories of these files. One that cannot be removed does no harm.
pub(super) fn remove<'p>(directory: &Path, paths: impl Iterator<Item = &'p str>) {
    let mut directories: BTreeSet<PathBuf> = paths
        .filter_map(|path| Some(directory.join(path).parent()?.to_owned()))
        .collect();
    directories.insert(directory.to_owned());
    for directory in directories {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && entry.file_name().to_str().is_some_and(is_leftover) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_leftover(name: &str) -> bool {
    let (prefix, suffix) = BESIDE;
    name.strip_prefix(prefix)
        .and_then(|rest| rest.strip_suffix(suffix))
        .is_some_and(|random| random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
