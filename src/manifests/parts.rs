//! Where an object of the manifests has a part. Hardly any part is ever asked for, so its document is read again.

use std::ops::Range;

use foldhash::{HashMap, HashMapExt as _};

use crate::diagnostic::Pointer;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect, Node, Value};

/// The documents of the manifests, as far as somebody asked for their parts.
#[derive(Debug)]
pub(crate) struct Parts<'s> {
    sources: &'s Sources,
    ranges: HashMap<SourceId, Vec<Range<usize>>>,
    /// What was read last: one object mostly has several findings.
    last: Option<(SourceId, usize, Vec<Node<'s>>)>,
}

impl<'s> Parts<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            ranges: HashMap::new(),
            last: None,
        }
    }

    /// Where the object that `object` lies in has what is at a pointer; none where it has nothing there.
    pub(crate) fn locate(&mut self, object: Span, pointer: &Pointer) -> Option<Span> {
        let sources = self.sources;
        let at = object.start;
        let document = self
            .documents(object)
            .iter()
            .rfind(|node| node.span.start <= at)?;
        let mut node = of_list(document, at);
        let mut location = node.span;
        for segment in pointer.segments() {
            match &node.value {
                Value::Mapping(_) => {
                    let entry = node.entry(&segment)?;
                    let is_block =
                        matches!(entry.value.value, Value::Mapping(_) | Value::Sequence(_))
                            && !sources.slice(entry.value.span).starts_with(['{', '[', '*']);
                    let is_key = is_block || pointer.key || entry.value.is_null();
                    location = if is_key {
                        entry.key_span
                    } else {
                        entry.value.span
                    };
                    node = &entry.value;
                }
                Value::Sequence(items) => {
                    node = items.get(segment.parse::<usize>().ok()?)?;
                    location = node.span;
                }
                _ => return None,
            }
        }
        Some(location)
    }

    fn documents(&mut self, object: Span) -> &[Node<'s>] {
        let id = object.source;
        let text = &self.sources.get(id).text;
        let ranges = self.ranges.entry(id);
        let ranges = ranges.or_insert_with(|| yaml::document_ranges(text));
        let after = ranges.partition_point(|range| range.start <= object.start as usize);
        let Some(range) = after.checked_sub(1).map(|at| ranges[at].clone()) else {
            return &[];
        };
        let is_last =
            |(source, start, _): &(SourceId, usize, _)| (*source, *start) == (id, range.start);
        if !self.last.as_ref().is_some_and(is_last) {
            let start = range.start;
            let mut documents = yaml::parse(id, &text[range], Dialect::Manifest).documents;
            for document in &mut documents {
                document.shift(u32::try_from(start).unwrap_or(u32::MAX));
            }
            self.last = Some((id, start, documents));
        }
        self.last.as_ref().map_or(&[], |(.., documents)| documents)
    }
}

/// The item of a `List`, also of one in another, that something lies in.
fn of_list<'n, 's>(document: &'n Node<'s>, at: u32) -> &'n Node<'s> {
    let mut node = document;
    while let Some(items) = node.get("items").map(Node::items) {
        let has = |item: &&Node<'_>| item.span.start <= at && at < item.span.end;
        let Some(item) = items.iter().find(has) else {
            break;
        };
        node = item;
    }
    node
}
