//! `--set`: one value, from the command line.

use super::merge::merge;
use super::{null, syntax};
use crate::diagnostic::{Diagnostic, Report};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect, Entry, Node, Value};

/// Applies one `--set spec.a.b=value`.
pub(super) fn apply<'s>(
    root: &mut Node<'s>,
    id: SourceId,
    sources: &'s Sources,
) -> Result<(), Box<Diagnostic>> {
    let text = &sources.get(id).text;
    let whole = Span::new(id, 0, text.len());
    let fault = |message: String, help: &str| {
        Box::new(Diagnostic::error("config", message).at(whole).help(help))
    };
    let Some(equals) = find_unescaped(text, b'=') else {
        let help = "write it like `--set spec.cluster.name=prod`";
        return Err(fault("`--set` needs a path and a value".into(), help));
    };
    let path = split_path(&text[..equals]);
    if path.iter().any(String::is_empty) {
        let help = "write it like `spec.cluster.name`; `\\.` is a dot within a key";
        return Err(fault("the path of `--set` has an empty part".into(), help));
    }
    let value = set_value(id, text, equals + 1)?;
    let key_span = Span::new(id, 0, equals);
    let mut node = root;
    for (at, segment) in path.iter().enumerate() {
        node = step(node, segment, key_span).map_err(|reason| {
            fault(
                reason,
                &format!("the path so far: `{}`", path[..at].join(".")),
            )
        })?;
    }
    let key = path.last().map_or("", String::as_str);
    let before = std::mem::replace(node, null(key_span));
    // A map given in one piece is laid over what is there, as a later file would be.
    *node = merge(before, value, key, &mut Report::default());
    Ok(())
}

fn set_value(id: SourceId, text: &str, start: usize) -> Result<Node<'_>, Box<Diagnostic>> {
    let written = &text[start..];
    let span = Span::new(id, start, text.len());
    if written.is_empty() {
        return Ok(Node {
            span,
            value: Value::String("".into()),
        });
    }
    let parsed = yaml::parse(id, written, Dialect::Config);
    if let Some(problem) = parsed.problems.into_iter().next() {
        return Err(Box::new(syntax(problem).at(span)));
    }
    let mut node = parsed
        .documents
        .into_iter()
        .next()
        .unwrap_or_else(|| null(span));
    node.shift(u32::try_from(start).expect("an argument is shorter than 4 GiB"));
    Ok(node)
}

fn find_unescaped(text: &str, byte: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| bytes[at] == byte && (at == 0 || bytes[at - 1] != b'\\'))
}

/// Splits at dots; `\.` is a dot within a key.
fn split_path(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => parts.last_mut().expect("never empty").extend(chars.next()),
            '.' => parts.push(String::new()),
            _ => parts.last_mut().expect("never empty").push(char),
        }
    }
    parts
}

/// One step down: a key, the number of an item, or the `name` of an item. Missing keys are made.
fn step<'n, 's>(
    node: &'n mut Node<'s>,
    segment: &str,
    key_span: Span,
) -> Result<&'n mut Node<'s>, String> {
    if node.is_null() {
        node.value = Value::Mapping(Vec::new());
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            let at = entries
                .iter()
                .position(|entry| entry.key == segment)
                .unwrap_or_else(|| {
                    entries.push(Entry {
                        key: segment.to_owned().into(),
                        key_span,
                        value: null(key_span),
                    });
                    entries.len() - 1
                });
            Ok(&mut entries[at].value)
        }
        Value::Sequence(items) => {
            let mut named = (0..items.len())
                .filter(|&at| items[at].get("name").and_then(Node::as_str) == Some(segment));
            let first = named.next();
            if let Some(second) = named.next() {
                let first = first.unwrap_or_default();
                return Err(format!(
                    "several items are called `{segment}`: say which by its number, {first} or {second}"
                ));
            }
            let at = first.or_else(|| segment.parse().ok().filter(|&at| at < items.len()));
            at.map(|at| &mut items[at])
                .ok_or_else(|| format!("no item is called `{segment}`, and none has that number"))
        }
        _ => Err(format!(
            "`{segment}` cannot be set: what it would be in is neither a map nor a list"
        )),
    }
}
