//! Keys that are unknown or missing.

use serde_json::{Map, Value};

use super::super::expected;
use super::super::json_schema::SCHEMA;
use super::mismatch::Mismatch;
use super::shapes::spread_over;
use super::words::{as_text, meant, problem, words_below};
use crate::config::alternatives::property;
use crate::config::synonyms::{is_pod_field, meant_path, target};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::suggest::similar;
use crate::values::words::all_of;

/// What is said about an unknown key, or about several that belong into one map.
pub(super) struct Unknown {
    pub(super) diagnostic: Diagnostic,
    /// The keys. What is said stands at the first.
    pub(super) keys: Vec<String>,
    /// The keys that they stand for.
    pub(super) meant: Vec<Pointer>,
}

/// The unknown keys of the map at a location.
pub(super) fn unknown(
    mismatch: &Mismatch<'_>,
    keys: &[&str],
    document: &Document<'_>,
) -> Vec<Unknown> {
    let Mismatch {
        at, schema, value, ..
    } = mismatch;
    let mut told: Vec<Unknown> = Vec::new();
    let mut moved: Vec<(Entry, &str)> = Vec::new();
    for key in keys {
        match meant_path(&SCHEMA, schema, key) {
            Some(path) => {
                let value = value.get(key);
                let single = scalar(document, &at.child(key), value);
                moved.push((Entry::new(schema, path, value, single), key));
            }
            None => told.push(one_unknown(mismatch, key)),
        }
    }
    while let Some((first, _)) = moved.first() {
        let into = first.path[0];
        // Two keys that stand for the same one are two mistakes.
        let is_into = |entry: &Entry| entry.path[0] == into && entry.path.len() > 1;
        let is_alone = !is_into(first);
        let (together, rest): (Vec<_>, Vec<_>) = if is_alone {
            let rest = moved.split_off(1);
            (moved, rest)
        } else {
            moved.into_iter().partition(|(entry, _)| is_into(entry))
        };
        moved = rest;
        let (entries, keys): (Vec<Entry>, Vec<&str>) = together.into_iter().unzip();
        let meant = is_alone.then(|| at.child(into));
        told.push(Unknown {
            diagnostic: unknown_keys(&keys)
                .help(format!("did you mean `{}`?", nested(&entries).join(", "))),
            keys: keys.into_iter().map(str::to_owned).collect(),
            meant: meant.into_iter().collect(),
        });
    }
    told
}

fn unknown_keys(keys: &[&str]) -> Diagnostic {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let noun = if keys.len() == 1 { "key" } else { "keys" };
    problem(format!("unknown {noun} {}", all_of(&quoted)))
}

/// An unknown key that is not a known word for another one.
fn one_unknown(mismatch: &Mismatch<'_>, key: &str) -> Unknown {
    let Mismatch {
        at, schema, value, ..
    } = mismatch;
    let known = known_keys(schema);
    let similar = similar(key, known.iter().copied());
    let (help, meant) = if is_pod_field(&SCHEMA, schema, key) {
        let help = format!("remove it: `{key}` belongs in the workload's manifest");
        (Some(help), Vec::new())
    } else if let (None, Some(Value::Object(fields))) = (similar, value.get(key))
        && let Some((written, own)) = unwrapped(schema, fields)
    {
        let help = format!("write {written} here, without `{key}` around it");
        (Some(help), own.iter().map(|key| at.child(key)).collect())
    } else if let Some((help, inner)) = within(at, key) {
        (Some(help), inner)
    } else if let Some(outer) = around(at, key) {
        (Some(format!("`{key}` goes {}", place(&outer))), vec![outer])
    } else if let Some(meant) = similar {
        let help = format!("did you mean `{meant}`?");
        (Some(help), vec![at.child(meant)])
    } else {
        let help = (!known.is_empty()).then(|| format!("known keys: {}", known.join(", ")));
        (help, Vec::new())
    };
    let diagnostic = unknown_keys(&[key]);
    Unknown {
        diagnostic: match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        },
        keys: vec![key.to_owned()],
        meant,
    }
}

/// Where a key of the file belongs that is one of `spec`, or a word for one.
fn within(at: &Pointer, key: &str) -> Option<(String, Vec<Pointer>)> {
    if !at.is_root() {
        return None;
    }
    let spec = at.child("spec");
    let schemas = expected::at(&spec);
    let schema = schemas
        .iter()
        .find(|schema| schema.get("properties").is_some())?;
    if property(&SCHEMA, schema, key).is_some() {
        return Some((format!("`{key}` goes under `spec`"), vec![spec.child(key)]));
    }
    let path = meant_path(&SCHEMA, schema, key)?;
    let meant = path.iter().fold(spec, |pointer, key| pointer.child(key));
    let path = ["spec"].iter().chain(&path).copied();
    let path: Vec<&str> = path.collect();
    Some((format!("did you mean `{}`?", path.join(".")), vec![meant]))
}

/// Where a key belongs that stands too deep: in a map around the one at this location, the nearest first.
fn around(at: &Pointer, key: &str) -> Option<Pointer> {
    let outer = std::iter::successors(Some(at.clone()), |inner| {
        (!inner.is_root()).then(|| inner.parent())
    });
    let mut outer = outer.skip(1);
    outer.find_map(|map| {
        let schemas = expected::at(&map);
        let mut known = schemas.iter().filter_map(|schema| schema.get("properties"));
        known
            .any(|known| known.get(key).is_some())
            .then(|| map.child(key))
    })
}

/// Where a key is to be written.
fn place(key: &Pointer) -> String {
    let map = key.parent();
    let segments: Vec<_> = map.segments().collect();
    match segments.as_slice() {
        [] => "at the top".to_owned(),
        [.., list, item] if item.parse::<usize>().is_ok() => {
            format!("directly in the item of `{list}`")
        }
        [.., name] => format!("under `{name}`"),
    }
}

/// The entries of a map that belong in the one around it, as they are written there, and the keys that they have there.
fn unwrapped(around: &'static Value, fields: &Map<String, Value>) -> Option<(String, Vec<String>)> {
    let mut entries = Vec::new();
    for (key, value) in fields {
        if property(&SCHEMA, around, key).is_some() {
            entries.push(Entry {
                path: vec![key],
                value: None,
            });
        } else if let Some(path) = meant_path(&SCHEMA, around, key) {
            entries.push(Entry::new(around, path, Some(value), single(value)));
        }
    }
    let own = entries.iter().filter(|entry| entry.path.len() == 1);
    let own = own.map(|entry| entry.path[0].to_owned()).collect();
    let written = nested(&entries).into_iter();
    let written: Vec<String> = written.map(|entry| format!("`{entry}`")).collect();
    (!written.is_empty()).then(|| (all_of(&written), own))
}

/// A key at a path, with its value as far as the path or the words of the key change how it is written.
struct Entry<'k> {
    path: Vec<&'k str>,
    value: Option<String>,
}

impl<'k> Entry<'k> {
    /// `single` is the value as it is written, if it is neither a map nor a list.
    fn new(
        map: &'static Value,
        path: Vec<&'k str>,
        value: Option<&Value>,
        single: Option<String>,
    ) -> Self {
        let schema = target(&SCHEMA, map, &path).expect("the path exists");
        let last = path.last().expect("a path has a key");
        let words = words_below(schema);
        let switch = value.and_then(switch).filter(|_| !words.is_empty());
        let word = single.as_deref().or(switch);
        let word = word.and_then(|word| meant(&words, word));
        let spread = value.filter(|_| *last == "spread");
        let value = match (word, single) {
            _ if let Some(spread) = spread.and_then(spread_over) => Some(spread),
            (Some(word), _) => Some(word.to_owned()),
            (None, None) if let Some(Value::Object(fields)) = value => {
                let entries = entries(schema, last, fields);
                entries.or_else(|| (path.len() > 1).then(|| "…".to_owned()))
            }
            _ if path.len() == 1 => None,
            (None, Some(value)) if needs_quotes(schema, &value) => Some(format!("\"{value}\"")),
            (None, Some(value)) => Some(value),
            (None, None) => Some("…".to_owned()),
        };
        Self { path, value }
    }
}

/// `{enabled: false}` where a word is wanted.
fn switch(value: &Value) -> Option<&'static str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let is_on = fields.get("enabled")?.as_bool()?;
    Some(if is_on { "true" } else { "false" })
}

/// Entries as they are written in one map: those that share a key below it.
fn nested(entries: &[Entry<'_>]) -> Vec<String> {
    let mut keys: Vec<&str> = Vec::new();
    for entry in entries {
        if !keys.contains(&entry.path[0]) {
            keys.push(entry.path[0]);
        }
    }
    let written = keys.into_iter().map(|key| {
        let of_key = || entries.iter().filter(move |entry| entry.path[0] == key);
        let below: Vec<Entry> = of_key()
            .filter(|entry| entry.path.len() > 1)
            .map(|entry| Entry {
                path: entry.path[1..].to_vec(),
                value: entry.value.clone(),
            })
            .collect();
        let value = of_key().find_map(|entry| entry.value.clone());
        match (below.is_empty(), value) {
            (false, _) => format!("{key}: {{{}}}", nested(&below).join(", ")),
            (true, Some(value)) => format!("{key}: {value}"),
            (true, None) => key.to_owned(),
        }
    });
    written.collect()
}

/// A single value as it is written; none for a list or a map.
fn scalar(document: &Document<'_>, pointer: &Pointer, value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Number(number) => {
            let written = document
                .node(pointer)
                .map(|node| document.sources.slice(node.span));
            // An alias does not show the number.
            let number = written.map_or_else(|| number.to_string(), str::to_owned);
            Some(number).filter(|number| !number.starts_with('*'))
        }
        value => single(value),
    }
}

fn single(value: &Value) -> Option<String> {
    let is_single = !matches!(value, Value::Object(_) | Value::Array(_) | Value::Null);
    is_single.then(|| as_text(value))
}

/// The entries of a map as they are written in one of this schema, if they change. What has no place there is left out.
fn entries(schema: &'static Value, key: &str, fields: &Map<String, Value>) -> Option<String> {
    if let Some(Value::Object(within)) = fields.get(key) {
        let known = |name: &&String| property(&SCHEMA, schema, name).is_some();
        let same: Vec<String> = within
            .iter()
            .filter(|(name, _)| known(name))
            .filter_map(|(name, value)| Some(format!("{name}: {}", single(value)?)))
            .collect();
        return (!same.is_empty()).then(|| format!("{{{}}}", same.join(", ")));
    }
    let mut is_changed = false;
    let mut written = Vec::new();
    for (name, value) in fields {
        let is_known = property(&SCHEMA, schema, name).is_some();
        let path = (!is_known).then(|| meant_path(&SCHEMA, schema, name));
        let path = match path.as_ref().map(|path| path.as_deref()) {
            None => name.as_str(),
            Some(Some([only])) => *only,
            Some(_) => {
                is_changed = true;
                continue;
            }
        };
        is_changed |= !is_known;
        written.push(format!("{path}: {}", single(value)?));
    }
    (is_changed && !written.is_empty()).then(|| format!("{{{}}}", written.join(", ")))
}

/// Whether text is expected that would be a number without quotes.
fn needs_quotes(schema: &Value, value: &str) -> bool {
    schema.get("type").is_some_and(|kind| kind == "string") && value.parse::<f64>().is_ok()
}

pub(super) fn missing(schema: &'static Value, key: &str) -> Diagnostic {
    let diagnostic = problem(format!("missing key `{key}`")).label(format!("add `{key}` here"));
    match describe(schema, key) {
        Some(description) => diagnostic.help(format!("`{key}`: {description}")),
        None => diagnostic,
    }
}

fn known_keys(schema: &'static Value) -> Vec<&'static str> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    properties.map(|(key, _)| key.as_str()).collect()
}

/// The first sentence of a key's description.
fn describe(schema: &'static Value, key: &str) -> Option<String> {
    let property = schema.get("properties")?.get(key)?;
    let described = match property.get("description") {
        Some(description) => description,
        None => SCHEMA
            .pointer(property.get("$ref")?.as_str()?.strip_prefix('#')?)?
            .get("description")?,
    };
    let text = described.as_str()?;
    let end = text
        .find(". ")
        .unwrap_or_else(|| text.trim_end_matches('.').len());
    Some(text[..end].replace('\n', " "))
}
