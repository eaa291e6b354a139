//! `--set`: sets one value from the command line.

use super::merge::{Lists, known_key, merge};
use super::syntax::syntax;
use crate::diagnostic::{Diagnostic, Report};
use crate::source::{SourceId, Sources, Span};
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
    let path = split_path(&text[..equals]);
    if path.iter().any(String::is_empty) {
        let help = "write a path such as `spec.cluster.name`, with `\\.` for a dot within a key";
        return Err(problem("the path of `--set` has an empty key".into(), help));
    }
    let (value, problems) = set_value(id, text, equals + 1)?;
    report.extend(problems.into_iter().collect());
    let key_span = Span::new(id, 0, equals);
    let mut node = root;
    for (at, segment) in path.iter().enumerate() {
        let unreachable = |reason| {
            let so_far = path[..at].join(".");
            problem(reason, &format!("check the path up to here: `{so_far}`"))
        };
        if at + 1 == path.len()
            && value.is_null()
            && let Value::Sequence(items) = &mut node.value
        {
            items.remove(item(items, segment).map_err(unreachable)?);
            return Ok(());
        }
        node = step(node, segment, key_span).map_err(unreachable)?;
    }
    let key = match path.as_slice() {
        [.., parent, key] => known_key(parent, key),
        _ => "",
    };
    let before = std::mem::replace(node, Node::null(key_span));
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

/// One step down: by a key, or by the `name` or the index of an item. Creates missing keys.
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
        _ => Err(format!(
            "`{segment}` cannot be set: its parent is neither a map nor a list"
        )),
    }
}

/// The index of the item with this `name`, or with this number.
fn item(items: &[Node<'_>], segment: &str) -> Result<usize, String> {
    let mut named = (0..items.len())
        .filter(|&at| items[at].get("name").and_then(Node::as_str) == Some(segment));
    match (named.next(), named.next()) {
        (Some(first), Some(second)) => Err(format!(
            "several items are called `{segment}`: use the index of one of them, {first} or {second}"
        )),
        (Some(only), None) => Ok(only),
        (None, _) => number(segment)
            .filter(|&at| at < items.len())
            .ok_or_else(|| format!("no item has the name or the index `{segment}`")),
    }
}

/// A plain number, without a sign and without leading zeros.
fn number(segment: &str) -> Option<usize> {
    let is_plain = segment.bytes().all(|byte| byte.is_ascii_digit())
        && (segment == "0" || !segment.starts_with('0'));
    segment.parse().ok().filter(|_| is_plain)
}
