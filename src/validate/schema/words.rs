//! Words that a value is chosen from.

use serde_json::Value;

use super::super::json_schema::SCHEMA;
use crate::config::alternatives::{alternatives, words_of};
use crate::config::synonyms::meant_word;
use crate::diagnostic::Diagnostic;
use crate::suggest::similar;

pub(super) fn problem(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("schema", message)
}

pub(super) fn as_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The words of all alternatives of a schema.
pub(super) fn words_below(schema: &'static Value) -> Vec<&'static str> {
    let schemas = alternatives(&SCHEMA, schema).into_iter();
    schemas.filter_map(words_of).flatten().collect()
}

/// The word that another one stands for, or is similar to.
pub(super) fn meant<'o>(options: &[&'o str], written: &str) -> Option<&'o str> {
    meant_word(options, written).or_else(|| similar(written, options.iter().copied()))
}

/// The words that a schema chooses from; none where it chooses from anything else.
pub(super) fn words(schema: &'static Value) -> Vec<&'static str> {
    let Some(branches) = schema.get("oneOf").and_then(Value::as_array) else {
        return words_of(schema).unwrap_or_default();
    };
    let words: Option<Vec<_>> = branches.iter().map(words_of).collect();
    words.unwrap_or_default().concat()
}

pub(super) fn wrong_word(instance: &Value, options: &[&str]) -> Diagnostic {
    let written = as_text(instance);
    let allowed = options
        .iter()
        .map(|option| format!("`{option}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let diagnostic = match options {
        [only] => problem(format!("`{written}` is not `{only}`")),
        _ => problem(format!("`{written}` is not one of {allowed}")),
    };
    match (meant(options, &written), options) {
        (Some(meant), _) => diagnostic.help(format!("did you mean `{meant}`?")),
        (None, _) if let Some(first) = one_of_several(options, &written) => {
            diagnostic.help(format!("write one of them: `{first}`"))
        }
        (None, [only]) => diagnostic.help(format!("write `{only}`")),
        (None, _) => diagnostic,
    }
}

/// The first of several words with commas between them.
fn one_of_several<'o>(options: &[&'o str], written: &str) -> Option<&'o str> {
    let (first, _) = written.split_once(',')?;
    meant(options, first.trim())
}
