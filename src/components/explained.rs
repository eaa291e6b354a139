//! What is made, with comments for the reader of the text.

use serde::Serialize;

use crate::yaml;

/// A value and the comments that explain its numbers.
#[derive(Clone, Debug)]
pub struct Explained<T> {
    pub value: T,
    comments: Vec<Comment>,
}

/// A line above a field.
#[derive(Clone, Debug)]
struct Comment {
    /// As [`yaml::comment`] takes it.
    path: Vec<&'static str>,
    text: String,
}

impl<T> From<T> for Explained<T> {
    fn from(value: T) -> Self {
        Self {
            value,
            comments: Vec::new(),
        }
    }
}

impl<T> Explained<T> {
    /// Explains the field with this path, if there is something to say. The text is one line.
    pub(crate) fn because(
        mut self,
        path: impl Into<Vec<&'static str>>,
        text: impl Into<Option<String>>,
    ) -> Self {
        if let Some(text) = text.into() {
            let path = path.into();
            self.comments.push(Comment { path, text });
        }
        self
    }
}

impl<T: Serialize> Explained<T> {
    /// Appends the value as YAML, with its comments.
    pub fn write(&self, out: &mut String) {
        let start = out.len();
        yaml::write(&self.value, out);
        for Comment { path, text } in &self.comments {
            yaml::comment(out, start, path, text);
        }
    }
}
