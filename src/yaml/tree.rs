//! A tree with locations, from the events of the YAML parser.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, options};

use super::aliases::{Anchors, Refusal};
use super::dialect::Dialect;
use super::merge_keys::{MERGE, is_mergeable, merged};
use super::node::{Entry, Node, Value};
use super::parsed::{Parsed, Problem};
use super::repeated::repeated;
use super::{plain, syntax};
use crate::source::{SourceId, Span};

fn parser_options() -> Options {
    options! { emit_comments: false }
}

/// A tree that is being made.
pub(super) struct Tree<'s> {
    source: SourceId,
    text: &'s str,
    /// The part of the text that is being read.
    part: Range<usize>,
    dialect: Dialect,
    open: Vec<Open<'s>>,
    anchors: Anchors<'s>,
    pub(super) parsed: Parsed<'s>,
}

/// A collection that is still open.
struct Open<'s> {
    kind: OpenKind<'s>,
    start: usize,
    /// One past the last byte of the last child.
    end: usize,
    flow: bool,
    anchor: usize,
}

enum OpenKind<'s> {
    Sequence(Vec<Node<'s>>),
    Mapping {
        entries: Vec<Entry<'s>>,
        key: Option<(Cow<'s, str>, Span)>,
    },
}

impl<'s> Tree<'s> {
    pub(super) fn new(source: SourceId, text: &'s str, dialect: Dialect) -> Self {
        Self {
            source,
            text,
            part: 0..0,
            dialect,
            open: Vec::new(),
            anchors: Anchors::new(dialect),
            parsed: Parsed::default(),
        }
    }

    /// Reads a part of the text that stands by itself, up to its first syntax error.
    pub(super) fn read(&mut self, part: Range<usize>) {
        self.open.clear();
        self.anchors.clear();
        let text = &self.text[part.clone()];
        self.part = part;
        for event in Parser::new_from_str_with_options(text, parser_options()) {
            match event {
                Ok((event, span)) => {
                    self.event(event, span.start.byte_offset(), span.end.byte_offset());
                    if self.anchors.is_bomb() && self.dialect == Dialect::Config {
                        break;
                    }
                }
                Err(error) => {
                    self.syntax_error(&error);
                    break;
                }
            }
        }
    }

    fn event(&mut self, event: Event<'s>, start: Option<usize>, end: Option<usize>) {
        let start = self.part.start + start.unwrap_or_default();
        let end = end.map_or(start, |end| self.part.start + end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.span(start, end);
                self.refuse_tag(span, tag.is_some());
                // A tag says what quotes hide: `!!int "60"` is a number.
                let is_text = match tag.as_ref().map(|tag| tag.suffix()) {
                    Some("str") => true,
                    Some("int" | "float" | "bool" | "null") => false,
                    _ => style != ScalarStyle::Plain,
                };
                let value = self.scalar(text, is_text, span);
                self.node(Node { span, value }, anchor);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(
                    OpenKind::Sequence(Vec::new()),
                    style,
                    anchor,
                    tag.is_some(),
                    start,
                    end,
                );
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind = OpenKind::Mapping {
                    entries: Vec::new(),
                    key: None,
                };
                self.start(kind, style, anchor, tag.is_some(), start, end);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(end),
            Event::Alias(id) => self.alias(id, self.span(start, end)),
            _ => {}
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn scalar(&mut self, text: Cow<'s, str>, is_text: bool, span: Span) -> Value<'s> {
        if is_text {
            return Value::String(text);
        }
        if self.dialect == Dialect::Manifest {
            return plain::legacy(text);
        }
        if let Some(reason) = plain::disagreement(&text) {
            let help = match text.to_ascii_lowercase().as_str() {
                "y" | "yes" | "on" => format!("write `true`, or add quotes: \"{text}\""),
                "n" | "no" | "off" => format!("write `false`, or add quotes: \"{text}\""),
                _ => format!("add quotes: \"{text}\""),
            };
            self.problem(span, format!("`{text}` is ambiguous: {reason}"), help);
        }
        plain::core(text)
    }

    fn start(
        &mut self,
        kind: OpenKind<'s>,
        style: StructureStyle,
        anchor: usize,
        tagged: bool,
        start: usize,
        end: usize,
    ) {
        self.refuse_tag(self.span(start, end), tagged);
        self.open.push(Open {
            kind,
            start,
            end: start,
            flow: style == StructureStyle::Flow,
            anchor,
        });
    }

    fn end(&mut self, end: usize) {
        let open = self.open.pop().expect("the parser closes what it opened");
        let end = if open.flow { end } else { open.end };
        let span = self.span(open.start, end);
        let value = match open.kind {
            OpenKind::Sequence(items) => Value::Sequence(items),
            OpenKind::Mapping { entries, .. } => Value::Mapping(self.mapping(entries, span)),
        };
        self.node(Node { span, value }, open.anchor);
    }

    /// Adds a finished node to the open collection, or to the documents.
    fn node(&mut self, node: Node<'s>, anchor: usize) {
        if anchor != 0 {
            let kept = self.anchors.keep(anchor, &node);
            self.report(kept, node.span);
        }
        let Some(open) = self.open.last_mut() else {
            self.parsed.documents.push(node);
            return;
        };
        let end = node.span.end as usize;
        let mut complex_key = None;
        match &mut open.kind {
            OpenKind::Sequence(items) => items.push(node),
            OpenKind::Mapping { entries, key } => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry {
                        key,
                        key_span,
                        value: node,
                    });
                } else {
                    let span = node.span;
                    let is_collection =
                        matches!(node.value, Value::Sequence(_) | Value::Mapping(_));
                    complex_key = is_collection.then_some(span);
                    *key = Some((key_text(node, self.text), span));
                }
            }
        }
        // An alias copied from elsewhere does not move the end backwards.
        open.end = open.end.max(end);
        if let Some(span) = complex_key {
            self.problem(
                span,
                "a key is not plain text".into(),
                "use text as the key: a list or a map can only be a value",
            );
        }
    }

    fn alias(&mut self, id: usize, span: Span) {
        if let Some(anchored) = self.anchors.place(id) {
            let name = &self.text[span.start as usize + 1..span.end as usize];
            self.parsed.sharing.uses(anchored, name, span);
        }
        let copied = self.anchors.copy(id, self.open.len());
        let value = self.report(copied, span).unwrap_or(Value::Null);
        self.node(Node { span, value }, 0);
    }

    /// Reports why an alias stands for nothing, once.
    fn report<T>(&mut self, result: Result<T, Refusal>, span: Span) -> Option<T> {
        let refusal = match result {
            Ok(value) => return Some(value),
            Err(refusal) => refusal,
        };
        let message = match refusal {
            Refusal::Inside => {
                let what = &self.text[span.start as usize..span.end as usize];
                let message = format!("the alias `{what}` is inside the node that it refers to");
                self.problem(span, message, "replace the alias with its value");
                return None;
            }
            Refusal::TooDeep => "its aliases nest too deep",
            Refusal::TooMany => "its aliases expand to too many nodes",
            Refusal::Ended => return None,
        };
        self.problem(span, message.into(), "replace aliases with their values");
        // It is not read any further: in a configuration, everything that an alias leaves out would be a mistake of its own.
        if let Some(problem) = self.parsed.problems.last_mut() {
            problem.is_fatal = self.dialect == Dialect::Config;
        }
        None
    }

    fn mapping(&mut self, mut entries: Vec<Entry<'s>>, map: Span) -> Vec<Entry<'s>> {
        for again in repeated(&entries).into_iter().rev() {
            let entry = entries.remove(again);
            let first = entries.iter().find(|first| first.key == entry.key);
            self.parsed.problems.push(Problem {
                is_fatal: false,
                span: entry.key_span,
                message: format!("key `{}` is written twice", entry.key),
                help: Some("remove one of them: readers disagree on which one counts".into()),
                related: first.map(|first| (first.key_span, "first written here".into())),
            });
        }
        if !entries.iter().any(|entry| entry.key == MERGE) {
            return entries;
        }
        if self.dialect == Dialect::Config {
            let merges = entries.iter().filter(|entry| entry.key == MERGE);
            let without_effect = merges.filter(|merge| !is_mergeable(&merge.value));
            for span in without_effect
                .map(|merge| merge.value.span)
                .collect::<Vec<_>>()
            {
                self.problem(
                    span,
                    "`<<` inherits the keys of a map, and this is not one".into(),
                    "write an alias of a map: `<<: *name`",
                );
            }
        }
        let (mut entries, inherited) = merged(entries);
        for entry in &inherited {
            self.parsed.sharing.merges(map, entry.key_span);
        }
        entries.extend(inherited);
        entries
    }

    fn refuse_tag(&mut self, span: Span, tagged: bool) {
        if tagged && self.dialect == Dialect::Config {
            self.problem(
                span,
                "tags are not supported".into(),
                "remove the tag, and quote values that must be text",
            );
        }
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let at = self.part.start + error.marker().byte_offset().unwrap_or(0);
        // What is missing at the end is missing before the next document.
        let last = match self.part.end {
            end if end == self.text.len() => end,
            end => end - 1,
        };
        let at = at.min(last);
        let at = self.text.floor_char_boundary(at);
        let end = self.text[at..]
            .chars()
            .next()
            .map_or(at, |char| at + char.len_utf8());
        let message = error.info();
        let message = message.split(" at ").next().unwrap_or_default();
        let (message, help) = syntax::explained(message, self.text, at);
        self.parsed.problems.push(Problem {
            is_fatal: true,
            span: self.span(at, end),
            message: format!("not YAML: {message}"),
            help,
            related: None,
        });
    }

    fn problem(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.parsed.problems.push(Problem {
            is_fatal: false,
            span,
            message,
            help: Some(help.into()),
            related: None,
        });
    }
}

/// A key as text. Numbers and booleans keep their spelling.
fn key_text<'s>(node: Node<'s>, text: &'s str) -> Cow<'s, str> {
    match node.value {
        Value::String(key) => key,
        _ => Cow::Borrowed(&text[node.span.start as usize..node.span.end as usize]),
    }
}
