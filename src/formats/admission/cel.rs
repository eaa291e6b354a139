//! Text of CEL expressions. <https://github.com/google/cel-spec/blob/master/doc/langdef.md>

use k8s_openapi::api::core::v1::{
    NodeSelectorRequirement, NodeSelectorTerm, PreferredSchedulingTerm, Toleration,
};

use crate::components::placement::is_of_any_value;
use crate::kubernetes::{PREFERRED, REQUIRED};

/// A string literal. CEL supports all escapes of JSON, with the same meaning.
pub(super) fn string(text: &str) -> String {
    serde_json::to_string(text).expect("every text is a JSON string")
}

/// A patch operation that adds a value. Source: <https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/>
pub(super) fn add(path: &str, value: &str) -> String {
    format!(
        "JSONPatch{{op: \"add\", path: {},\n  value: {value}}}",
        string(path)
    )
}

/// A list of one item, or an empty list if the condition holds.
pub(super) fn unless(condition: &str, item: &str) -> String {
    format!("({condition} ? [] : [{item}])")
}

/// A map literal of the type of a field of the pod: `Object.spec.tolerations{…}`.
fn object(field: &str, entries: &[(&str, String)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    format!(
        "Object.spec.{field}{{{}}}",
        entries.join(", ").replace(", \n", ",\n")
    )
}

pub(super) fn empty(field: &str) -> String {
    object(field, &[])
}

pub(super) fn toleration(toleration: &Toleration) -> String {
    let fields = [
        ("key", &toleration.key),
        ("operator", &toleration.operator),
        ("value", &toleration.value),
        ("effect", &toleration.effect),
    ];
    let entries: Vec<(&str, String)> = fields
        .into_iter()
        .filter_map(|(key, value)| Some((key, string(value.as_ref()?))))
        .collect();
    object("tolerations", &entries)
}

/// Whether one of the pod's tolerations, `t`, is equal to this one or broader.
/// Source: k8s.io/api core/v1/toleration.go, `ToleratesTaint`. The API server has not set a default operator by then.
pub(super) fn tolerates(toleration: &Toleration) -> String {
    let text = |text: &Option<String>| string(text.as_deref().unwrap_or_default());
    let unset = |field: &str| format!("(!has(t.{field}) || t.{field} == \"\")");
    let (key, effect) = (text(&toleration.key), text(&toleration.effect));
    let equal = match &toleration.value {
        Some(value) => format!("has(t.value) && t.value == {}", string(value)),
        None => unset("value"),
    };
    let exists = "has(t.operator) && t.operator == \"Exists\"";
    let of_key = format!("({} || t.key == {key})", unset("key"));
    let says_it = if is_of_any_value(toleration.key.as_deref()) {
        format!("{exists} && {of_key}")
    } else {
        format!("({exists}\n      ? {of_key}\n      : (has(t.key) && t.key == {key} && {equal}))")
    };
    [
        "!has(t.tolerationSeconds)".to_owned(),
        format!("({} || t.effect == {effect})", unset("effect")),
        says_it,
    ]
    .join("\n    && ")
}

/// A node requirement as an item of the given field.
pub(super) fn requirement(field: &str, requirement: &NodeSelectorRequirement) -> String {
    let entries = [
        ("key", string(&requirement.key)),
        ("operator", string(&requirement.operator)),
        ("values", values(requirement)),
    ];
    object(&format!("{field}.matchExpressions"), &entries)
}

/// The requirements of a term on labels.
pub(super) fn expressions(term: &NodeSelectorTerm) -> &[NodeSelectorRequirement] {
    term.match_expressions.as_deref().unwrap_or_default()
}

fn term(field: &str, term: &NodeSelectorTerm) -> String {
    let expressions = expressions(term).iter();
    let expressions = expressions.map(|wanted| requirement(field, wanted));
    object(field, &[("matchExpressions", list(expressions))])
}

/// A list with an item on each line.
fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    format!("[\n    {}]", items.join(",\n    "))
}

pub(super) fn preference(wanted: &PreferredSchedulingTerm) -> String {
    let weight = wanted.weight;
    let field = format!("affinity.nodeAffinity.{PREFERRED}");
    let preference = term(&format!("{field}.preference"), &wanted.preference);
    object(
        &field,
        &[
            ("weight", weight.to_string()),
            ("\n    preference", preference),
        ],
    )
}

pub(super) fn node_selector(terms: &[NodeSelectorTerm]) -> String {
    let field = format!("affinity.nodeAffinity.{REQUIRED}");
    let of_term = format!("{field}.nodeSelectorTerms");
    let terms = terms.iter().map(|wanted| term(&of_term, wanted));
    object(&field, &[("nodeSelectorTerms", list(terms))])
}

/// Whether an expression `e` is this requirement.
pub(super) fn is_requirement(wanted: &NodeSelectorRequirement) -> String {
    format!(
        "e.key == {} && e.operator == {} && has(e.values) && e.values == {}",
        string(&wanted.key),
        string(&wanted.operator),
        values(wanted)
    )
}

fn values(requirement: &NodeSelectorRequirement) -> String {
    let values: Vec<String> = requirement
        .values
        .iter()
        .flatten()
        .map(|value| string(value))
        .collect();
    format!("[{}]", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn strings_end_where_they_should() {
        assert_eq!(string(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(string("line\n\u{0}\u{7f}ü"), "\"line\\n\\u0000\u{7f}ü\"");
    }
}
