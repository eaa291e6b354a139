//! A YAML document as a tree in which every node has its location.

use std::borrow::Cow;

use serde_json::{Map, Number, Value as Json};

use crate::source::{SourceId, Span};

/// One node. Its text is borrowed from the source wherever the source contains it verbatim.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    pub span: Span,
    pub value: Value<'s>,
}

#[derive(Clone, Debug)]
pub enum Value<'s> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A float, or an integer too large for 64 bits.
    Float(f64),
    String(Cow<'s, str>),
    Sequence(Vec<Node<'s>>),
    Mapping(Vec<Entry<'s>>),
}

/// A key with its value, in the order of the source.
#[derive(Clone, Debug)]
pub struct Entry<'s> {
    pub key: Cow<'s, str>,
    pub key_span: Span,
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// A mapping that reaches from its first key to its last value.
    pub fn mapping(source: SourceId, entries: Vec<Entry<'s>>) -> Self {
        let start = entries.first().map_or(0, |entry| entry.key_span.start);
        let end = entries.last().map_or(0, |entry| entry.value.span.end);
        Self {
            span: Span::new(source, start as usize, end as usize),
            value: Value::Mapping(entries),
        }
    }

    pub fn null(span: Span) -> Self {
        Self {
            span,
            value: Value::Null,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn entry(&self, key: &str) -> Option<&Entry<'s>> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry<'s>] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Node<'s>] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The node at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node<'s>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The same with texts of its own.
    pub fn to_static(&self) -> Node<'static> {
        let value = match &self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Integer(value) => Value::Integer(*value),
            Value::Float(value) => Value::Float(*value),
            Value::String(text) => Value::String(Cow::Owned(text.to_string())),
            Value::Sequence(items) => Value::Sequence(items.iter().map(Node::to_static).collect()),
            Value::Mapping(entries) => {
                Value::Mapping(entries.iter().map(Entry::to_static).collect())
            }
        };
        Node {
            span: self.span,
            value,
        }
    }

    /// Gives it texts of its own. What it consists of stays where it is in memory.
    pub fn into_static(self) -> Node<'static> {
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Float(value) => Value::Float(value),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(Node::into_static).collect())
            }
            Value::Mapping(entries) => {
                Value::Mapping(entries.into_iter().map(Entry::into_static).collect())
            }
        };
        Node {
            span: self.span,
            value,
        }
    }

    /// Moves the spans of the node and of everything in it by so many bytes: from a part of a text to the whole text.
    pub fn shift(&mut self, by: u32) {
        self.span.shift(by);
        match &mut self.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.shift(by)),
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key_span.shift(by);
                    entry.value.shift(by);
                }
            }
            _ => {}
        }
    }

    /// The same data without locations.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Integer(value) => Json::from(*value),
            Value::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Value::String(text) => Json::String(text.to_string()),
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => Json::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.to_string(), entry.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

impl Entry<'_> {
    fn into_static(self) -> Entry<'static> {
        Entry {
            key: Cow::Owned(self.key.into_owned()),
            key_span: self.key_span,
            value: self.value.into_static(),
        }
    }

    /// The same with texts of its own.
    pub fn to_static(&self) -> Entry<'static> {
        Entry {
            key: Cow::Owned(self.key.to_string()),
            key_span: self.key_span,
            value: self.value.to_static(),
        }
    }
}
