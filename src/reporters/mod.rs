//! Output formats of findings. There is one file per reporter; `ALL` is the list.

mod drawn;
mod elsewhere;
mod excerpt;
mod github;
mod json;
mod numbers;
mod reporter;
mod sarif;
mod style;
#[cfg(test)]
mod tests;
pub mod text;

pub use reporter::{Reporter, Results};
pub use style::{Style, Verbosity};

/// All reporters, in the order of the help text.
pub const ALL: &[Reporter] = &[
    text::REPORTER,
    json::REPORTER,
    sarif::REPORTER,
    github::REPORTER,
];

/// The reporter with this name.
pub fn reporter(name: &str) -> Option<&'static Reporter> {
    ALL.iter().find(|reporter| reporter.name == name)
}
