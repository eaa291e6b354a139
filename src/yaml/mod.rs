//! The only module that uses a YAML library: a parser that keeps locations, and a safe writer.

mod aliases;
mod decode;
mod dialect;
pub(crate) mod documents;
mod fast;
mod first_column;
mod key_lines;
mod merge_keys;
mod node;
mod parse;
mod parsed;
mod plain;
mod repeated;
mod sharing;
pub mod skim;
mod syntax;
mod tree;
mod write;

pub use decode::{DecodeError, decode};
pub use dialect::Dialect;
pub use documents::ranges as document_ranges;
pub use fast::{ALIKE, Flat, Outline, Reached, Scalar, Seen, Shape};
pub use key_lines::KeyLines;
pub use node::{Entry, Node, Value};
pub use parse::{parse, parse_events, parse_stream, problem, typed};
pub use parsed::{ListStyles, Parsed, Problem};
pub use sharing::Sharing;
pub use write::{comment, scalar, write, write_indented};
