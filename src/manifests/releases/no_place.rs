//! Why a value of a release has no place where it can be edited.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// It comes from several places, or no value says it.
    Several,
    /// Values that are not known are laid over it.
    Later,
    /// Another release takes the same values.
    Shared,
    /// It is a text of its own, which a tool reads in its own way.
    Single,
    /// Several values stand in one text, or are written once for all.
    Together,
}
