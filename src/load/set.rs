//! `--set`: sets one value from the command line.

use super::merge::{Lists, known_key, merge};
use super::syntax::syntax;
use crate::diagnostic::{Diagnostic, Report};
use crate::source::{SourceId, Sources, Span};
use crate::suggest::similar;
use crate::yaml::{self, Dialect, Entry, Node, Value};

/// Applies one `--set spec.a.b=value`.
pub(super) fn apply<'s>(
    root: &mut Node<'s>,
    id: SourceId,
    sources: &'s Sources,
    report: &mut Report,
) -> Result<(), Box<Diagnostic>> {
    let text = &sources.get(id).text;
    let whole = Span::new(id, 0, text.len());
    let problem = |message: String, help: &str| {
        Box::new(Diagnostic::error("config", message).at(whole).help(help))
    };
    let Some(equals) = find_unescaped(text, b'=') else {
        let help = "write `--set PATH=VALUE`, for example `--set spec.cluster.name=prod`";
        return Err(problem(
            "`--set` has no `=` between path and value".into(),
            help,
        ));
    };
    let path = split_path(id, &text[..equals]);
    if path.iter().any(|segment| segment.key.is_empty()) {
        let help = "write a path such as `spec.cluster.name`, with `\\.` for a dot within a key";
        return Err(problem("the path of `--set` has an empty key".into(), help));
    }
    let (value, problems) = set_value(id, text, equals + 1)?;
    report.extend(problems.into_iter().collect());
    let mut node = root;
    for (at, segment) in path.iter().enumerate() {
        let unreachable = |Unreachable { reason, meant }| {
            let help = meant.map_or_else(
                || {
                    let so_far: Vec<&str> = path[..at].iter().map(|own| own.key.as_str()).collect();
                    format!("check the path up to here: `{}`", so_far.join("."))
                },
                |meant| format!("did you mean `{meant}`?"),
            );
            let diagnostic = Diagnostic::error("config", reason).at(segment.span);
            Box::new(diagnostic.help(help))
        };
        if at + 1 == path.len()
            && value.is_null()
            && let Value::Sequence(items) = &mut node.value
        {
            items.remove(item(items, &segment.key).map_err(unreachable)?);
            return Ok(());
        }
        node = step(node, segment).map_err(unreachable)?;
    }
    let key = match path.as_slice() {
        [.., parent, key] => known_key(&parent.key, &key.key),
        _ => "",
    };
    let before = std::mem::replace(node, Node::null(Span::new(id, 0, equals)));
    // A map is merged into the existing value, as a later file would be. A list replaces the existing value, as with
    // Helm's `--set`: to change one item, use its path.
    *node = merge(before, value, key, &mut Lists::Whole);
    Ok(())
}

/// The value, and its problems that do not prevent it from being read.
fn set_value(
    id: SourceId,
    text: &str,
    start: usize,
) -> Result<(Node<'_>, Vec<Diagnostic>), Box<Diagnostic>> {
    let written = &text[start..];
    let span = Span::new(id, start, text.len());
    if written.is_empty() {
        let value = Value::String("".into());
        return Ok((Node { span, value }, Vec::new()));
    }
    let mut parsed = yaml::parse(id, written, Dialect::Config);
    if let Some(fatal) = parsed.problems.iter().position(|problem| problem.is_fatal) {
        return Err(Box::new(syntax(parsed.problems.remove(fatal)).at(span)));
    }
    let by = u32::try_from(start).expect("an argument is shorter than 4 GiB");
    let problems = parsed.problems.into_iter().map(|mut problem| {
        problem.span.shift(by);
        if let Some((related, _)) = &mut problem.related {
            related.shift(by);
        }
        syntax(problem)
    });
    let problems = problems.collect();
    let mut node = parsed
        .documents
        .into_iter()
        .next()
        .unwrap_or_else(|| Node::null(span));
    node.shift(by);
    Ok((node, problems))
}

fn find_unescaped(text: &str, byte: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| bytes[at] == byte && (at == 0 || bytes[at - 1] != b'\\'))
}

/// A part of the path: a key, or the name or the index of an item.
struct Segment {
    key: String,
    span: Span,
}

/// Splits at dots; `\.` is a dot within a key. `[0]` at the end of a key is the index of an item, as `.0` is.
fn split_path(id: SourceId, text: &str) -> Vec<Segment> {
    let mut parts = Vec::new();
    let mut key = String::new();
    let mut start = 0;
    let mut chars = text.char_indices();
    let part = |key: &mut String, start: usize, end: usize| Segment {
        key: std::mem::take(key),
        span: Span::new(id, start, end - usize::from(text[..start].ends_with('['))),
    };
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => key.extend(chars.next().map(|(_, char)| char)),
            '.' => {
                parts.push(part(&mut key, start, at));
                start = at + 1;
            }
            '[' if !key.is_empty() && is_index(&text[at..]) => {
                parts.push(part(&mut key, start, at));
                start = at + 1;
            }
            ']' if text[..start].ends_with('[') => {}
            _ => key.push(char),
        }
    }
    parts.push(part(&mut key, start, text.len()));
    parts
}

/// Whether a text begins with a number in brackets, which ends a key.
fn is_index(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    inner.is_some_and(|(inner, rest)| {
        number(inner).is_some() && (rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Why a path leads nowhere, and the name that is meant.
struct Unreachable {
    reason: String,
    meant: Option<String>,
}

/// One step down: by a key, or by the `name` or the index of an item. Creates missing keys.
fn step<'n, 's>(
    node: &'n mut Node<'s>,
    segment: &Segment,
) -> Result<&'n mut Node<'s>, Unreachable> {
    let (segment, key_span) = (&segment.key, segment.span);
    if node.is_null() {
        node.value = Value::Mapping(Vec::new());
    }
    match &mut node.value {
        Value::Mapping(entries) => {
            let at = entries
                .iter()
                .position(|entry| entry.key == *segment)
                .unwrap_or_else(|| {
                    entries.push(Entry {
                        key: segment.to_owned().into(),
                        key_span,
                        value: Node::null(key_span),
                    });
                    entries.len() - 1
                });
            Ok(&mut entries[at].value)
        }
        Value::Sequence(items) => {
            let at = item(items, segment)?;
            Ok(&mut items[at])
        }
        _ => Err(Unreachable {
            reason: format!("`{segment}` cannot be set: its parent is neither a map nor a list"),
            meant: None,
        }),
    }
}

/// The index of the item with this `name`, or with this number.
fn item(items: &[Node<'_>], segment: &str) -> Result<usize, Unreachable> {
    let name = |item: &'_ Node<'_>| Some(item.get("name")?.as_str()?.to_owned());
    let mut named = (0..items.len()).filter(|&at| name(&items[at]).as_deref() == Some(segment));
    match (named.next(), named.next()) {
        (Some(first), Some(second)) => Err(Unreachable {
            reason: format!(
                "several items are called `{segment}`: use the index of one of them, {first} or {second}"
            ),
            meant: None,
        }),
        (Some(only), None) => Ok(only),
        (None, _) => number(segment)
            .filter(|&at| at < items.len())
            .ok_or_else(|| {
                let all: Vec<String> = items.iter().filter_map(name).collect();
                let meant = similar(segment, all.iter().map(String::as_str));
                Unreachable {
                    reason: format!("no item has the name or the index `{segment}`"),
                    meant: meant.map(str::to_owned),
                }
            }),
    }
}

/// A plain number, without a sign and without leading zeros.
fn number(segment: &str) -> Option<usize> {
    let is_plain = segment.bytes().all(|byte| byte.is_ascii_digit())
        && (segment == "0" || !segment.starts_with('0'));
    segment.parse().ok().filter(|_| is_plain)
}
