//! Edits of the placeholders that the configuration lists.

use serde_json::{Value as Json, json};

use crate::check::findings::Findings;
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Fix, Pointer};
use crate::plan::Amount;
use crate::values::Quantity;

/// Where a placeholder is listed, by its number; the reason where it is not.
pub(in crate::check) fn listed(
    findings: &Findings<'_>,
    at: usize,
) -> Result<Pointer, &'static str> {
    let pointer = pointers::placeholder(at);
    let origin = findings.origin(&pointer);
    if origin.is_manifest() {
        Err("these placeholders are in a manifest, and not in the configuration")
    } else if origin.is_default() {
        Err("these placeholders are made by default, and the configuration does not list them")
    } else {
        Ok(pointer)
    }
}

/// Where the priority of a placeholder is declared: in the configuration its own, else the shared one.
pub(in crate::check) fn priority(findings: &Findings<'_>, at: usize) -> Pointer {
    let own = pointers::placeholder(at);
    if findings.origin(&own).is_manifest() {
        own.child("priorityClass").child("value")
    } else {
        pointers::priority(findings.document, at)
    }
}

/// Lets a placeholder request this much.
pub(in crate::check) fn request(
    findings: &Findings<'_>,
    at: usize,
    amount: Amount,
) -> Result<Fix, &'static str> {
    let pointer = listed(findings, at)?;
    Ok(Fix::set(pointer.child("requests"), requests(amount)))
}

/// As the configuration and manifests write it.
pub(in crate::check) fn requests(amount: Amount) -> Json {
    json!({
        "cpu": Quantity::from_millis(amount.cpu),
        "memory": Quantity::from_bytes(amount.memory),
    })
}

/// A name that no placeholder has yet: this one, or this one with a number.
pub(in crate::check) fn free_name(system: &System, wanted: &str) -> String {
    let is_free = |name: &String| {
        let mut placeholders = system.placeholders();
        !placeholders.any(|(_, placeholder)| placeholder.name == *name)
    };
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(is_free).unwrap_or_default()
}
