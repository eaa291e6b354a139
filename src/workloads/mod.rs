//! The workloads of the configuration and of manifests: which are selected, their classes, and where both sides differ.

mod base;
mod bases;
mod budget;
mod classes;
pub(crate) mod custom;
mod declared;
mod drift;
mod equal_budgets;
pub(crate) mod grace;
mod let_go;
mod manifest;
mod refusals;
mod resolve;
mod resolved;
mod selection;
mod settings;
mod stream;
mod unreached;
mod unselected;

pub(crate) use base::{IGNORE_LABEL, are_asked_for as bases_are_asked_for};
pub(crate) use classes::{Classes, placement};
pub use declared::Declared;
pub(crate) use manifest::is_ignored;
pub(crate) use resolve::{Given, Resolved, resolve};
pub use selection::{Candidate, Lookup};
pub use settings::Settings;
pub(crate) use stream::Chosen;
pub use stream::{Choice, Stream};
pub use unreached::Unreached;
