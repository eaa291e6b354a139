//! A quick reader for the YAML that people and templates mostly write.
//!
//! It reads block mappings and sequences, scalars of one line, flow collections and block scalars. Everything that it
//! is not certain of (anchors, tags, tabs, scalars over several lines, anything that would be a problem to report) is
//! left to the parser. What it reads, it reads exactly as the parser does, to the byte.

mod block;
mod block_scalar;
mod chars;
mod cursor;
mod documents;
mod flat;
mod flow;
mod kept;
mod key;
mod line;
mod reader;
mod scalar;
mod seen;
mod shape;
#[cfg(test)]
mod tests;
mod typed;
mod walk;
mod walked;

use std::ops::Range;

pub(super) use self::flat::flat;
pub use self::flat::{Flat, Scalar};
use self::kept::Passed;
use self::reader::Reader;
pub use self::seen::Seen;
pub use self::shape::Shape;
pub(super) use self::typed::typed;
pub use self::typed::{ALIKE, Outline, Reached};
use super::dialect::Dialect;
use super::node::{Entry, Node, Value};
use super::parsed::{ListStyles, Parsed};
use crate::source::SourceId;

/// The documents of `text`, without problems. Returns `None` if something in it is left to the parser.
pub(super) fn read(source: SourceId, text: &str, dialect: Dialect) -> Option<Parsed<'_>> {
    let mut reader = Reader::new(source, text, dialect)?;
    let documents = reader.documents()?;
    Some(Parsed {
        documents,
        is_without_null: !reader.has_null,
        lists: Some(reader.lists),
        ..Parsed::default()
    })
}

/// The entries of a manifest's outermost mapping that take up a part of `text`: whole lines from the first byte of a key up
/// to another key, or to the end. Its keys are in the first column. Returns `None` if something in it is left to the parser.
/// Blocks that were `seen` in other texts are not walked over again.
pub(super) fn entries<'s>(
    source: SourceId,
    text: &'s str,
    part: Range<usize>,
    (shape, seen): (Shape, &mut Seen),
) -> Option<(Vec<Entry<'s>>, ListStyles)> {
    let mut reader = Reader::from(source, &text[..part.end], part.start, Dialect::Manifest)?;
    reader.shape = shape;
    reader.seen = std::mem::take(seen);
    let first = reader.found();
    let node: Option<Node<'_>> = reader.mapping(0, first);
    *seen = std::mem::take(&mut reader.seen);
    let Value::Mapping(entries) = node?.value else {
        return None;
    };
    reader.column.is_none().then_some((entries, reader.lists))
}

/// Whether `text` is certainly YAML. Duplicate keys are not checked.
pub(super) fn is_yaml(text: &str) -> bool {
    let reader = Reader::new(SourceId(0), text, Dialect::Manifest);
    reader.is_some_and(|mut reader| reader.documents::<Passed>().is_some())
}
