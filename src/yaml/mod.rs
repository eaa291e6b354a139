//! The only place that knows a YAML library: a parser that keeps places, and a safe writer.

mod decode;
mod fast;
mod node;
mod parse;
mod plain;
mod sharing;
mod write;

pub use decode::{DecodeError, decode};
pub use node::{Entry, Node, Value};
pub use parse::{Dialect, Parsed, Problem, fault, parse, parse_events};
pub use sharing::Sharing;
pub use write::{scalar, write};
