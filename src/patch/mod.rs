//! Placement for other people's manifests: what was asked is put in, and every other byte stays as it was.
//!
//! A stream comes in as [`documents`]. The [`patcher`] takes the objects of each through the stages: [`select`] says which
//! are workloads that the configuration chooses, [`change`] what they lack, as data, [`edit`] brings that into the text, and
//! [`verify`] holds the text against the data. The [`run`] keeps what comes of it.

mod budgets;
mod change;
mod change_tree;
mod documents;
mod doubts;
mod edit;
mod edited;
mod editor;
mod edits;
mod findings;
mod flow;
mod objects;
mod options;
mod original;
mod patched;
mod patcher;
mod pod_index;
mod pod_spec;
mod refusal;
mod resource_list;
mod run;
mod select;
mod signs;
mod text;
mod uneditable;
mod verify;

use std::io;

pub use budgets::Budgets;
pub use documents::{Documents, MAX_DOCUMENT, Part};
pub use options::Options;
pub use patched::{Patched, Placed};
pub use patcher::Patcher;
pub use resource_list::{FunctionConfig, function_config};

/// Places the workloads of a stream and writes it to `out`, as long as nothing is wrong with it.
///
/// # Errors
/// When the stream cannot be read, or `out` not be written.
pub fn patch<R: io::Read>(
    mut patcher: Patcher<'_>,
    documents: &mut Documents<R>,
    out: &mut impl io::Write,
) -> io::Result<Patched> {
    while documents.advance()? {
        patcher.part(documents.current(), out)?;
    }
    Ok(patcher.finish())
}
