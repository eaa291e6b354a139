//! Keys that are unknown or missing.

use jsonschema::ValidationError;
use serde_json::{Map, Value};

use super::super::json_schema::SCHEMA;
use super::error::{problem, schema_of};
use super::words::{as_text, meant, words_below};
use crate::config::alternatives::property;
use crate::config::synonyms::{meant_path, target};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::suggest::similar;
use crate::values::words::all_of;

/// An unknown key, and the keys of the same map that it stands for.
pub(super) fn unknown(
    error: &ValidationError<'_>,
    key: &str,
    document: &Document<'_>,
    at: &Pointer,
) -> (Diagnostic, Vec<String>) {
    let diagnostic = problem(format!("unknown key `{key}`"));
    let known = known_keys(error);
    let value = error.instance().get(key);
    if let Some(schema) = schema_of(error) {
        if let Some(path) = meant_path(&SCHEMA, schema, key) {
            let meant = to_write(schema, &path, value, scalar(document, at, value));
            let own = Some(path[0].to_owned()).filter(|_| path.len() == 1);
            let help = format!("did you mean `{meant}`?");
            return (diagnostic.help(help), own.into_iter().collect());
        }
        let is_similar = similar(key, known.iter().map(String::as_str)).is_some();
        if let (false, Some(Value::Object(fields))) = (is_similar, value)
            && let Some((written, own)) = unwrapped(schema, fields)
        {
            let help = format!("write {written} here, without `{key}` around it");
            return (diagnostic.help(help), own);
        }
    }
    match similar(key, known.iter().map(String::as_str)) {
        Some(meant) => {
            let diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            (diagnostic, vec![meant.to_owned()])
        }
        None if known.is_empty() => (diagnostic, Vec::new()),
        None => {
            let known = known.join(", ");
            (diagnostic.help(format!("known keys: {known}")), Vec::new())
        }
    }
}

/// The entries of a map that belong in the one around it, as they are written there, and the keys that they have there.
fn unwrapped(around: &'static Value, fields: &Map<String, Value>) -> Option<(String, Vec<String>)> {
    let mut written: Vec<String> = Vec::new();
    let mut own = Vec::new();
    for (key, value) in fields {
        if property(&SCHEMA, around, key).is_some() {
            own.push(key.clone());
            written.push(format!("`{key}`"));
        } else if let Some(path) = meant_path(&SCHEMA, around, key) {
            let single = single(value);
            own.extend((path.len() == 1).then(|| path[0].to_owned()));
            written.push(format!(
                "`{}`",
                to_write(around, &path, Some(value), single)
            ));
        }
    }
    written.dedup();
    (!written.is_empty()).then(|| (all_of(&written), own))
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

/// The key at a path, with the value as far as the path or the words of the key change how it is written.
fn to_write(
    map: &'static Value,
    path: &[&str],
    value: Option<&Value>,
    single: Option<String>,
) -> String {
    let schema = target(&SCHEMA, map, path).expect("the path exists");
    let mut keys = path.iter().rev();
    let last = keys.next().expect("a path has a key");
    let word = single
        .as_deref()
        .and_then(|single| meant(&words_below(schema), single));
    let value = match (word, single) {
        (Some(word), _) => Some(word.to_owned()),
        (None, None) if let Some(Value::Object(fields)) = value => entries(schema, last, fields),
        _ if path.len() == 1 => None,
        (None, Some(value)) if needs_quotes(schema, &value) => Some(format!("\"{value}\"")),
        (None, Some(value)) => Some(value),
        (None, None) => Some("…".to_owned()),
    };
    let written = match value {
        Some(value) => format!("{last}: {value}"),
        None => (*last).to_owned(),
    };
    keys.fold(written, |within, key| format!("{key}: {{{within}}}"))
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

pub(super) fn missing(error: &ValidationError<'_>, key: &str) -> Diagnostic {
    let diagnostic = problem(format!("missing key `{key}`")).label(format!("add `{key}` here"));
    match describe(error, key) {
        Some(description) => diagnostic.help(format!("`{key}`: {description}")),
        None => diagnostic,
    }
}

fn known_keys(error: &ValidationError<'_>) -> Vec<String> {
    let properties = schema_of(error)
        .and_then(|schema| schema.get("properties"))
        .and_then(Value::as_object);
    properties
        .into_iter()
        .flat_map(|properties| properties.keys().cloned())
        .collect()
}

/// The first sentence of a key's description.
fn describe(error: &ValidationError<'_>, key: &str) -> Option<String> {
    let property = schema_of(error)?.get("properties")?.get(key)?;
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
