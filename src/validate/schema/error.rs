//! Parts of a violation of the schema.

use jsonschema::ValidationError;
use serde_json::Value;

use super::super::json_schema::SCHEMA;
use crate::diagnostic::Diagnostic;

pub(super) fn problem(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("schema", message)
}

/// The schema that contains the keyword of an error.
pub(super) fn schema_of(error: &ValidationError<'_>) -> Option<&'static Value> {
    let path = error.schema_path().as_str();
    SCHEMA.pointer(path.rsplit_once('/').map_or("", |(parent, _)| parent))
}
