//! What is told of the runs: as text, as JSON, as pictures.

mod findings;
mod json;
mod left;
mod picture;
mod summary;
mod table;
mod text;
mod timeline;
mod words;
mod workload_table;

pub use json::json;
pub use picture::picture;
pub use text::{rehearsal_text, text};
