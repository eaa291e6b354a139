//! Texts of the files of a directory.

use serde::Serialize;

use crate::components::Explained;
use crate::yaml;

/// One document with a leading comment.
pub(super) fn document<T: Serialize>(header: &str, value: &T) -> String {
    let mut text = header.to_owned();
    yaml::write(value, &mut text);
    text
}

/// Documents with a leading comment.
pub(super) fn documents<T: Serialize>(header: &str, made: &[Explained<T>]) -> String {
    let mut text = header.to_owned();
    for document in made {
        text.push_str("---\n");
        document.write(&mut text);
    }
    text
}
