//! What a format makes when one stream is not enough: files in a directory that nobody has named yet.

use std::collections::BTreeMap;
use std::collections::btree_map;

/// Files by their path within a directory, in order of their paths. Nothing has touched the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Vec<u8>>,
}

impl Files {
    /// Adds a file. Paths are relative, with `/` between their parts, on every system.
    ///
    /// # Panics
    /// When the path is not one that stays inside a directory ([`is_inside`]), or is taken: formats choose their paths,
    /// and make none of text that could be anything.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        let path = path.into();
        assert!(
            is_inside(&path),
            "{path:?} is not a path within a directory"
        );
        let before = self.files.insert(path, content.into());
        assert!(before.is_none(), "two files have the same path");
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.into_iter()
    }
}

impl<'f> IntoIterator for &'f Files {
    type Item = (&'f str, &'f [u8]);
    type IntoIter = std::iter::Map<
        btree_map::Iter<'f, String, Vec<u8>>,
        fn((&'f String, &'f Vec<u8>)) -> (&'f str, &'f [u8]),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_slice()))
    }
}

/// Whether a path names a file within a directory, alike on every system: relative, of parts that are names.
pub(crate) fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
    };
    path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn paths_that_leave_the_directory_are_known() {
        for path in ["a", "a/b.yaml", ".helmignore", "a/..b", "a b/ü"] {
            assert!(is_inside(path), "{path}");
        }
        for path in [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../../b",
            "a/./b",
            "a\\b",
            "C:a",
            "a\nb",
        ] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
