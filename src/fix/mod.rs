//! Applies what removes findings to the texts that they were found in; every other byte stays as it was.
//!
//! Each [`Fix`](crate::diagnostic::Fix) is applied whole or not at all: its edits are [`claimed`](claims), moved to where
//! earlier fixes have left their place, made in the text of the [configuration](config) or of an [object](manifest), and
//! the result is read again and compared with the data that were intended.

mod claims;
mod config;
mod fixed;
mod list;
mod manifest;
mod places;
mod replacements;
mod run;
mod settle;
mod worse;

pub use fixed::{Done, Fixed, Unfixed};
pub use replacements::replacements;
pub use run::apply;
pub use settle::settle;
pub use worse::worse;
