//! Turns violations of the JSON schema into findings with a location and a fix.

mod keys;
mod mismatch;
mod shapes;
mod taint;
mod values;
mod walk;
mod words;

use foldhash::HashSet;

use super::Broken;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use mismatch::{Keyword, Mismatch};
use words::problem;

/// A problem, and the nodes to cut out so that the rest can be read.
pub(super) struct Violation {
    pub(super) diagnostic: Diagnostic,
    pub(super) broken: Vec<Broken>,
    /// The keys that an unknown one, or one of another shape, stands for.
    meant: Vec<Pointer>,
}

/// All violations of the schema in the document.
pub(super) fn violations(document: &Document<'_>) -> Vec<Violation> {
    let instance = document.root().to_json();
    let mut found = Vec::new();
    for mismatch in walk::mismatches(&instance) {
        explain(&mismatch, document, &mut found);
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

fn explain(mismatch: &Mismatch<'_>, document: &Document<'_>, found: &mut Vec<Violation>) {
    let pointer = &mismatch.at;
    if values::is_told_by_its_type(mismatch) {
        return;
    }
    if let Some(violation) = other_shape(mismatch, document) {
        found.push(violation);
        return;
    }
    let mut add =
        |location: &Pointer, diagnostic: Diagnostic, pointer: &Pointer, missing: Option<&str>| {
            found.push(Violation {
                diagnostic: diagnostic.at(document.locate(location)),
                broken: vec![Broken {
                    pointer: pointer.clone(),
                    missing: missing.map(str::to_owned),
                }],
                meant: Vec::new(),
            });
        };
    match &mismatch.keyword {
        Keyword::AdditionalProperties(unexpected) => {
            for unknown in keys::unknown(mismatch, unexpected, document) {
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
        Keyword::Required(key) => {
            let diagnostic = keys::missing(mismatch.schema, key);
            add(pointer, diagnostic, pointer, Some(key));
        }
        Keyword::PropertyNames(key, schema) => {
            let at = pointer.child(key);
            let diagnostic = values::wrong_text(schema, key);
            add(&at.clone().at_key(), diagnostic, &at, None);
        }
        Keyword::AnyOf(branches) => {
            if let Some(branch) = values::fitting_branch(branches, pointer) {
                for inner in branch {
                    explain(inner, document, found);
                }
                return;
            }
            let diagnostic = values::not_any_of(pointer, mismatch.value);
            add(pointer, diagnostic, pointer, None);
        }
        _ => add(pointer, values::wrong(mismatch, document), pointer, None),
    }
}

/// A value in a shape that is known from elsewhere.
fn other_shape(mismatch: &Mismatch<'_>, document: &Document<'_>) -> Option<Violation> {
    let Mismatch { at, value, .. } = mismatch;
    let is_of_shape = matches!(mismatch.keyword, Keyword::Type | Keyword::AnyOf(_));
    let shape = is_of_shape.then(|| shapes::meant(at, value)).flatten()?;
    Some(Violation {
        diagnostic: problem(values::expected(at, value))
            .help(shape.help)
            .at(document.locate(at)),
        broken: vec![Broken {
            pointer: at.clone(),
            missing: None,
        }],
        meant: shape
            .stands_for
            .map(|key| at.parent().child(key))
            .into_iter()
            .collect(),
    })
}
