//! Tolerations that the API server refuses, with the whole object that has them.
//!
//! Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateTolerations`.

use super::shape;
use crate::source::Span;
use crate::yaml::Node;

/// A toleration of a pod that the API server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedToleration {
    /// Its number in the list.
    pub at: usize,
    pub fault: TolerationFault,
    pub location: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TolerationFault {
    /// `Exists` is for any value.
    ValueBesideExists,
    /// Without a key it has to be `Exists`.
    NeitherKeyNorExists,
    /// Only `NoExecute` has an end.
    SecondsWithoutNoExecute,
}

pub(super) fn read(pod: Option<&Node<'_>>) -> Vec<RefusedToleration> {
    let items = shape::present(pod, "tolerations").map_or(&[][..], Node::items);
    let refused = items.iter().enumerate().filter_map(|(at, item)| {
        let (fault, key) = fault(item)?;
        let entry = item.entry(key);
        Some(RefusedToleration {
            at,
            fault,
            location: entry.map_or(item.span, |entry| entry.key_span),
        })
    });
    refused.collect()
}

/// What is wrong with it, and the key that says so.
fn fault(item: &Node<'_>) -> Option<(TolerationFault, &'static str)> {
    let text = |key: &str| {
        let text = shape::present(Some(item), key).and_then(Node::as_str);
        text.filter(|text| !text.is_empty())
    };
    let is_exists = text("operator") == Some("Exists");
    let has_seconds = shape::present(Some(item), "tolerationSeconds").is_some();
    if is_exists && text("value").is_some() {
        Some((TolerationFault::ValueBesideExists, "value"))
    } else if !is_exists && shape::present(Some(item), "key").is_none() {
        Some((TolerationFault::NeitherKeyNorExists, "operator"))
    } else if has_seconds && text("effect") != Some("NoExecute") {
        Some((
            TolerationFault::SecondsWithoutNoExecute,
            "tolerationSeconds",
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::TolerationFault::{NeitherKeyNorExists, SecondsWithoutNoExecute, ValueBesideExists};
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    #[test]
    fn what_the_api_server_refuses_is_found() {
        for (toleration, expected) in [
            (
                "key: a, operator: Exists, value: b",
                Some(ValueBesideExists),
            ),
            ("key: a, operator: Exists, value: ''", None),
            ("key: a, operator: Equal, value: b", None),
            ("key: a, value: b", None),
            ("operator: Exists", None),
            ("operator: Exists, value: b", Some(ValueBesideExists)),
            ("operator: Equal, value: b", Some(NeitherKeyNorExists)),
            ("effect: NoSchedule", Some(NeitherKeyNorExists)),
            (
                "key: a, operator: Exists, tolerationSeconds: 5",
                Some(SecondsWithoutNoExecute),
            ),
            (
                "key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 5",
                Some(SecondsWithoutNoExecute),
            ),
            (
                "key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5",
                None,
            ),
        ] {
            let text = format!("tolerations: [{{{toleration}}}]");
            let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
            let found = read(parsed.documents.first());
            let found = found.first().map(|refused| refused.fault);
            assert_eq!(found, expected, "{toleration}");
        }
    }
}
