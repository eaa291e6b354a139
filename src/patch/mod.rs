//! Adds placement to existing manifests; every other byte stays as it was.
//!
//! A stream is split into [`documents`]. The [`patcher`] passes the objects of each through the stages: [`select`]
//! finds the workloads that the configuration selects, [`change`] calculates as data what they lack, [`edit`] applies
//! that to the text, and [`verify`] compares the text with the data. The [`run`] collects the results.

mod above;
mod alike;
mod amend;
mod budgets;
mod cautions;
mod change;
mod change_tree;
mod choices;
mod documents;
mod doubts;
mod edit;
mod edited;
mod editor;
mod edits;
mod findings;
mod flow;
mod labels;
mod lacking;
mod list_style;
mod literal;
mod objects;
mod options;
mod original;
mod patched;
mod patcher;
mod pieces;
mod pod_index;
mod pod_spec;
mod refusal;
mod resource_list;
mod rewrite;
mod run;
mod select;
mod signs;
mod skim;
mod text;
mod uneditable;
mod verify;
mod way;

use std::io;

pub(crate) use amend::{amend, object_at};
pub use budgets::Budgets;
pub(crate) use documents::is_blank;
pub use documents::{Documents, MAX_DOCUMENT, Part};
pub(crate) use findings::nothing_chosen;
pub use options::Options;
pub use patched::{Patched, Placed};
pub use patcher::Patcher;
pub use resource_list::{FunctionConfig, function_config};

/// Adds placement to the workloads of a stream and writes it to `out`, unless there are errors.
///
/// # Errors
/// When the stream cannot be read, or `out` cannot be written.
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
