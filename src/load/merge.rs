//! Laying a later file over an earlier one.

use super::null;
use crate::diagnostic::{Diagnostic, Report};
use crate::yaml::{Entry, Node, Value};

/// Keys whose value is replaced whole, so that halves of two alternatives never meet.
const ONE_OFS: [&str; 5] = [
    "spread",
    "disruptionBudget",
    "scaling",
    "namespaces",
    "priorityThreshold",
];

/// Maps whose keys users choose: a class may be called `spread`, a label `pools`.
const NAMED_BY_USERS: [&str; 5] = [
    "classes",
    "labels",
    "selector",
    "commonLabels",
    "topologyKeys",
];

/// Keys of a placeholder of which the later one written removes the other.
const ALTERNATIVES: [(&str, &str); 2] = [("capacity", "pools"), ("pools", "capacity")];

/// The list whose items have alternatives.
const PLACEHOLDERS: &str = "placeholders";

/// Lays `over` on `base`, both found under `key` or in the list of that name: maps merge deep, pools, placeholders and
/// workloads by who they are, all else is replaced.
pub(super) fn merge<'s>(
    base: Node<'s>,
    over: Node<'s>,
    key: &str,
    report: &mut Report,
) -> Node<'s> {
    let Node {
        span,
        value: over_value,
    } = over;
    let value = match (base.value, over_value) {
        (Value::Mapping(base), Value::Mapping(over)) if !ONE_OFS.contains(&key) => {
            Value::Mapping(merge_entries(base, over, key, report))
        }
        (Value::Sequence(base), Value::Sequence(over)) if identity_of(key).is_some() => {
            let matches = identity_of(key).expect("checked in the guard");
            Value::Sequence(merge_items(base, over, matches, key, report))
        }
        (_, over) => over,
    };
    Node { span, value }
}

fn merge_entries<'s>(
    mut base: Vec<Entry<'s>>,
    over: Vec<Entry<'s>>,
    key: &str,
    report: &mut Report,
) -> Vec<Entry<'s>> {
    if key == PLACEHOLDERS {
        for (written, removed) in ALTERNATIVES {
            let has = |key: &str| over.iter().any(|entry| entry.key == key);
            if has(written) && !has(removed) {
                base.retain(|entry| entry.key != removed);
            }
        }
    }
    let has_known_keys = !NAMED_BY_USERS.contains(&key);
    for entry in over {
        match base.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let before = std::mem::replace(&mut known.value, null(known.key_span));
                let key = if has_known_keys { &*entry.key } else { "" };
                known.value = merge(before, entry.value, key, report);
                known.key_span = entry.key_span;
            }
            None => base.push(entry),
        }
    }
    base
}

/// Whether an item of a later file means an item of an earlier one.
type Identity = fn(base: &Node<'_>, over: &Node<'_>) -> bool;

fn identity_of(key: &str) -> Option<Identity> {
    match key {
        "nodePools" | PLACEHOLDERS => Some(|base, over| same_text(base, over, "name")),
        "workloads" => Some(|base, over| {
            // What the later file leaves unsaid is whatever the earlier one says.
            let agrees = |key: &str, default: &str| {
                over.get(key).is_none_or(|over| {
                    over.as_str() == Some(base.get(key).and_then(Node::as_str).unwrap_or(default))
                })
            };
            same_text(base, over, "name")
                && agrees("namespace", "default")
                && agrees("kind", "Deployment")
        }),
        _ => None,
    }
}

fn same_text(base: &Node<'_>, over: &Node<'_>, key: &str) -> bool {
    let text = |node: &Node<'_>| node.get(key).and_then(Node::as_str).map(str::to_owned);
    text(base).is_some() && text(base) == text(over)
}

fn merge_items<'s>(
    mut base: Vec<Node<'s>>,
    over: Vec<Node<'s>>,
    means: Identity,
    key: &str,
    report: &mut Report,
) -> Vec<Node<'s>> {
    let known = base.len();
    for item in over {
        let candidates: Vec<usize> = (0..known).filter(|&at| means(&base[at], &item)).collect();
        match candidates.as_slice() {
            [at] => {
                let before = std::mem::replace(&mut base[*at], null(item.span));
                base[*at] = merge(before, item, key, report);
            }
            [] => base.push(item),
            several => {
                let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
                let mut diagnostic =
                    Diagnostic::error("config", format!("`{name}` could mean several workloads"))
                        .at(item.get("name").map_or(item.span, |name| name.span))
                        .help("say its `namespace` and `kind` too");
                for &at in several {
                    diagnostic = diagnostic.related(
                        base[at].get("name").map_or(base[at].span, |name| name.span),
                        "one of them",
                    );
                }
                report.push(diagnostic);
            }
        }
    }
    base
}
