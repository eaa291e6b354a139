//! Where a fact of the system comes from.

use crate::source::Span;

/// Where a fact comes from, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration declares it.
    Config(Span),
    /// A manifest has it, in place of what the configuration has or leaves open.
    Manifest(Span),
    /// Nobody has declared it: spotgen decided. The place is the nearest thing around it that is written.
    Default(Span),
}

impl Origin {
    pub fn span(self) -> Span {
        match self {
            Self::Config(span) | Self::Manifest(span) | Self::Default(span) => span,
        }
    }

    pub fn is_manifest(self) -> bool {
        matches!(self, Self::Manifest(_))
    }

    pub fn is_default(self) -> bool {
        matches!(self, Self::Default(_))
    }

    /// The end of a sentence that holds for the configuration alone.
    pub(crate) fn unless_manifest(self, end: &'static str) -> &'static str {
        if self.is_manifest() { "" } else { end }
    }
}
