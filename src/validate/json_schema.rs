//! The committed schema as JSON, without `null`.

use std::sync::LazyLock;

use serde_json::Value;

use crate::config::strict_schema;

pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(strict_schema);
