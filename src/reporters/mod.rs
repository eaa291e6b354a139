//! How findings are shown. One file a reporter; `ALL` is the list.

mod elsewhere;
mod github;
mod json;
mod reporter;
mod sarif;
mod style;
pub mod text;

pub use reporter::{Reporter, Results};
pub use style::{Style, Verbosity};

/// Every reporter, in the order of the help.
pub const ALL: &[Reporter] = &[
    text::REPORTER,
    json::REPORTER,
    sarif::REPORTER,
    github::REPORTER,
];

/// The reporter of a name.
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    ALL.iter().find(|reporter| reporter.name == name)
}
