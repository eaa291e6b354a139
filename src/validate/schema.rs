//! Turns violations of the JSON schema into findings with a location and a fix.

use std::collections::HashSet;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::{Broken, shapes};
use crate::config::alternatives::{alternatives, words_of};
use crate::config::committed_schema;
use crate::config::synonyms::{meant_path, meant_word, target};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::suggest::similar;
use crate::values::{Duration, Quantity, explain_pattern};

/// A problem, and the node to cut out so that the rest can be read.
pub(super) struct Violation {
    pub(super) diagnostic: Diagnostic,
    pub(super) broken: Broken,
    /// The key that an unknown one stands for.
    meant: Option<Pointer>,
}

pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(committed_schema()).expect("the schema was generated as JSON")
});

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&SCHEMA)
        .expect("the schema was generated and is valid")
});

/// All violations of the schema in the document.
pub(super) fn violations(document: &Document<'_>) -> Vec<Violation> {
    let instance = document.root.to_json();
    let mut found = Vec::new();
    for error in VALIDATOR.iter_errors(&instance) {
        explain(&error, document, &mut found);
    }
    drop_misspelt(&mut found);
    found
}

/// Removes missing keys that are only called something else, since the unknown key beside them says so.
fn drop_misspelt(found: &mut Vec<Violation>) {
    let meant: HashSet<Pointer> = found
        .iter_mut()
        .filter_map(|violation| violation.meant.take())
        .collect();
    found.retain(|violation| {
        let Broken { pointer, missing } = &violation.broken;
        let is_meant = |key: &String| meant.contains(&pointer.child(key));
        !missing.as_ref().is_some_and(is_meant)
    });
}

fn explain(error: &ValidationError<'_>, document: &Document<'_>, found: &mut Vec<Violation>) {
    let pointer = Pointer::parse(error.instance_path().as_str());
    let mut add =
        |location: &Pointer, diagnostic: Diagnostic, pointer: Pointer, missing: Option<&str>| {
            let diagnostic = diagnostic.at(document.locate(location));
            let missing = missing.map(str::to_owned);
            found.push(Violation {
                diagnostic,
                broken: Broken { pointer, missing },
                meant: None,
            });
        };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let at = pointer.child(key);
                let value = written(document, &at, error.instance().get(key));
                let (diagnostic, meant) = unknown_key(error, key, value.as_deref());
                found.push(Violation {
                    diagnostic: diagnostic.at(document.locate(&at.clone().at_key())),
                    broken: Broken {
                        pointer: at,
                        missing: None,
                    },
                    meant: meant.map(|meant| pointer.child(meant)),
                });
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            add(
                &pointer,
                missing_key(error, key),
                pointer.clone(),
                Some(key),
            );
        }
        ValidationErrorKind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().unwrap_or_default();
            let at = pointer.child(key);
            add(&at.clone().at_key(), wrong_text(inner, key), at, None);
        }
        ValidationErrorKind::AnyOf { context } => match fitting_branch(context, &pointer) {
            Some(branch) => branch
                .iter()
                .for_each(|inner| explain(inner, document, found)),
            None => add(
                &pointer,
                not_any_of(context, error.instance()),
                pointer.clone(),
                None,
            ),
        },
        _ => add(
            &pointer,
            wrong_value(error, document, &pointer),
            pointer.clone(),
            None,
        ),
    }
}

fn problem(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("schema", message)
}

/// An unknown key, and the key of the same map that it stands for.
fn unknown_key(
    error: &ValidationError<'_>,
    key: &str,
    value: Option<&str>,
) -> (Diagnostic, Option<String>) {
    let diagnostic = problem(format!("unknown key `{key}`"));
    if let Some(schema) = schema_of(error)
        && let Some(path) = meant_path(&SCHEMA, schema, key)
    {
        let meant = to_write(schema, &path, value);
        let own = Some(path).filter(|path| path.len() == 1);
        let own = own.map(|path| path[0].to_owned());
        return (diagnostic.help(format!("did you mean `{meant}`?")), own);
    }
    let known = known_keys(error);
    match similar(key, known.iter().map(String::as_str)) {
        Some(meant) => {
            let diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            (diagnostic, Some(meant.to_owned()))
        }
        None if known.is_empty() => (diagnostic, None),
        None => {
            let known = known.join(", ");
            (diagnostic.help(format!("known keys: {known}")), None)
        }
    }
}

/// A single value as it is written; none for a list or a map.
fn written(document: &Document<'_>, pointer: &Pointer, value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Object(_) | Value::Array(_) | Value::Null => None,
        Value::Number(number) => {
            let written = document
                .node(pointer)
                .map(|node| document.sources.slice(node.span));
            // An alias does not show the number.
            let number = written.map_or_else(|| number.to_string(), str::to_owned);
            Some(number).filter(|number| !number.starts_with('*'))
        }
        value => Some(as_text(value)),
    }
}

/// The key at a path, with the value as far as the path or the words of the key change how it is written.
fn to_write(map: &'static Value, path: &[&str], value: Option<&str>) -> String {
    let schema = target(&SCHEMA, map, path).expect("the path exists");
    let value = match value.map(|value| (value, meant(&words_below(schema), value))) {
        Some((_, Some(word))) => Some(word.to_owned()),
        _ if path.len() == 1 => None,
        Some((value, None)) if needs_quotes(schema, value) => Some(format!("\"{value}\"")),
        Some((value, None)) => Some(value.to_owned()),
        None => Some("…".to_owned()),
    };
    let mut keys = path.iter().rev();
    let last = keys.next().expect("a path has a key");
    let written = match value {
        Some(value) => format!("{last}: {value}"),
        None => (*last).to_owned(),
    };
    keys.fold(written, |within, key| format!("{key}: {{{within}}}"))
}

/// Whether text is expected that would be a number without quotes.
fn needs_quotes(schema: &Value, value: &str) -> bool {
    schema.get("type").is_some_and(|kind| kind == "string") && value.parse::<f64>().is_ok()
}

fn as_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The words of all alternatives of a schema.
fn words_below(schema: &'static Value) -> Vec<&'static str> {
    let schemas = alternatives(&SCHEMA, schema).into_iter();
    schemas.filter_map(words_of).flatten().collect()
}

/// The word that another one stands for, or is similar to.
fn meant<'o>(options: &[&'o str], written: &str) -> Option<&'o str> {
    meant_word(options, written).or_else(|| similar(written, options.iter().copied()))
}

fn missing_key(error: &ValidationError<'_>, key: &str) -> Diagnostic {
    let diagnostic = problem(format!("missing key `{key}`")).label(format!("add `{key}` here"));
    match describe(error, key) {
        Some(description) => diagnostic.help(format!("`{key}`: {description}")),
        None => diagnostic,
    }
}

/// A value that its key does not allow.
fn wrong_value(
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
                _ => problem(format!("expected text, found {}", found(instance))),
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

/// The words that a schema chooses from; none where it chooses from anything else.
fn words(error: &ValidationError<'_>) -> Vec<&'static str> {
    let branches = schema_of(error).and_then(|schema| schema.get("oneOf")?.as_array());
    let words = branches.into_iter().flatten().map(words_of);
    let words: Option<Vec<_>> = words.collect();
    words.unwrap_or_default().concat()
}

/// The schema that contains the keyword of an error.
fn schema_of(error: &ValidationError<'_>) -> Option<&'static Value> {
    let path = error.schema_path().as_str();
    SCHEMA.pointer(path.rsplit_once('/').map_or("", |(parent, _)| parent))
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

/// The only alternative of the right type. Errors of the others would distract.
fn fitting_branch<'a>(
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

fn not_any_of(context: &[Vec<ValidationError<'static>>], instance: &Value) -> Diagnostic {
    let kinds: Vec<String> = context
        .iter()
        .flatten()
        .filter_map(|error| match error.kind() {
            ValidationErrorKind::Type { kind } => Some(type_names(kind)),
            _ => None,
        })
        .collect();
    problem(format!(
        "expected {}, found {}",
        kinds.join(" or "),
        found(instance)
    ))
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
    let expected = type_names(kind);
    let diagnostic = Diagnostic::error(
        "schema",
        format!("expected {expected}, found {}", found(instance)),
    );
    let written = document
        .node(pointer)
        .map(|node| document.sources.slice(node.span))
        .unwrap_or_default();
    let wants_text = expected.contains("text");
    if let Some(meant) = shapes::meant(pointer, instance) {
        return diagnostic.help(meant);
    }
    match instance {
        Value::Bool(_) | Value::Number(_) if wants_text && written.starts_with('*') => {
            let anchor = written.replacen('*', "&", 1);
            diagnostic.help(format!("add quotes to the value at `{anchor}`"))
        }
        Value::Bool(_) | Value::Number(_) if wants_text => {
            diagnostic.help(format!("add quotes: \"{written}\""))
        }
        Value::String(text) if text.parse::<f64>().is_ok() => {
            diagnostic.help(format!("remove the quotes: {text}"))
        }
        Value::String(text) if text == "true" || text == "false" => {
            diagnostic.help(format!("remove the quotes: {text}"))
        }
        Value::String(text) if expected == "a list" => {
            diagnostic.help(format!("write a list: [{text}]"))
        }
        _ => match accepted(kind) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        },
    }
}

/// An example of what is accepted, where that is of one type.
fn accepted(kind: &TypeKind) -> Option<&'static str> {
    let TypeKind::Single(kind) = kind else {
        return None;
    };
    match kind {
        JsonType::Array => Some("write a list, such as `[a, b]`"),
        JsonType::Boolean => Some("write `true` or `false`"),
        JsonType::Integer => Some("write a whole number, such as `3`"),
        JsonType::Number => Some("write a number, such as `0.5`"),
        JsonType::Object => Some("write a map, such as `{key: value}`"),
        JsonType::Null | JsonType::String => None,
    }
}

fn wrong_word(instance: &Value, options: &[&str]) -> Diagnostic {
    let written = as_text(instance);
    let allowed = options
        .iter()
        .map(|option| format!("`{option}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let diagnostic = match options {
        [only] => Diagnostic::error("schema", format!("`{written}` is not `{only}`")),
        _ => Diagnostic::error("schema", format!("`{written}` is not one of {allowed}")),
    };
    match (meant(options, &written), options) {
        (Some(meant), _) => diagnostic.help(format!("did you mean `{meant}`?")),
        (None, [only]) => diagnostic.help(format!("write `{only}`")),
        (None, _) => diagnostic,
    }
}

fn out_of_range(error: &ValidationError<'_>, instance: &Value) -> Diagnostic {
    let bound = |key: &str| schema_of(error).and_then(|schema| schema.get(key)).cloned();
    let diagnostic = Diagnostic::error("schema", format!("{instance} is out of range"));
    match (bound("minimum"), bound("maximum")) {
        (Some(minimum), Some(maximum)) => {
            diagnostic.help(format!("allowed: {minimum} to {maximum}"))
        }
        (Some(minimum), None) => diagnostic.help(format!("allowed: {minimum} or more")),
        (None, Some(maximum)) => diagnostic.help(format!("allowed: up to {maximum}")),
        (None, None) => diagnostic,
    }
}

/// Explains what a text should look like that does not match its pattern.
fn wrong_text(error: &ValidationError<'_>, text: &str) -> Diagnostic {
    let pattern = schema_of(error)
        .and_then(|schema| schema.get("pattern"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    if let Some(grammar) = explain_pattern(pattern) {
        return problem(format!("`{text}` is not {}", grammar.what)).help(grammar.help);
    }
    if pattern == Quantity::PATTERN {
        let reason = Quantity::parse(text)
            .err()
            .unwrap_or_else(|| format!("`{text}` is negative"));
        return problem(reason);
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
    problem(format!("`{text}` is not {words}"))
}
