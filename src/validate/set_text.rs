//! `--set`: a value is text where the schema wants text, however YAML would read it.

use serde_json::Value as Schema;

use super::expected::{Takes, below, branches, items, takes};
use super::json_schema::SCHEMA;
use super::two_meanings::says_two_meanings;
use crate::diagnostic::Report;
use crate::load::Document;
use crate::source::{SET, Sources, Span};
use crate::yaml::{Node, Value};

/// Reads such values as they are written: `--set spec.cluster.kubernetesVersion=1.30`. They have only one meaning then.
pub(crate) fn read_as_text(document: &mut Document<'_>, report: &mut Report) {
    let sources = document.sources;
    if !sources.iter().any(|(_, source)| source.name == SET) {
        return;
    }
    let mut texts = Vec::new();
    walk(document.root_mut(), &branches(&SCHEMA), sources, &mut texts);
    report.retain(|diagnostic| {
        !diagnostic.location.is_some_and(|location| {
            texts.contains(&location) && says_two_meanings(diagnostic, sources.slice(location))
        })
    });
}

fn walk<'s>(
    node: &mut Node<'s>,
    schemas: &[&'static Schema],
    sources: &'s Sources,
    texts: &mut Vec<Span>,
) {
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let below = below(schemas, &entry.key);
                walk(&mut entry.value, &below, sources, texts);
            }
        }
        Value::Sequence(nodes) => {
            let below = items(schemas);
            for node in nodes {
                walk(node, &below, sources, texts);
            }
        }
        value if is_set(node.span, sources) && matches!(takes(schemas), Some(Takes::Text)) => {
            texts.push(node.span);
            if !matches!(value, Value::String(_)) {
                *value = Value::String(sources.slice(node.span).into());
            }
        }
        _ => {}
    }
}

/// Whether a node is the whole value of a `--set`.
fn is_set(span: Span, sources: &Sources) -> bool {
    let source = sources.get(span.source);
    let (before, after) = (
        &source.text[..span.start as usize],
        &source.text[span.end as usize..],
    );
    source.name == SET && before.trim_end().ends_with('=') && after.trim().is_empty()
}
