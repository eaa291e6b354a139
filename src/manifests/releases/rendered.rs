//! What a chart renders to. Whatever the values say keeps its place there.

use std::borrow::Cow;

use super::no_place::NoPlace;
use crate::diagnostic::Pointer;
use crate::manifests::keys::Keys;
use crate::manifests::offsets::Offsets;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// One object.
#[derive(Debug)]
pub enum Rendered<'s> {
    Object(Node<'s>),
    ConfigMap(Box<RenderedConfigMap>),
}

/// A `ConfigMap` whose text is one of the values.
#[derive(Debug)]
pub struct RenderedConfigMap {
    pub name: String,
    pub namespace: Option<String>,
    /// Under `data`.
    pub key: String,
    pub text: String,
    pub place: ValuePlace,
    /// Where the parts of the text stand, as far as that is known.
    pub offsets: Option<Offsets>,
}

/// Where a value is written.
#[derive(Debug)]
pub struct ValuePlace {
    pub(in crate::manifests) location: Span,
    /// Its key, if it has one.
    pub(in crate::manifests) key: Option<Span>,
    /// In the object or document that has it, if it stands in one place that can be edited.
    pub(in crate::manifests) pointer: Result<Pointer, NoPlace>,
    /// Where its keys are, if it comes from several places, or may be a map in one line.
    pub(in crate::manifests) keys: Option<Keys>,
    pub(in crate::manifests) is_whole: bool,
}

impl ValuePlace {
    /// Of what no value says.
    pub fn nowhere(location: Span) -> Self {
        Self {
            location,
            key: None,
            pointer: Err(NoPlace::Several),
            keys: None,
            is_whole: true,
        }
    }
}

/// A text at a place.
pub(crate) fn text<'s>(location: Span, text: impl Into<Cow<'s, str>>) -> Node<'s> {
    Node {
        span: location,
        value: Value::String(text.into()),
    }
}

/// A scalar as templates print it.
pub(crate) fn printed(value: &Node<'_>) -> String {
    match &value.value {
        Value::String(text) => text.to_string(),
        _ => value.to_json().to_string(),
    }
}

/// A mapping that is put together; its keys have a place that stands for all that no value says.
#[derive(Debug)]
pub struct Map<'s> {
    location: Span,
    entries: Vec<Entry<'s>>,
}

impl<'s> Map<'s> {
    pub fn new(location: Span) -> Self {
        Self {
            location,
            entries: Vec::new(),
        }
    }

    #[must_use]
    pub fn node(mut self, key: &'static str, value: Node<'s>) -> Self {
        self.entries.push(Entry {
            key: Cow::Borrowed(key),
            key_span: value.span,
            value,
        });
        self
    }

    /// A value as it is, if there is one.
    #[must_use]
    pub fn given(self, key: &'static str, value: Option<&Node<'s>>) -> Self {
        match value {
            Some(value) => self.node(key, value.clone()),
            None => self,
        }
    }

    #[must_use]
    pub fn text(self, key: &'static str, text: impl Into<Cow<'s, str>>) -> Self {
        let value = Value::String(text.into());
        self.own(key, value)
    }

    #[must_use]
    pub fn number(self, key: &'static str, number: i64) -> Self {
        self.own(key, Value::Integer(number))
    }

    #[must_use]
    pub fn map(self, key: &'static str, map: Map<'s>) -> Self {
        let value = map.build();
        self.node(key, value)
    }

    #[must_use]
    pub fn list(self, key: &'static str, items: Vec<Node<'s>>) -> Self {
        self.own(key, Value::Sequence(items))
    }

    pub fn build(self) -> Node<'s> {
        Node {
            span: self.location,
            value: Value::Mapping(self.entries),
        }
    }

    fn own(self, key: &'static str, value: Value<'s>) -> Self {
        let span = self.location;
        self.node(key, Node { span, value })
    }
}
