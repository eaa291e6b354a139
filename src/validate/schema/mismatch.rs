//! Values that the schema refuses.

use serde_json::Value;

use crate::diagnostic::Pointer;

/// A value, and the keyword of the schema that refuses it.
pub(super) struct Mismatch<'v> {
    pub(super) at: Pointer,
    pub(super) value: &'v Value,
    pub(super) keyword: Keyword<'v>,
    /// The schema that the keyword belongs to.
    pub(super) schema: &'static Value,
}

/// Keywords of JSON Schema (draft 2020-12), as far as the schema of the configuration uses them, and what each of them
/// refuses.
pub(super) enum Keyword<'v> {
    Type,
    Const,
    Enum,
    Minimum,
    Maximum,
    MaxLength,
    MinItems(u64),
    MaxItems(u64),
    /// A key that is missing.
    Required(&'static str),
    Pattern,
    /// Keys of a map that takes no others than its own.
    AdditionalProperties(Vec<&'v str>),
    /// A key that breaks the schema of the names.
    PropertyNames(&'v str, &'static Value),
    /// What each of the branches refuses.
    AnyOf(Vec<Vec<Mismatch<'v>>>),
    OneOf,
}
