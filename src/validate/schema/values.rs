//! Values that their keys do not allow.

use serde_json::Value;

use super::super::expected::{self, Takes};
use super::super::json_schema::SCHEMA;
use super::mismatch::{Keyword, Mismatch};
use super::taint;
use super::words::{meant, problem, words, wrong_word};
use crate::config::fields::{takes, type_word};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::values::words::one_of;
use crate::values::{Duration, Quantity, explain_pattern};

/// A value that its key does not allow.
pub(super) fn wrong(mismatch: &Mismatch<'_>, document: &Document<'_>) -> Diagnostic {
    let Mismatch {
        at, value, schema, ..
    } = mismatch;
    match &mismatch.keyword {
        Keyword::Type => wrong_type(schema, value, document, at),
        Keyword::Enum | Keyword::Const => wrong_word(value, &words(schema)),
        // The words of an enum that says what each of them means.
        Keyword::OneOf => {
            let words = words(schema);
            let is_word = match value {
                Value::String(_) => true,
                Value::Bool(_) => meant(&words, &value.to_string()).is_some(),
                _ => false,
            };
            if is_word {
                wrong_word(value, &words)
            } else {
                problem(expected(at, value))
            }
        }
        Keyword::Minimum | Keyword::Maximum => out_of_range(mismatch),
        Keyword::MinItems(limit) | Keyword::MaxItems(limit) => {
            problem(format!("expected a list of {limit} items"))
        }
        Keyword::Pattern
        | Keyword::MaxLength
        | Keyword::Required(_)
        | Keyword::AdditionalProperties(_)
        | Keyword::PropertyNames(..)
        | Keyword::AnyOf(_) => wrong_text(schema, value.as_str().unwrap_or_default()),
    }
}

/// The only alternative of the right type. Mismatches of the others would distract.
pub(super) fn fitting_branch<'a, 'v>(
    branches: &'a [Vec<Mismatch<'v>>],
    at: &Pointer,
) -> Option<&'a Vec<Mismatch<'v>>> {
    let has_right_type = |branch: &&Vec<Mismatch<'_>>| {
        let mut mismatches = branch.iter();
        !mismatches.any(|mismatch| matches!(mismatch.keyword, Keyword::Type) && mismatch.at == *at)
    };
    let mut fitting = branches.iter().filter(has_right_type);
    fitting.next().filter(|_| fitting.next().is_none())
}

pub(super) fn not_any_of(pointer: &Pointer, instance: &Value) -> Diagnostic {
    problem(expected(pointer, instance))
}

/// What is expected at a location, and what is found there.
pub(super) fn expected(pointer: &Pointer, instance: &Value) -> String {
    let schemas = expected::at(pointer);
    let whole = schemas.first().expect("the schema knows the location");
    format!(
        "expected {}, found {}",
        one_of(&takes(&SCHEMA, whole)),
        found(instance)
    )
}

/// Whether another mismatch at the same location says more: a value that is no text is none of the words either.
pub(super) fn is_told_by_its_type(mismatch: &Mismatch<'_>) -> bool {
    matches!(mismatch.keyword, Keyword::Enum)
        && !mismatch.value.is_string()
        && mismatch.schema.get("type").is_some()
}

/// The types that a schema takes, in the order of the alphabet.
fn types(schema: &'static Value) -> Vec<&'static str> {
    let mut types: Vec<&str> = match &schema["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        only => only.as_str().into_iter().collect(),
    };
    types.sort_unstable();
    types
}

fn type_names(types: &[&str]) -> String {
    let names: Vec<&str> = types.iter().map(|name| type_word(name)).collect();
    names.join(" or ")
}

fn found(instance: &Value) -> &'static str {
    match instance {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

fn wrong_type(
    schema: &'static Value,
    instance: &Value,
    document: &Document<'_>,
    pointer: &Pointer,
) -> Diagnostic {
    let schemas = expected::at(pointer);
    if let Some(Takes::Word(words)) = expected::takes(&schemas) {
        return match instance {
            Value::Bool(_) if meant(&words, &instance.to_string()).is_some() => {
                wrong_word(instance, &words)
            }
            _ => problem(expected(pointer, instance)),
        };
    }
    let types = types(schema);
    let expected = type_names(&types);
    let diagnostic = problem(format!("expected {expected}, found {}", found(instance)));
    let written = document
        .node(pointer)
        .map(|node| document.sources.slice(node.span))
        .unwrap_or_default();
    let wants_text = expected.contains("text");
    let help = match instance {
        Value::Bool(_) | Value::Number(_) if wants_text && written.starts_with('*') => {
            let anchor = written.replacen('*', "&", 1);
            format!("add quotes to the value at `{anchor}`")
        }
        Value::Number(share) if takes_percentage(&schemas) && share.is_f64() => {
            let percentage = share.as_f64().unwrap_or_default() * 100.0;
            format!("write `{percentage:.0}%`")
        }
        Value::Bool(_) | Value::Number(_) if wants_text => format!("add quotes: \"{written}\""),
        Value::String(text) if text.parse::<f64>().is_ok() || text == "true" || text == "false" => {
            format!("remove the quotes: {text}")
        }
        _ => match accepted(&types, &schemas) {
            Some(help) => help,
            None => return diagnostic,
        },
    };
    diagnostic.help(help)
}

/// Whether a share of something can be written, as `25%`.
fn takes_percentage(schemas: &[&Value]) -> bool {
    let mut patterns = schemas
        .iter()
        .filter_map(|schema| schema.get("pattern")?.as_str());
    patterns.any(|pattern| pattern.ends_with("%$"))
}

/// An example of what is accepted, where that is of one type: the one of the key, if its description has one.
fn accepted(types: &[&str], schemas: &[&Value]) -> Option<String> {
    let [only] = types else {
        return None;
    };
    let (what, general) = match *only {
        "array" => ("a list", "[a, b]"),
        "boolean" => return Some("write `true` or `false`".to_owned()),
        "integer" => ("a whole number", "3"),
        "number" => ("a number", "0.5"),
        "object" => ("a map", "{key: value}"),
        _ => return None,
    };
    let example = example(schemas).map_or_else(|| format!("`{general}`"), str::to_owned);
    Some(format!("write {what}, such as {example}"))
}

/// The example in the description of a key.
fn example<'s>(schemas: &[&'s Value]) -> Option<&'s str> {
    let description = schemas.first()?.get("description")?.as_str()?;
    let (_, example) = description.split_once(" Example: ")?;
    Some(example.trim_end_matches('.'))
}

fn out_of_range(mismatch: &Mismatch<'_>) -> Diagnostic {
    let is_below = matches!(mismatch.keyword, Keyword::Minimum);
    let (key, words) = if is_below {
        ("minimum", "at least")
    } else {
        ("maximum", "at most")
    };
    problem(format!("{} is out of range", mismatch.value))
        .help(format!("write {words} {}", mismatch.schema[key]))
}

/// Explains what a text should look like that does not match its pattern.
pub(super) fn wrong_text(schema: &Value, text: &str) -> Diagnostic {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    if let Some(grammar) = explain_pattern(pattern) {
        let help = match taint::corrected(pattern, text) {
            Some(taint) => format!("write \"{taint}\""),
            None => grammar.help.to_owned(),
        };
        return problem(format!("`{text}` is not {}", grammar.what)).help(help);
    }
    if pattern == Quantity::CPU_PATTERN || pattern == Quantity::MEMORY_PATTERN {
        return wrong_quantity(pattern, text);
    }
    if pattern == Duration::PATTERN {
        let reason = Duration::parse(text)
            .err()
            .unwrap_or_else(|| format!("`{text}` is too long"));
        return problem(reason);
    }
    let words = match pattern {
        "^Unlimited$" => "a number or `Unlimited`",
        "^None$" => "a number or `None`",
        pattern if pattern.ends_with("%$") => "a number or a percentage up to 100%, such as `25%`",
        pattern if pattern.starts_with("^v?") => "a version, such as \"1.33\"",
        pattern if pattern.starts_with("^[1-9]") => "a positive number",
        _ => return problem(format!("`{text}` does not match `{pattern}`")),
    };
    let diagnostic = problem(format!("`{text}` is not {words}"));
    let word = ["Unlimited", "None"].into_iter();
    let word = word.filter(|word| pattern == format!("^{word}$"));
    if let Some(meant) = word.into_iter().find_map(|word| meant(&[word], text)) {
        return diagnostic.help(format!("did you mean `{meant}`?"));
    }
    let takes_number = words.starts_with("a number");
    match number_of(text).filter(|_| takes_number) {
        Some(number) => diagnostic.help(format!("write {number}")),
        None => diagnostic,
    }
}

fn wrong_quantity(pattern: &str, text: &str) -> Diagnostic {
    let quantity = match Quantity::parse(text) {
        Ok(quantity) => quantity,
        Err(reason) => return problem(reason),
    };
    if text.starts_with(['+', '-']) {
        return problem(format!("`{text}` is negative"));
    }
    if pattern == Quantity::CPU_PATTERN {
        problem(format!("`{text}` is not an amount of CPU"))
            .help("write cores, such as `2`, or thousandths of a core, such as `500m`")
    } else {
        let number = quantity.as_str().trim_end_matches(['n', 'u', 'm']);
        problem(format!("`{text}` counts fractions of a byte")).help(format!("write `{number}Mi`"))
    }
}

/// The number that a text stands for that is one in quotes, or a duration where seconds are counted.
fn number_of(text: &str) -> Option<u64> {
    let seconds = || Some(Duration::parse(text).ok()?.seconds());
    text.parse().ok().or_else(seconds)
}
