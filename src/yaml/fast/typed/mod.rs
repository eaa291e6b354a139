//! Reading straight into a type, without a tree between: most texts have nothing of which a place is asked for.
//!
//! What is read is read by the rules of `block.rs` and `flow.rs`, and given to the type as `decode.rs` gives a tree, which the
//! tests compare. Whatever is a fault or unusual is left to the reader of trees: a `null`, a key written twice, and all that
//! the type does not take.

mod alike;
mod gave_up;
mod opened;
mod outline;
mod scalar;
mod split;
mod state;
mod value;

use serde::Deserialize;

use super::reader::Reader;
use crate::source::SourceId;
use crate::yaml::Dialect;
use opened::Place;
pub use outline::{Outline, Reached};
pub use split::ALIKE;
use state::{At, State};

/// The only document of `text`, whose root is a mapping in a block, and where its parts are. Returns `None` if something in
/// it is left to the reader of trees.
pub(in crate::yaml) fn typed<'s, T: Deserialize<'s>>(
    source: SourceId,
    text: &'s str,
    dialect: Dialect,
) -> Option<(T, Outline<'s>)> {
    let mut reader = Reader::new(source, text, dialect)?;
    reader.find_document()?;
    let outline = Outline::new(source, text, dialect);
    let mut state = State::new(reader, outline);
    let at = At {
        state: &mut state,
        place: Place::Block,
    };
    let value = T::deserialize(at).ok()?;
    let State {
        feeder, outline, ..
    } = state;
    let reader = feeder.reader;
    let is_whole = reader.column.is_none() && reader.at == text.len();
    (is_whole && outline.has_entries()).then_some((value, outline))
}
