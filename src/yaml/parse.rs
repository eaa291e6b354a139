//! Reads YAML: by the fast reader, and by the parser whatever that one does not read.

use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::dialect::Dialect;
use super::parsed::{Parsed, Problem};
use super::tree::Tree;
use super::{documents, fast};
use crate::source::SourceId;

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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::source::Span;
    use crate::yaml::{Node, Value};

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
