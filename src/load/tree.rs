//! The nodes of a document.

use std::sync::OnceLock;

use crate::yaml::{Node, Outline};

#[derive(Clone, Debug)]
pub(super) enum Tree<'s> {
    Whole(Node<'s>),
    /// Of a document that was read straight into its type: nodes are made when they are asked for.
    Outlined {
        outline: Outline<'s>,
        /// All of them, if the root itself was asked for.
        root: OnceLock<Node<'static>>,
    },
}

impl<'s> Tree<'s> {
    pub(super) fn of_outline(outline: Outline<'s>) -> Self {
        Self::Outlined {
            outline,
            root: OnceLock::new(),
        }
    }

    pub(super) fn root(&self) -> &Node<'s> {
        match self {
            Self::Whole(root) => root,
            Self::Outlined { outline, root } => root.get_or_init(|| outline.root().into_static()),
        }
    }

    pub(super) fn root_mut(&mut self) -> &mut Node<'s> {
        if let Self::Outlined { outline, .. } = self {
            *self = Self::Whole(outline.root());
        }
        match self {
            Self::Whole(root) => root,
            Self::Outlined { .. } => unreachable!("it has just been made whole"),
        }
    }
}
