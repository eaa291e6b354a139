//! Texts of the files.

use serde::Serialize;

use crate::components::System;
use crate::formats::objects;
use crate::kubernetes::Object;
use crate::yaml;

/// One document with a leading comment.
pub(super) fn document<T: Serialize>(header: &str, value: &T) -> String {
    let mut text = header.to_owned();
    yaml::write(value, &mut text);
    text
}

/// Objects with a leading comment, each in its own document.
pub(super) fn stream(system: &System, header: &str, made: &[Object]) -> String {
    let mut text = header.to_owned();
    for object in made {
        text.push_str("---\n");
        objects::write(system, object, &mut text);
    }
    text
}
