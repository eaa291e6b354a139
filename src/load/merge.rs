//! Merges a later file into an earlier one.

use foldhash::{HashMap, HashMapExt as _};

use crate::diagnostic::{Diagnostic, Report};
use crate::yaml::{Entry, Node, Value};

/// Keys whose whole value is replaced, so that parts of two alternatives are never combined.
const ONE_OFS: [&str; 5] = [
    "spread",
    "disruptionBudget",
    "scaling",
    "namespaces",
    "priorityThreshold",
];

/// Maps whose keys users choose freely: a class may be called `spread`, a label `pools`.
const NAMED_BY_USERS: [&str; 5] = [
    "classes",
    "labels",
    "selector",
    "commonLabels",
    "topologyKeys",
];

/// Keys of a placeholder that exclude each other: the one in the later file removes the other.
const ALTERNATIVES: [(&str, &str); 2] = [("capacity", "pools"), ("pools", "capacity")];

/// The list whose items have alternatives.
const PLACEHOLDERS: &str = "placeholders";

/// The list whose items are identified by more than a name.
const WORKLOADS: &str = "workloads";

/// The keys that tell workloads of the same name apart, with their defaults.
const IDENTITY: [(&str, &str); 2] = [("namespace", "default"), ("kind", "Deployment")];

/// Lists whose items are identified by their names.
const ITEMS_WITH_NAMES: [&str; 3] = ["nodePools", PLACEHOLDERS, WORKLOADS];

/// The key, or an empty text if users choose the keys of its parent: then the key has no meaning of its own.
pub(super) fn known_key<'k>(parent: &str, key: &'k str) -> &'k str {
    if NAMED_BY_USERS.contains(&parent) {
        ""
    } else {
        key
    }
}

/// How a list of pools, placeholders or workloads is merged. All other lists are replaced.
pub(super) enum Lists<'r> {
    /// Each item is merged into the item with the same identity. An item that could match several is reported.
    ByItem(&'r mut Report),
    /// The later list replaces the earlier one.
    Whole,
}

/// Merges `over` into `base`, which are both under `key` or in the list of that name. Maps merge deeply; pools,
/// placeholders and workloads merge by identity; everything else is replaced.
pub(super) fn merge<'s>(
    base: Node<'s>,
    over: Node<'s>,
    key: &str,
    lists: &mut Lists<'_>,
) -> Node<'s> {
    let Node {
        span,
        value: over_value,
    } = over;
    let value = match (base.value, over_value, &mut *lists) {
        (Value::Mapping(base), Value::Mapping(over), lists) if !ONE_OFS.contains(&key) => {
            Value::Mapping(merge_entries(base, over, key, lists))
        }
        (Value::Sequence(base), Value::Sequence(over), Lists::ByItem(report))
            if ITEMS_WITH_NAMES.contains(&key) =>
        {
            Value::Sequence(merge_items(base, over, key, report))
        }
        (_, over, _) => over,
    };
    Node { span, value }
}

fn merge_entries<'s>(
    mut base: Vec<Entry<'s>>,
    over: Vec<Entry<'s>>,
    key: &str,
    lists: &mut Lists<'_>,
) -> Vec<Entry<'s>> {
    if key == PLACEHOLDERS {
        for (written, removed) in ALTERNATIVES {
            let has = |key: &str| over.iter().any(|entry| entry.key == key);
            if has(written) && !has(removed) {
                base.retain(|entry| entry.key != removed);
            }
        }
    }
    for entry in over {
        match base.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                let before = std::mem::replace(&mut known.value, Node::null(known.key_span));
                known.value = merge(before, entry.value, known_key(key, &entry.key), lists);
                known.key_span = entry.key_span;
            }
            None => base.push(entry),
        }
    }
    base
}

/// Merges each item of `over` into the item of `base` that it refers to. Items that refer to none are added.
fn merge_items<'s>(
    mut base: Vec<Node<'s>>,
    over: Vec<Node<'s>>,
    key: &str,
    report: &mut Report,
) -> Vec<Node<'s>> {
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::with_capacity(base.len());
    for (at, item) in base.iter().enumerate() {
        if let Some(name) = text(item, "name") {
            by_name.entry(name.to_owned()).or_default().push(at);
        }
    }
    for item in over {
        let namesakes = text(&item, "name").and_then(|name| by_name.get(name));
        let namesakes = namesakes.map(Vec::as_slice).unwrap_or_default();
        match meant(&base, namesakes, &item, key) {
            Ok(Some(at)) => {
                let before = std::mem::replace(&mut base[at], Node::null(item.span));
                base[at] = merge(before, item, key, &mut Lists::ByItem(report));
            }
            Ok(None) => base.push(item),
            Err(several) => report.push(ambiguous(&base, &several, &item)),
        }
    }
    base
}

/// Which of the items of the same name an item of a later file refers to. The error lists several if that is ambiguous.
fn meant(
    base: &[Node<'_>],
    namesakes: &[usize],
    over: &Node<'_>,
    key: &str,
) -> Result<Option<usize>, Vec<usize>> {
    if key != WORKLOADS {
        return Ok(namesakes.first().copied());
    }
    let says_alike = |at: usize, (key, default): (&str, &str)| {
        text(&base[at], key).unwrap_or(default) == text(over, key).unwrap_or(default)
    };
    let is_the_same = |&at: &usize| IDENTITY.iter().all(|&part| says_alike(at, part));
    if let Some(same) = namesakes.iter().copied().find(is_the_same) {
        return Ok(Some(same));
    }
    // A key that the later file leaves out matches any value in the earlier one.
    let agrees = |&at: &usize| {
        IDENTITY
            .iter()
            .all(|&part| over.get(part.0).is_none() || says_alike(at, part))
    };
    let candidates: Vec<usize> = namesakes.iter().copied().filter(agrees).collect();
    match candidates.as_slice() {
        [] | [_] => Ok(candidates.first().copied()),
        _ => Err(candidates),
    }
}

fn ambiguous(base: &[Node<'_>], several: &[usize], item: &Node<'_>) -> Diagnostic {
    let location = |node: &Node<'_>| node.get("name").map_or(node.span, |name| name.span);
    let name = text(item, "name").unwrap_or_default();
    Diagnostic::error("config", format!("`{name}` could mean several workloads"))
        .at(location(item))
        .help("add its `namespace` and `kind`")
        .one_of(several.iter().map(|&at| location(&base[at])))
}

fn text<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}
