//! A quick reader for the YAML that people and templates mostly write.
//!
//! It reads block mappings and sequences, scalars of one line, flow collections and block scalars. Everything that it
//! is not certain of (anchors, tags, tabs, scalars over several lines, anything that would be a problem to report) is
//! left to the parser. What it reads, it reads exactly as the parser does, to the byte.

mod block;
mod block_scalar;
mod chars;
mod cursor;
mod flow;
mod reader;
mod scalar;
#[cfg(test)]
mod tests;

use self::reader::Reader;
use super::dialect::Dialect;
use super::parsed::Parsed;
use crate::source::SourceId;

/// The documents of `text`, without problems. Returns `None` if something in it is left to the parser.
pub(super) fn read(source: SourceId, text: &str, dialect: Dialect) -> Option<Parsed<'_>> {
    let mut reader = Reader::new(source, text, dialect, true)?;
    let documents = reader.documents()?;
    Some(Parsed {
        documents,
        is_without_null: !reader.has_null,
        ..Parsed::default()
    })
}

/// Whether `text` is certainly YAML. Duplicate keys are not checked.
pub(super) fn is_yaml(text: &str) -> bool {
    let mut reader = Reader::new(SourceId(0), text, Dialect::Manifest, false);
    reader
        .as_mut()
        .is_some_and(|reader| reader.documents().is_some())
}
