//! The labels that an operator sets on its pods.

use crate::config::CustomPodSpec;
use crate::kubernetes::Labels;
use crate::values::LabelValue;

/// Keys with values that may contain names and labels of the object.
#[derive(Clone, Debug)]
pub(crate) struct PodLabels<'k>(Vec<(&'k str, &'k str)>);

/// What the values may contain.
pub(crate) struct Named<'a> {
    /// The name of the object; none if it is generated.
    pub(crate) name: Option<&'a str>,
    /// The name of the item of a list.
    pub(crate) item: Option<&'a str>,
    /// A label of the object.
    pub(crate) label: &'a dyn Fn(&str) -> Option<&'a str>,
}

impl<'k> PodLabels<'k> {
    pub(super) fn new(labels: &[(&'k str, &'k str)]) -> Self {
        Self(labels.to_vec())
    }

    pub(super) fn declared(pods: &'k CustomPodSpec) -> Option<Self> {
        let labels = pods.pod_labels.as_ref()?.iter();
        Some(Self(
            labels
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
        ))
    }

    /// The labels of the pods of one object. None where a name or a label is unknown, or no label can have the value.
    pub(crate) fn of(&self, named: &Named<'_>) -> Option<Labels> {
        let labels = self.0.iter().map(|(key, pattern)| {
            let value = filled(pattern, named).ok()?;
            LabelValue::parse(&value)?;
            Some(((*key).to_owned(), value))
        });
        let labels: Option<Labels> = labels.collect();
        labels.filter(|labels| !labels.is_empty())
    }

    /// The first of the names and labels in the values that the object does not have: `item`.
    pub(crate) fn unknown(&self, named: &Named<'_>) -> Option<&'k str> {
        let mut patterns = self.0.iter();
        patterns.find_map(|(_, pattern)| filled(pattern, named).err())
    }
}

/// The value, or what it refers to and the object does not have.
fn filled<'k>(pattern: &'k str, named: &Named<'_>) -> Result<String, &'k str> {
    let mut value = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').ok_or(after)?;
        value.push_str(before);
        let filled = match word {
            "name" => named.name,
            "item" => named.item,
            _ => word.strip_prefix("labels.").and_then(named.label),
        };
        value.push_str(filled.ok_or(word)?);
        rest = after;
    }
    value.push_str(rest);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels_are_filled_in() {
        let label = |key: &str| (key == "example.com/cluster").then_some("events");
        let named = Named {
            name: Some("brokers"),
            item: None,
            label: &label,
        };
        let value = |pattern| {
            let labels = PodLabels::new(&[("k", pattern)]).of(&named);
            labels.and_then(|labels| labels.get("k").cloned())
        };
        assert_eq!(value("{name}-kafka"), Some("brokers-kafka".into()));
        assert_eq!(
            value("{labels.example.com/cluster}-{name}"),
            Some("events-brokers".into())
        );
        assert_eq!(value("{labels.other}"), None);
        assert_eq!(value("{item}"), None);
        let unknown = |pattern| PodLabels::new(&[("k", pattern)]).unknown(&named);
        assert_eq!(unknown("{name}-{item}"), Some("item"));
        assert_eq!(unknown("{labels.other}"), Some("labels.other"));
        assert_eq!(unknown("{name}"), None);
        // No label has such a value.
        assert_eq!(value("-{name}"), None);
    }
}
