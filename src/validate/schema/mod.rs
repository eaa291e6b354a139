//! Turns violations of the JSON schema into findings with a location and a fix.

mod error;
mod keys;
mod shapes;
mod taint;
mod values;
mod words;

use std::sync::LazyLock;

use foldhash::HashSet;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};

use super::Broken;
use super::json_schema::SCHEMA;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use error::problem;

/// A problem, and the nodes to cut out so that the rest can be read.
pub(super) struct Violation {
    pub(super) diagnostic: Diagnostic,
    pub(super) broken: Vec<Broken>,
    /// The keys that an unknown one, or one of another shape, stands for.
    meant: Vec<Pointer>,
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&SCHEMA)
        .expect("the schema was generated and is valid")
});

/// All violations of the schema in the document.
pub(super) fn violations(document: &Document<'_>) -> Vec<Violation> {
    let instance = document.root().to_json();
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
        .flat_map(|violation| std::mem::take(&mut violation.meant))
        .collect();
    found.retain(|violation| {
        let is_meant = |Broken { pointer, missing }: &Broken| {
            let missing = missing.as_ref();
            missing.is_some_and(|key| meant.contains(&pointer.child(key)))
        };
        !violation.broken.iter().any(is_meant)
    });
}

fn explain(error: &ValidationError<'_>, document: &Document<'_>, found: &mut Vec<Violation>) {
    let pointer = Pointer::parse(error.instance_path().as_str());
    if values::is_told_by_its_type(error) {
        return;
    }
    if let Some(violation) = other_shape(error, document, &pointer) {
        found.push(violation);
        return;
    }
    let mut add =
        |location: &Pointer, diagnostic: Diagnostic, pointer: Pointer, missing: Option<&str>| {
            let diagnostic = diagnostic.at(document.locate(location));
            let missing = missing.map(str::to_owned);
            found.push(Violation {
                diagnostic,
                broken: vec![Broken { pointer, missing }],
                meant: Vec::new(),
            });
        };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for unknown in keys::unknown(error, unexpected, document, &pointer) {
                let mut keys = unknown.keys.iter().map(|key| pointer.child(key)).peekable();
                let first = keys.peek().expect("it is about a key").clone().at_key();
                let broken = keys.map(|pointer| Broken {
                    pointer,
                    missing: None,
                });
                found.push(Violation {
                    diagnostic: unknown.diagnostic.at(document.locate(&first)),
                    broken: broken.collect(),
                    meant: unknown.meant,
                });
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            add(
                &pointer,
                keys::missing(error, key),
                pointer.clone(),
                Some(key),
            );
        }
        ValidationErrorKind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().unwrap_or_default();
            let at = pointer.child(key);
            add(
                &at.clone().at_key(),
                values::wrong_text(inner, key),
                at,
                None,
            );
        }
        ValidationErrorKind::AnyOf { context } => match values::fitting_branch(context, &pointer) {
            Some(branch) => branch
                .iter()
                .for_each(|inner| explain(inner, document, found)),
            None => add(
                &pointer,
                values::not_any_of(&pointer, error.instance()),
                pointer.clone(),
                None,
            ),
        },
        _ => add(
            &pointer,
            values::wrong(error, document, &pointer),
            pointer.clone(),
            None,
        ),
    }
}

/// A value in a shape that is known from elsewhere.
fn other_shape(
    error: &ValidationError<'_>,
    document: &Document<'_>,
    pointer: &Pointer,
) -> Option<Violation> {
    let is_of_shape = matches!(
        error.kind(),
        ValidationErrorKind::Type { .. } | ValidationErrorKind::AnyOf { .. }
    );
    let instance = error.instance();
    let shape = is_of_shape
        .then(|| shapes::meant(pointer, instance))
        .flatten()?;
    Some(Violation {
        diagnostic: problem(values::expected(pointer, instance))
            .help(shape.help)
            .at(document.locate(pointer)),
        broken: vec![Broken {
            pointer: pointer.clone(),
            missing: None,
        }],
        meant: shape
            .stands_for
            .map(|key| pointer.parent().child(key))
            .into_iter()
            .collect(),
    })
}
