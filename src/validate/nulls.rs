//! Keys without a value. They count as left out, so the types never see them; one that does not exist is a mistake all the
//! same.

use serde_json::Value as Schema;

use super::expected::at;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::suggest::similar;

/// The keys without a value that no schema knows.
pub(super) fn unknown(document: &Document<'_>) -> Report {
    let nulls = document.nulls.iter();
    let found = nulls.filter_map(|(pointer, location)| {
        let known = known_beside(pointer)?;
        let key = pointer.segments().last()?;
        let is_known = known.iter().any(|known| *known == key);
        (!is_known).then(|| problem(&key, &known).at(*location))
    });
    found.collect()
}

/// The keys of the map that a key is in; `None` where users choose them.
fn known_beside(pointer: &Pointer) -> Option<Vec<&'static str>> {
    let schemas = at(&pointer.parent());
    let is_closed = |schema: &&&Schema| schema.get("additionalProperties") == Some(&false.into());
    let mut known = Vec::new();
    for schema in schemas.iter().filter(is_closed) {
        let properties = schema.get("properties").and_then(Schema::as_object);
        known.extend(
            properties
                .into_iter()
                .flatten()
                .map(|(key, _)| key.as_str()),
        );
    }
    let is_open = |schema: &&Schema| {
        schema
            .get("additionalProperties")
            .is_some_and(|more| *more != false)
    };
    (!known.is_empty() && !schemas.iter().any(is_open)).then_some(known)
}

fn problem(key: &str, known: &[&'static str]) -> Diagnostic {
    let diagnostic = Diagnostic::error("schema", format!("unknown key `{key}`"));
    if key.parse::<u64>().is_ok() {
        return diagnostic
            .help("a comma ends a value: write a decimal with a point, such as `0.5`");
    }
    match similar(key, known.iter().copied()) {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        None => diagnostic.help(format!("known keys: {}", known.join(", "))),
    }
}
