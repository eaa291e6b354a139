//! The committed schema as JSON.

use std::sync::LazyLock;

use serde_json::Value;

use crate::config::committed_schema;

pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(committed_schema()).expect("the schema was generated as JSON")
});
