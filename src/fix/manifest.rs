//! Edits of objects: a stream is taken apart, since only the part with the object has to be read again.

use std::io::Cursor;

use super::list;
use crate::diagnostic::{Edit, Pointer};
use crate::patch::{Documents, amend, object_at};
use crate::source::Span;
use crate::yaml::Dialect;

/// The texts of the documents of a stream, as they are by now. Each item of a `List` is a part of its own: a list may
/// have thousands, and all of them would be read again for each edit.
#[derive(Debug)]
pub(super) struct Stream {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    start: usize,
    /// How many spaces stand before it to read it alone: its first line has other text before it.
    indent: usize,
    /// As it was read: findings point into it.
    before: String,
    now: String,
}

/// An object of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Object {
    part: usize,
    document: usize,
    pointer: Pointer,
}

impl Stream {
    pub(super) fn new(text: &str) -> Self {
        let mut documents = Documents::new(Cursor::new(text));
        let (mut parts, mut start) = (Vec::new(), 0);
        while documents.advance().unwrap_or(false) {
            let length = documents.current().bytes.len();
            let document = &text[start..start + length];
            for (range, indent) in list::pieces(document) {
                let piece = document[range.clone()].to_owned();
                parts.push(Part {
                    start: start + range.start,
                    indent,
                    before: piece.clone(),
                    now: piece,
                });
            }
            start += length;
        }
        Self { parts }
    }

    /// The object that something lies in.
    pub(super) fn object(&self, location: Span) -> Option<Object> {
        let at = location.start as usize;
        let part = self.parts.iter().rposition(|part| part.start <= at)?;
        let found = &self.parts[part];
        let alone = list::alone(&found.before, found.indent);
        let (document, pointer) = object_at(&alone, at - found.start + found.indent)?;
        Some(Object {
            part,
            document,
            pointer,
        })
    }

    /// Makes one edit, whose pointer starts at the object, and returns whether it is about an item of a list.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(super) fn edit(&mut self, object: &Object, edit: &Edit) -> Result<bool, String> {
        let within = edit.pointer().segments();
        let pointer = within.fold(object.pointer.clone(), |pointer, key| pointer.child(key));
        let part = &mut self.parts[object.part];
        let edit = edit.clone().at(pointer);
        let alone = list::alone(&part.now, part.indent);
        let amended = amend(&alone, Dialect::Manifest, object.document, &edit)?;
        part.now = amended.text;
        part.now.drain(..part.indent);
        Ok(amended.is_of_list)
    }

    /// The text of the document of an object, to go back to.
    pub(super) fn text(&self, object: &Object) -> String {
        self.parts[object.part].now.clone()
    }

    pub(super) fn restore(&mut self, object: &Object, text: String) {
        self.parts[object.part].now = text;
    }

    /// Takes all edits back, and returns the documents that had some: where they start, as they were, and as they became.
    pub(super) fn take_back(&mut self) -> Vec<(usize, String, String)> {
        let changed = self.parts.iter_mut().filter(|part| part.now != part.before);
        let texts = changed.map(|part| {
            let now = std::mem::replace(&mut part.now, part.before.clone());
            (part.start, part.before.clone(), now)
        });
        texts.collect()
    }

    /// The whole text.
    pub(super) fn whole(&self) -> String {
        self.parts.iter().map(|part| part.now.as_str()).collect()
    }
}
