//! Edits of objects: a stream is taken apart, since only the document of the object has to be read again.

use std::io::Cursor;

use crate::diagnostic::{Edit, Pointer};
use crate::patch::{Documents, amend, object_at};
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Value};

/// The texts of the documents of a stream, as they are by now.
#[derive(Debug)]
pub(super) struct Stream {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    start: usize,
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
            let text = &text[start..start + length];
            parts.push(Part {
                start,
                before: text.to_owned(),
                now: text.to_owned(),
            });
            start += length;
        }
        Self { parts }
    }

    /// The object that something lies in.
    pub(super) fn object(&self, location: Span) -> Option<Object> {
        let at = location.start as usize;
        let part = self.parts.iter().rposition(|part| part.start <= at)?;
        let found = &self.parts[part];
        let (document, pointer) = object_at(&found.before, at - found.start)?;
        Some(Object {
            part,
            document,
            pointer,
        })
    }

    /// Makes one edit, whose pointer starts at the object.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(super) fn edit(&mut self, object: &Object, edit: &Edit) -> Result<(), String> {
        let within = edit.pointer().segments();
        let pointer = within.fold(object.pointer.clone(), |pointer, key| pointer.child(key));
        let part = &mut self.parts[object.part];
        let edit = edit.clone().at(pointer);
        part.now = amend(&part.now, Dialect::Manifest, object.document, &edit)?;
        Ok(())
    }

    /// Whether something in an object is an item of a list.
    pub(super) fn is_in_list(&self, object: &Object, pointer: &Pointer) -> bool {
        let now = &self.parts[object.part].now;
        let parsed = yaml::parse(SourceId(0), now, Dialect::Manifest);
        let way = pointer.parent();
        let way = object.pointer.segments().chain(way.segments());
        let mut node = parsed.documents.get(object.document);
        for segment in way {
            node = node.and_then(|node| match &node.value {
                Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
                _ => node.get(&segment),
            });
        }
        node.is_some_and(|node| matches!(node.value, Value::Sequence(_)))
    }

    /// The text of the document of an object, to go back to.
    pub(super) fn text(&self, object: &Object) -> String {
        self.parts[object.part].now.clone()
    }

    pub(super) fn restore(&mut self, object: &Object, text: String) {
        self.parts[object.part].now = text;
    }

    /// The whole text.
    pub(super) fn whole(&self) -> String {
        self.parts.iter().map(|part| part.now.as_str()).collect()
    }
}
