//! Maps whose values may have any shape.

use crate::yaml::{Node, Value};

/// The keys of a map, read without reporting problems: a value of an unexpected shape counts as absent.
pub(super) struct Fields<'n, 's> {
    node: &'n Node<'s>,
    /// The number of keys read so far.
    read: usize,
}

impl<'n, 's> Fields<'n, 's> {
    /// A value that is not a map has no keys.
    pub(super) fn of(node: &'n Node<'s>) -> Self {
        Self { node, read: 0 }
    }

    pub(super) fn text(&mut self, key: &str) -> Option<&'n str> {
        let text = self.node.get(key)?.as_str()?;
        self.read += 1;
        Some(text)
    }

    pub(super) fn integer(&mut self, key: &str) -> Option<i64> {
        let number = self.node.get(key)?.as_i64()?;
        self.read += 1;
        Some(number)
    }

    /// A list of texts. `None` if one of its items is not text.
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let list = self.node.get(key)?;
        let Value::Sequence(items) = &list.value else {
            return None;
        };
        self.read += 1;
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        texts.collect()
    }

    /// The items of a list. An empty list counts as absent.
    pub(super) fn items(&mut self, key: &str) -> &'n [Node<'s>] {
        let items = self.node.get(key).map_or(&[][..], Node::items);
        self.read += usize::from(!items.is_empty());
        items
    }

    pub(super) fn node(&mut self, key: &str) -> Option<&'n Node<'s>> {
        let node = self.node.get(key)?;
        self.read += 1;
        Some(node)
    }

    /// Whether all of its keys were read.
    pub(super) fn is_whole(&self) -> bool {
        match &self.node.value {
            Value::Mapping(entries) => entries.len() == self.read,
            _ => false,
        }
    }
}
