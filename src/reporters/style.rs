//! How much of a report people see, and how it is laid out.

use crate::diagnostic::Severity;

/// For whom a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether whoever reads it can see colors.
    pub color: bool,
    /// The columns of the terminal; lines are not wrapped where there is none.
    pub width: Option<usize>,
    pub verbosity: Verbosity,
}

/// Which findings and notes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors only.
    Quiet,
    /// Errors and warnings; infos are counted.
    #[default]
    Normal,
    /// Everything.
    Verbose,
}

impl Style {
    /// Everything, for a file: no colors, and lines as long as they are.
    pub const PLAIN: Self = Self {
        color: false,
        width: None,
        verbosity: Verbosity::Verbose,
    };
}

impl Verbosity {
    /// The mildest level that is shown.
    pub fn least(self) -> Severity {
        match self {
            Self::Quiet => Severity::Error,
            Self::Normal => Severity::Warning,
            Self::Verbose => Severity::Info,
        }
    }
}
