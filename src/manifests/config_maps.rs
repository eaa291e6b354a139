//! The requested `ConfigMap`s. There may be many, and most of them are not relevant.

use super::keys::Keys;
use super::later::Later;
use super::objects::{Header, Object};
use super::offsets::Offsets;
use super::releases::RenderedConfigMap;
use super::shape::{self, Reader, Texts};
use super::wanted::Wanted;
use crate::diagnostic::Pointer;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Node};

/// A `ConfigMap` that was requested.
#[derive(Debug)]
pub struct ConfigMap {
    pub name: String,
    pub namespace: Option<String>,
    /// The location of its name.
    pub location: Span,
    /// The texts under `data`, in order.
    pub data: Vec<Text>,
}

/// A text under a key of `data`.
#[derive(Debug)]
pub struct Text {
    pub key: String,
    pub text: String,
    pub location: Span,
    pub keys: Keys,
    /// The key of a chart's values that has it, where it is one.
    pub(crate) key_of_values: Option<Span>,
    /// What in it is replaced later, where there is something: the text is not known then.
    pub unknown: Option<String>,
    pub(crate) pointer: Pointer,
    pub(super) offsets: Offsets,
}

impl Text {
    /// One of which only the place as a whole is known.
    pub(crate) fn new(key: String, text: String, location: Span) -> Self {
        Self {
            pointer: Pointer::parse("/data").child(&key),
            key,
            text,
            location,
            keys: Keys::default(),
            key_of_values: None,
            unknown: None,
            offsets: Offsets::unknown(location),
        }
    }

    /// Its pointer in the object; those of its own keys begin with it.
    pub(crate) fn pointer(&self) -> Pointer {
        self.pointer.clone()
    }

    /// Where a part of the text stands in the file.
    pub(crate) fn place(&self, part: Span) -> Span {
        self.offsets.span(part)
    }
}

impl ConfigMap {
    pub fn text(&self, key: &str) -> Option<&Text> {
        self.data.iter().find(|text| text.key == key)
    }
}

/// The first value in a text that is replaced later. What is replaced in its comments changes nothing.
fn unknown(later: Later, text: &str) -> Option<String> {
    later.form(text)?;
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let mut documents = parsed.documents.iter();
    let found = documents.find_map(|document| later.in_node(document));
    let is_read = parsed.problems.is_empty() && !parsed.documents.is_empty();
    let form = found.map(|(form, _)| form);
    // What is no YAML as it is may be some later.
    let form = form.or_else(|| later.form(text).filter(|_| !is_read));
    form.map(str::to_owned)
}

fn data<'n>(node: &'n Node<'_>) -> impl Iterator<Item = (&'n str, &'n str)> {
    let data = node.get("data").map_or(&[][..], Node::entries);
    data.iter()
        .filter_map(|entry| Some((entry.key.as_ref(), entry.value.as_str()?)))
}

pub(super) fn is_wanted(node: &Node<'_>, wanted: Wanted) -> bool {
    let name = node.at(&["metadata", "name"]).and_then(Node::as_str);
    (wanted.config_map)(name.unwrap_or_default(), &mut data(node))
}

pub(super) fn read(reader: &Reader<'_>, object: &Object<'_, '_>, header: Header) -> ConfigMap {
    let node = shape::present(Some(object.node), "data");
    let texts = data(object.node).map(|(key, text)| {
        let location = reader.location(node, key).unwrap_or(header.location);
        let offsets = reader.offsets(text, location);
        Text {
            keys: Keys::read(text, |part| offsets.span(part)),
            unknown: unknown(reader.later, text),
            offsets,
            ..Text::new(key.to_owned(), text.to_owned(), location)
        }
    });
    ConfigMap {
        data: texts.collect(),
        name: header.name,
        namespace: header.namespace,
        location: header.location,
    }
}

/// One that a chart renders. `location` stands for its name.
pub(super) fn rendered(
    reader: &Reader<'_>,
    map: RenderedConfigMap,
    texts: Texts<'_>,
    location: Span,
) -> ConfigMap {
    let place = map.place;
    let written = texts(place.location);
    // Several keys in one line are not told apart by their lines.
    let is_line_by_line = place.is_whole && !written.starts_with('{');
    let keys = place.keys.filter(|_| !is_line_by_line);
    let verbatim = || Keys::verbatim(written, place.location);
    let text = Text {
        unknown: unknown(reader.later, &map.text),
        key_of_values: place.key,
        keys: keys.unwrap_or_else(verbatim),
        offsets: map
            .offsets
            .unwrap_or_else(|| Offsets::unknown(place.location)),
        ..Text::new(map.key, map.text, place.location)
    };
    let text = Text {
        pointer: place.pointer.unwrap_or_else(|_| text.pointer()),
        ..text
    };
    ConfigMap {
        name: map.name,
        namespace: map.namespace,
        location,
        data: vec![text],
    }
}
