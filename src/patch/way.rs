//! Steps from a document to something in it.

use crate::diagnostic::Pointer;
use crate::yaml::{Entry, Node};

#[derive(Clone, Copy)]
pub(super) enum Passed<'n, 's> {
    /// A map, and the entry of it that leads on.
    Entry(&'n Node<'s>, &'n Entry<'s>),
    /// An item of a list, and its number.
    Item(&'n Node<'s>, usize),
}

impl Passed<'_, '_> {
    /// The pointer behind this step.
    pub(super) fn within(self, pointer: &Pointer) -> Pointer {
        match self {
            Self::Entry(_, entry) => pointer.child(&entry.key),
            Self::Item(_, at) => pointer.child(at),
        }
    }
}
