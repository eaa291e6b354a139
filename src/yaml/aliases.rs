//! What aliases stand for, up to what an attack would need.

use std::collections::HashMap;

use super::dialect::Dialect;
use super::node::{Node, Value};
use crate::source::Span;

/// How deep aliases may make a tree: as deep as the parser allows brackets and indentation together. Walking a deeper
/// tree would overflow the stack.
const DEPTH_LIMIT: usize = 512;

/// How many bytes a node takes, about.
const NODE_SIZE: usize = 64;

/// Why an alias stands for nothing.
pub(super) enum Refusal {
    /// It is inside the node that it refers to.
    Inside,
    /// With what it stands for, the tree would be too deep.
    TooDeep,
    /// Aliases expand to too many nodes.
    TooMany,
    /// One before was refused for its size.
    Ended,
}

/// The nodes of one document that aliases can refer to, by the numbers of their anchors.
pub(super) struct Anchors<'s> {
    nodes: HashMap<usize, Node<'s>>,
    /// The most nodes that may be copied, in all documents together. More of them are an attack.
    budget: usize,
    copied: usize,
    /// Whether aliases were left out because there are too many of them.
    is_bomb: bool,
}

impl<'s> Anchors<'s> {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            nodes: HashMap::new(),
            budget: match dialect {
                // Each node can be a mistake with a message of its own.
                Dialect::Config => 100_000,
                Dialect::Manifest => 1_000_000,
            },
            copied: 0,
            is_bomb: false,
        }
    }

    /// Begins another document.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
    }

    pub(super) fn is_bomb(&self) -> bool {
        self.is_bomb
    }

    /// Where the node is that an alias stands for.
    pub(super) fn place(&self, id: usize) -> Option<Span> {
        let node = self.nodes.get(&id).filter(|_| !self.is_bomb);
        node.map(|node| node.span)
    }

    /// Keeps a node for aliases to come.
    pub(super) fn keep(&mut self, id: usize, node: &Node<'s>) -> Result<(), Refusal> {
        let (nodes, _) = extent(&node.value);
        self.count(nodes)?;
        self.nodes.insert(id, node.clone());
        Ok(())
    }

    /// What an alias stands for that is so deep in the tree.
    pub(super) fn copy(&mut self, id: usize, depth: usize) -> Result<Value<'s>, Refusal> {
        if self.is_bomb {
            return Err(Refusal::Ended);
        }
        let anchored = self.nodes.get(&id).ok_or(Refusal::Inside)?;
        let (nodes, levels) = extent(&anchored.value);
        if depth + levels > DEPTH_LIMIT {
            self.is_bomb = true;
            return Err(Refusal::TooDeep);
        }
        self.count(nodes)?;
        Ok(self.nodes[&id].value.clone())
    }

    /// Counts nodes that are about to be copied.
    fn count(&mut self, nodes: usize) -> Result<(), Refusal> {
        if self.copied > self.budget {
            return Err(Refusal::Ended);
        }
        self.copied += nodes;
        if self.copied > self.budget {
            self.is_bomb = true;
            return Err(Refusal::TooMany);
        }
        Ok(())
    }
}

/// The number of nodes of a value, and the number of levels.
fn extent(value: &Value<'_>) -> (usize, usize) {
    let around = |(nodes, depth): (usize, usize), child: &Node<'_>| {
        let (child_nodes, child_depth) = extent(&child.value);
        (nodes + child_nodes, depth.max(child_depth + 1))
    };
    match value {
        Value::Sequence(items) => items.iter().fold((1, 1), around),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| &entry.value)
            .fold((1, 1), around),
        // A long text takes as much room as many nodes.
        Value::String(text) => (1 + text.len() / NODE_SIZE, 1),
        _ => (1, 1),
    }
}
