//! The arguments of plugins, and other maps of a policy, as the types that they must have.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::faults::Faults;
use super::plugins::Plugin;
use crate::diagnostic::Severity;
use crate::suggest;
use crate::yaml::{Entry, Node, Value};

/// What every argument object may have, as every object of Kubernetes.
const TYPE_META: [&str; 2] = ["apiVersion", "kind"];

/// The entries of a map; none where there is no map, which is a fault unless nothing is there at all.
pub(super) fn entries<'n, 's>(
    node: Option<&'n Node<'s>>,
    (key, of): (&str, &str),
    faults: &mut Faults<'_>,
) -> &'n [Entry<'s>] {
    match node.map(|node| (&node.value, node.span)) {
        Some((Value::Mapping(entries), _)) => entries,
        None | Some((Value::Null, _)) => &[],
        Some((_, span)) => {
            let found = node.map(Node::to_json).unwrap_or_default();
            faults.error(
                span,
                format!("`{key}`{of} must be a map, not {}", said(&found)),
            );
            &[]
        }
    }
}

/// The items of a list; none where there is no list, which is a fault unless nothing is there at all.
pub(super) fn items<'n, 's>(
    entry: Option<&'n Entry<'s>>,
    of: &str,
    faults: &mut Faults<'_>,
) -> &'n [Node<'s>] {
    let Some(entry) = entry else {
        return &[];
    };
    match &entry.value.value {
        Value::Sequence(items) => items,
        Value::Null => &[],
        _ => {
            let found = said(&entry.value.to_json());
            let text = format!("`{}`{of} must be a list, not {found}", entry.key);
            faults.at_entry(Severity::Error, entry, text);
            &[]
        }
    }
}

/// The value of a key as a type.
pub(super) fn value<T: DeserializeOwned + Default>(
    entry: Option<&Entry<'_>>,
    of: &str,
    faults: &mut Faults<'_>,
) -> T {
    let Some(entry) = entry.filter(|entry| !entry.value.is_null()) else {
        return T::default();
    };
    let data = entry.value.to_json();
    T::deserialize(&data).unwrap_or_else(|error| {
        let text = mismatch(&entry.key, of, &data, &error).unwrap_or_else(|| other(&error, of));
        faults.at_entry(Severity::Error, entry, text);
        T::default()
    })
}

/// A map as a type. Each key that cannot be a part of it is a fault, and is left out.
pub(super) fn typed<T: DeserializeOwned + Default>(
    map: &[Entry<'_>],
    of: &str,
    faults: &mut Faults<'_>,
) -> T {
    let mut all = Map::new();
    for entry in map {
        let data = entry.value.to_json();
        let alone = Map::from_iter([(entry.key.to_string(), data.clone())]);
        match T::deserialize(&Json::Object(alone)) {
            Ok(_) => {
                all.insert(entry.key.to_string(), data);
            }
            Err(error) => {
                let text = mismatch(&entry.key, of, &data, &error);
                let text = text.unwrap_or_else(|| other(&error, of));
                faults.at_entry(Severity::Error, entry, text);
            }
        }
    }
    T::deserialize(&Json::Object(all)).unwrap_or_default()
}

/// Arguments that a plugin does not have: with them, the whole policy is refused. Those that some releases do not have
/// are kept apart.
pub(super) fn unknown_arguments<'n, 's>(
    plugin: &Plugin,
    args: &'n [Entry<'s>],
    faults: &mut Faults<'_>,
) -> Vec<&'n Entry<'s>> {
    let mut known = Vec::new();
    for entry in args {
        let own: &str = &entry.key;
        let argument = plugin.arguments.iter().find(|(name, _)| *name == own);
        match argument {
            Some((_, since)) => {
                if *since > 0 {
                    faults.needs(Severity::Error, entry, (0, *since));
                }
                known.push(entry);
            }
            None if TYPE_META.contains(&own) => known.push(entry),
            None => {
                let names = plugin.arguments.iter().map(|(name, _)| *name);
                let hint = suggest::similar(own, names)
                    .map(|meant| format!("; did you mean `{meant}`?"))
                    .unwrap_or_default();
                let text = format!("unknown field `{own}` of `{}`{hint}", plugin.name);
                faults.at_entry(Severity::Error, entry, text);
            }
        }
    }
    known
}

/// Keys that the descheduler silently ignores.
pub(super) fn unknown(
    map: &[Entry<'_>],
    known: &[&str],
    of: &str,
    hint: impl Fn(&str) -> Option<String>,
    faults: &mut Faults<'_>,
) {
    let is_known = |entry: &&Entry<'_>| known.contains(&entry.key.as_ref());
    for entry in map.iter().filter(|entry| !is_known(entry)) {
        let key: &str = &entry.key;
        let meant = || {
            let meant = suggest::similar(key, known.iter().copied())?;
            Some(format!("did you mean `{meant}`?"))
        };
        let hint = hint(key).or_else(meant);
        let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        let text = format!("the unknown key `{key}`{of} is ignored{hint}");
        faults.at_entry(Severity::Warning, entry, text);
    }
}

/// An error about the type of a value, with its key.
fn mismatch(key: &str, of: &str, value: &Json, error: &serde_json::Error) -> Option<String> {
    let wanted = wanted(&error.to_string())?;
    Some(match value {
        // Which part of it is wrong, its type alone does not say.
        Json::Object(_) | Json::Array(_) if wanted != "a map" && wanted != "a list" => {
            format!("`{key}`{of} has a part that must be {wanted}")
        }
        value => format!("`{key}`{of} must be {wanted}, not {}", said(value)),
    })
}

fn said(value: &Json) -> String {
    match value {
        Json::Object(_) => "a map".to_owned(),
        Json::Array(_) => "a list".to_owned(),
        Json::String(text) => format!("`{text}`"),
        value => format!("`{value}`"),
    }
}

/// Any other error. The list of what was expected is long.
fn other(error: &serde_json::Error, of: &str) -> String {
    let error = error.to_string();
    let error = error.split(", expected one of").next().unwrap_or_default();
    format!("{error}{of}")
}

/// What a value must be, in words, of an error about its type.
fn wanted(error: &str) -> Option<&'static str> {
    let wanted = error
        .strip_prefix("invalid type: ")
        .or_else(|| error.strip_prefix("invalid value: "))?;
    let (_, wanted) = wanted.rsplit_once(", expected ")?;
    Some(match wanted {
        "a boolean" => "true or false",
        "a string" => "a string",
        "a map" => "a map",
        "a sequence" => "a list",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "i32" | "i64" => "a whole number",
        wanted if wanted.starts_with("struct ") => "a map",
        _ => return None,
    })
}
