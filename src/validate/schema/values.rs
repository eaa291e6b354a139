//! Values that their keys do not allow.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::super::expected::{self, Takes};
use super::super::json_schema::SCHEMA;
use super::error::{problem, schema_of};
use super::taint;
use super::words::{meant, words, wrong_word};
use crate::config::fields::takes;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::values::words::one_of;
use crate::values::{Duration, Quantity, explain_pattern};

/// A value that its key does not allow.
pub(super) fn wrong(
    error: &ValidationError<'_>,
    document: &Document<'_>,
    pointer: &Pointer,
) -> Diagnostic {
    let instance = error.instance().as_ref();
    match error.kind() {
        ValidationErrorKind::Type { kind } => wrong_type(kind, instance, document, pointer),
        ValidationErrorKind::Enum { options } => {
            let options = options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            wrong_word(instance, &options.collect::<Vec<_>>())
        }
        // The words of an enum that says what each of them means.
        ValidationErrorKind::OneOfNotValid { .. }
        | ValidationErrorKind::OneOfMultipleValid { .. }
            if !words(error).is_empty() =>
        {
            match instance {
                Value::String(_) => wrong_word(instance, &words(error)),
                Value::Bool(_) if meant(&words(error), &instance.to_string()).is_some() => {
                    wrong_word(instance, &words(error))
                }
                _ => problem(expected(pointer, instance)),
            }
        }
        ValidationErrorKind::Constant { expected_value } => {
            wrong_word(instance, &[expected_value.as_str().unwrap_or_default()])
        }
        ValidationErrorKind::Minimum { .. } | ValidationErrorKind::Maximum { .. } => {
            out_of_range(error, instance)
        }
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::MaxLength { .. } => {
            wrong_text(error, instance.as_str().unwrap_or_default())
        }
        ValidationErrorKind::MinItems { limit } | ValidationErrorKind::MaxItems { limit } => {
            problem(format!("expected a list of {limit} items"))
        }
        _ => problem(error.to_string()),
    }
}

/// The only alternative of the right type. Errors of the others would distract.
pub(super) fn fitting_branch<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    pointer: &Pointer,
) -> Option<&'a Vec<ValidationError<'static>>> {
    let at = pointer.to_string();
    let has_right_type = |branch: &&Vec<ValidationError<'_>>| {
        !branch.iter().any(|error| {
            matches!(error.kind(), ValidationErrorKind::Type { .. })
                && error.instance_path().as_str() == at
        })
    };
    let mut fitting = context.iter().filter(has_right_type);
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

/// Whether another error at the same location says more: a value that is no text is none of the words either.
pub(super) fn is_told_by_its_type(error: &ValidationError<'_>) -> bool {
    let instance = error.instance().as_ref();
    let has_type = || schema_of(error).is_some_and(|schema| schema.get("type").is_some());
    let is_word = matches!(error.kind(), ValidationErrorKind::Enum { .. });
    is_word && !instance.is_string() && has_type()
}

fn type_names(kind: &TypeKind) -> String {
    let name = |json: JsonType| match json {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a map",
        JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(single) => name(*single).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(name).collect::<Vec<_>>().join(" or "),
    }
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
    kind: &TypeKind,
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
    let expected = type_names(kind);
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
        _ => match accepted(kind, &schemas) {
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
fn accepted(kind: &TypeKind, schemas: &[&Value]) -> Option<String> {
    let TypeKind::Single(kind) = kind else {
        return None;
    };
    let (what, general) = match kind {
        JsonType::Array => ("a list", "[a, b]"),
        JsonType::Boolean => return Some("write `true` or `false`".to_owned()),
        JsonType::Integer => ("a whole number", "3"),
        JsonType::Number => ("a number", "0.5"),
        JsonType::Object => ("a map", "{key: value}"),
        JsonType::Null | JsonType::String => return None,
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

fn out_of_range(error: &ValidationError<'_>, instance: &Value) -> Diagnostic {
    let bound = |key: &str| schema_of(error).and_then(|schema| schema.get(key)).cloned();
    let diagnostic = Diagnostic::error("schema", format!("{instance} is out of range"));
    let is_below = matches!(error.kind(), ValidationErrorKind::Minimum { .. });
    let (key, words) = if is_below {
        ("minimum", "at least")
    } else {
        ("maximum", "at most")
    };
    match bound(key) {
        Some(bound) => diagnostic.help(format!("write {words} {bound}")),
        None => diagnostic,
    }
}

/// Explains what a text should look like that does not match its pattern.
pub(super) fn wrong_text(error: &ValidationError<'_>, text: &str) -> Diagnostic {
    let pattern = schema_of(error)
        .and_then(|schema| schema.get("pattern"))
        .and_then(Value::as_str)
        .unwrap_or_default();
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
        _ => return problem(error.to_string()),
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
