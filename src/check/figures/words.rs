//! Singular and plural.

/// The possessive pronoun for this number of pools.
pub(super) fn its(count: usize) -> &'static str {
    if count == 1 { "its" } else { "their" }
}

/// `1 pod`, `2 pods`.
pub(super) fn of_pods(count: i64) -> String {
    let noun = if count == 1 { "pod" } else { "pods" };
    format!("{count} {noun}")
}
