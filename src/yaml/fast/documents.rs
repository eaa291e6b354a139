//! The documents of a text.

use super::kept::Kept;
use super::reader::Reader;
use crate::yaml::Value;

impl<'s> Reader<'s> {
    pub(super) fn documents<K: Kept<'s>>(&mut self) -> Option<Vec<K>> {
        let mut documents = Vec::new();
        self.find_content()?;
        if self.column.is_some() {
            documents.push(self.root()?);
        }
        while self.at < self.text.len() {
            documents.push(self.marked_document()?);
        }
        Some(documents)
    }

    /// To the content of the first document, if it has some.
    pub(super) fn find_document(&mut self) -> Option<()> {
        self.find_content()?;
        if self.column.is_none() {
            self.pass_marker()?;
        }
        self.column.map(|_| ())
    }

    /// A document that begins with a line `---`.
    fn marked_document<K: Kept<'s>>(&mut self) -> Option<K> {
        let marker = self.pass_marker()?;
        match self.column {
            None => Some(K::scalar(self, marker, marker, Value::Null)),
            Some(_) => self.root(),
        }
    }

    /// Past a line `---`. Returns the end of its dashes.
    fn pass_marker(&mut self) -> Option<usize> {
        if !self.rest().starts_with(b"---") {
            return None;
        }
        self.at += 3;
        let end = self.at;
        self.end_line()?;
        Some(end)
    }

    fn root<K: Kept<'s>>(&mut self) -> Option<K> {
        let root = self.block()?;
        self.column.is_none().then_some(root)
    }
}
