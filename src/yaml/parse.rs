//! From the events of the YAML parser to a tree with locations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, options};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::dialect::Dialect;
use super::node::{Entry, Node, Value};
use super::parsed::{Parsed, Problem};
use super::repeated::repeated;
use super::{documents, fast, plain, syntax};
use crate::source::{SourceId, Span};

/// The most nodes that aliases may copy. More of them are an attack. Each node of a configuration can be a mistake with a
/// message of its own.
fn alias_budget(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Config => 100_000,
        Dialect::Manifest => 1_000_000,
    }
}

/// How deep aliases may make a tree: as deep as the parser allows brackets and indentation together. Walking a deeper
/// tree would overflow the stack.
const DEPTH_LIMIT: usize = 512;

/// How many bytes a node takes, about.
const NODE_SIZE: usize = 64;

/// The key by which a map inherits the entries of other maps.
const MERGE: &str = "<<";

/// Reads all documents of `text`.
pub fn parse(source: SourceId, text: &str, dialect: Dialect) -> Parsed<'_> {
    fast::read(source, text, dialect).unwrap_or_else(|| parse_events(source, text, dialect))
}

/// The only document of `text` as a `T`, and where its parts are: much faster than a tree of it. Returns `None` for all that
/// [`parse`] and `decode` have to say something of, and for what is unusual.
pub fn typed<'s, T: Deserialize<'s>>(
    source: SourceId,
    text: &'s str,
    dialect: Dialect,
) -> Option<(T, fast::Outline<'s>)> {
    fast::typed(source, text, dialect)
}

/// The syntax error in a text, if any. Faster than [`parse`], for text whose content is not needed.
pub fn problem(source: SourceId, text: &str) -> Option<Problem> {
    if fast::is_yaml(text) {
        return None;
    }
    let parsed = parse_events(source, text, Dialect::Manifest);
    parsed.problems.into_iter().find(|problem| problem.is_fatal)
}

/// Reads the documents of a stream of manifests. A syntax error in one ends the reading of that one alone.
///
/// kubectl takes a stream apart at its markers too, before it parses any of it.
/// Source: kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go, `YAMLReader`.
pub fn parse_stream(source: SourceId, text: &str) -> Parsed<'_> {
    let parsed = parse(source, text, Dialect::Manifest);
    let is_broken = parsed.problems.iter().any(|problem| problem.is_fatal);
    if !is_broken {
        return parsed;
    }
    let documents = documents::ranges(text).into_iter();
    let ranges: Vec<Range<usize>> = documents.flat_map(|range| values(text, range)).collect();
    if ranges.len() < 2 {
        return parsed;
    }
    let mut tree = Tree::new(source, text, Dialect::Manifest);
    for range in ranges {
        tree.read(range);
    }
    tree.parsed
}

/// The values of JSON in a document, which may follow each other as kubectl reads them; the whole document if it is none.
/// Source: kubernetes/apimachinery pkg/util/yaml/decoder.go, `YAMLOrJSONDecoder`.
fn values(text: &str, document: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[document.clone()];
    if !part.trim_start().starts_with('{') {
        return vec![document];
    }
    let mut values = serde_json::Deserializer::from_str(part).into_iter::<IgnoredAny>();
    let mut ranges = Vec::new();
    let mut start = document.start;
    while let Some(value) = values.next() {
        if value.is_err() {
            return vec![document];
        }
        let end = document.start + values.byte_offset();
        ranges.push(start..end);
        start = end;
    }
    ranges
}

/// [`parse`] without the fast reader: reads what that one does not, and serves as its reference in tests.
pub fn parse_events(source: SourceId, text: &str, dialect: Dialect) -> Parsed<'_> {
    let mut tree = Tree::new(source, text, dialect);
    tree.read(0..text.len());
    tree.parsed
}

fn parser_options() -> Options {
    options! { emit_comments: false }
}

struct Tree<'s> {
    source: SourceId,
    text: &'s str,
    /// The part of the text that is being read.
    part: Range<usize>,
    dialect: Dialect,
    open: Vec<Open<'s>>,
    anchors: HashMap<usize, Node<'s>>,
    copied: usize,
    /// Whether aliases were left out because there are too many of them.
    is_bomb: bool,
    parsed: Parsed<'s>,
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
    fn new(source: SourceId, text: &'s str, dialect: Dialect) -> Self {
        Self {
            source,
            text,
            part: 0..0,
            dialect,
            open: Vec::new(),
            anchors: HashMap::new(),
            copied: 0,
            is_bomb: false,
            parsed: Parsed::default(),
        }
    }

    /// Reads a part of the text that stands by itself, up to its first syntax error.
    fn read(&mut self, part: Range<usize>) {
        self.open.clear();
        self.anchors.clear();
        let text = &self.text[part.clone()];
        self.part = part;
        for event in Parser::new_from_str_with_options(text, parser_options()) {
            match event {
                Ok((event, span)) => {
                    self.event(event, span.start.byte_offset(), span.end.byte_offset());
                    if self.is_bomb && self.dialect == Dialect::Config {
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
            let (nodes, _) = extent(&node.value);
            if self.affords(nodes, node.span) {
                self.anchors.insert(anchor, node.clone());
            }
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
        let value = self.copy(id, span).unwrap_or(Value::Null);
        self.node(Node { span, value }, 0);
    }

    /// A copy of the node that an alias refers to. Reports a problem and returns `None` if the copy would be too large.
    fn copy(&mut self, id: usize, span: Span) -> Option<Value<'s>> {
        if self.is_bomb {
            return None;
        }
        let Some(anchored) = self.anchors.get(&id) else {
            let what = &self.text[span.start as usize..span.end as usize];
            let message = format!("the alias `{what}` is inside the node that it refers to");
            self.problem(span, message, "replace the alias with its value");
            return None;
        };
        let name = &self.text[span.start as usize + 1..span.end as usize];
        self.parsed.sharing.uses(anchored.span, name, span);
        let (nodes, depth) = extent(&anchored.value);
        if self.open.len() + depth > DEPTH_LIMIT {
            self.bomb(
                span,
                "its aliases nest too deep".into(),
                "replace aliases with their values",
            );
            return None;
        }
        if !self.affords(nodes, span) {
            return None;
        }
        self.anchors.get(&id).map(|node| node.value.clone())
    }

    /// Counts nodes that are about to be copied. Reports a problem the first time there are too many.
    fn affords(&mut self, nodes: usize, span: Span) -> bool {
        let budget = alias_budget(self.dialect);
        if self.copied <= budget {
            self.copied += nodes;
            if self.copied > budget {
                self.bomb(
                    span,
                    "its aliases expand to too many nodes".into(),
                    "replace aliases with their values",
                );
            }
        }
        self.copied <= budget
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

    /// What takes too much memory is not read any further: in a configuration, everything that an alias leaves out would be
    /// a mistake of its own.
    fn bomb(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.problem(span, message, help);
        if let Some(problem) = self.parsed.problems.last_mut() {
            problem.is_fatal = self.dialect == Dialect::Config;
        }
        self.is_bomb = true;
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

/// Whether the value of a merge key is a map or a list of maps. An alias that could not be copied is `null`, and reported.
fn is_mergeable(value: &Node<'_>) -> bool {
    let is_map = |node: &Node<'_>| matches!(node.value, Value::Mapping(_) | Value::Null);
    match &value.value {
        Value::Sequence(items) => items.iter().all(is_map),
        _ => is_map(value),
    }
}

/// The entries of a map, and those that it inherits by its merge key. The map's own keys win
/// (<https://yaml.org/type/merge.html>).
fn merged(entries: Vec<Entry<'_>>) -> (Vec<Entry<'_>>, Vec<Entry<'_>>) {
    let (merges, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == MERGE);
    let named = merges
        .into_iter()
        .flat_map(|merge| match merge.value.value {
            Value::Mapping(entries) => entries,
            Value::Sequence(items) => items
                .into_iter()
                .flat_map(|item| match item.value {
                    Value::Mapping(entries) => entries,
                    _ => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        });
    let mut inherited: Vec<Entry<'_>> = Vec::new();
    for entry in named {
        let mut known = own.iter().chain(&inherited);
        if !known.any(|known| known.key == entry.key) {
            inherited.push(entry);
        }
    }
    (own, inherited)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn one(text: &str, dialect: Dialect) -> Parsed<'_> {
        parse(SourceId(0), text, dialect)
    }

    fn messages(text: &str) -> Vec<String> {
        one(text, Dialect::Config)
            .problems
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    }

    #[test]
    fn nodes_know_their_bytes() {
        let text = "a: 1\nb:\n  - {c: \"x\"}\n  - [v, 'ü', z]\n";
        let parsed = one(text, Dialect::Config);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let slice = |span: Span| &text[span.start as usize..span.end as usize];
        let root = &parsed.documents[0];
        assert_eq!(slice(root.entry("b").expect("b").key_span), "b");
        let items = root.get("b").expect("b").items();
        assert_eq!(slice(items[0].span), "{c: \"x\"}");
        assert_eq!(slice(items[0].get("c").expect("c").span), "\"x\"");
        assert_eq!(slice(items[1].span), "[v, 'ü', z]");
        assert_eq!(slice(items[1].items()[2].span), "z");
        assert_eq!(items[1].items()[1].as_str(), Some("ü"));
    }

    #[test]
    fn a_configuration_has_no_second_meaning() {
        assert_eq!(messages("a: !!str 1\n"), ["tags are not supported"]);
        assert_eq!(messages("a: 1\nb: 2\na: 3\n"), ["key `a` is written twice"]);
        assert_eq!(messages("? [a]\n: 1\n"), ["a key is not plain text"]);
        assert!(messages("a: yes\n")[0].starts_with("`yes` is ambiguous"));
        assert!(messages("yes: 1\n")[0].starts_with("`yes` is ambiguous"));
        assert_eq!(messages("a: [1\n").len(), 1);
    }

    /// As the library of kubectl reads them.
    #[test]
    fn a_tag_of_a_manifest_says_what_quotes_hide() {
        let text = "a: !!int \"60\"\nb: !!str 60\nc: !!bool 'true'\nd: \"60\"\ne: !!null ''\n";
        let parsed = one(text, Dialect::Manifest);
        let root = &parsed.documents[0];
        assert_eq!(root.get("a").and_then(Node::as_i64), Some(60));
        assert_eq!(root.get("b").and_then(Node::as_str), Some("60"));
        assert!(matches!(
            root.get("c").map(|node| &node.value),
            Some(Value::Bool(true))
        ));
        assert_eq!(root.get("d").and_then(Node::as_str), Some("60"));
        assert!(root.get("e").is_some_and(Node::is_null));
    }

    #[test]
    fn duplicate_keys_are_found_in_large_mappings() {
        let mut text = "k0: 1\nk1: 1\n".to_owned();
        for number in 2..40 {
            writeln!(text, "k{number}: 1").expect("a string takes everything");
        }
        text.push_str("k7: 2\n");
        assert_eq!(messages(&text), ["key `k7` is written twice"]);
    }

    #[test]
    fn aliases_and_merge_keys_are_resolved() {
        let text = "base: &b {x: 1, z: 2}\nother: {<<: *b, z: 3}\nagain: *b\n";
        for dialect in [Dialect::Config, Dialect::Manifest] {
            let parsed = one(text, dialect);
            assert!(parsed.problems.is_empty());
            let root = &parsed.documents[0];
            assert_eq!(root.at(&["other", "x"]).and_then(Node::as_i64), Some(1));
            assert_eq!(root.at(&["other", "z"]).and_then(Node::as_i64), Some(3));
            assert_eq!(root.at(&["again", "z"]).and_then(Node::as_i64), Some(2));
        }
    }

    #[test]
    fn an_alias_stands_where_it_is_written_and_its_content_where_the_anchor_is() {
        let text = "base: &b {x: 1}\nagain: *b\n";
        let parsed = one(text, Dialect::Config);
        let slice = |span: Span| &text[span.start as usize..span.end as usize];
        let again = parsed.documents[0].get("again").expect("again");
        assert_eq!(slice(again.span), "*b");
        let within = again.entry("x").expect("x");
        assert_eq!(within.key_span.start, 10);
        assert_eq!(slice(within.value.span), "1");
    }

    #[test]
    fn a_configuration_merges_maps_only() {
        let problem = "`<<` inherits the keys of a map, and this is not one";
        assert_eq!(messages("a: &x 1\nb: {<<: *x}\n"), [problem]);
        assert_eq!(messages("a: &x {c: 1}\nb: {<<: [*x, 2]}\n"), [problem]);
        assert!(messages("a: &x {c: 1}\nb: {<<: [*x, *x]}\n").is_empty());
    }

    #[test]
    fn a_billion_laughs_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let names = vec![format!("*a{}", level - 1); 10].join(", ");
            writeln!(text, "a{level}: &a{level} [{names}]").expect("a string takes everything");
        }
        let parsed = one(&text, Dialect::Manifest);
        assert!(
            parsed
                .problems
                .iter()
                .any(|problem| problem.message.contains("too many nodes"))
        );
    }

    #[test]
    fn aliases_cannot_nest_deeper_than_brackets() {
        let (open, close) = ("[".repeat(200), "]".repeat(200));
        let mut text = format!("a0: &a0 {open}{close}\n");
        for level in 1..95 {
            text.push_str(
                &[
                    &format!("a{level}: &a{level} "),
                    open.as_str(),
                    &format!("*a{}", level - 1),
                    &close,
                    "\n",
                ]
                .concat(),
            );
        }
        let parsed = one(&text, Dialect::Manifest);
        assert!(
            parsed
                .problems
                .iter()
                .any(|problem| problem.message.contains("too deep"))
        );
    }

    #[test]
    fn anchors_within_anchors_are_counted() {
        let (open, close) = ("a: &a {".repeat(250), "}".repeat(250));
        let text = format!("{{{open}a: [{}]{close}}}", "x, ".repeat(20_000));
        let parsed = one(&text, Dialect::Manifest);
        assert!(
            parsed
                .problems
                .iter()
                .any(|problem| problem.message.contains("too many nodes"))
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        for text in [
            "[".repeat(20_000),
            "- ".repeat(20_000),
            "{a: ".repeat(20_000),
        ] {
            assert_eq!(one(&text, Dialect::Config).problems.len(), 1);
        }
    }
}
