//! Which pods the affinity and the spread of the second workload count.
//!
//! A selector that takes the pods of both counts both, in either. One that takes the pods of the first alone was meant for
//! the pods that have it: in the copy it has to take those of the copy.

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as api;
use serde::Deserialize as _;
use serde_json::{Map, Value as Json, json};

use crate::kubernetes::{LabelSelector, Labels, PREFERRED, REQUIRED};
use crate::plan::of_base;

/// Changes the selectors of a pod spec that take only pods with the labels of the first.
pub(super) fn count_own_pods(pod: &mut Map<String, Json>, first: &Labels) {
    for constraint in items(pod.get_mut("topologySpreadConstraints")) {
        count_own(constraint, first);
    }
    for side in ["podAffinity", "podAntiAffinity"] {
        let affinity = pod
            .get_mut("affinity")
            .and_then(|affinity| affinity.get_mut(side));
        let Some(affinity) = affinity else { continue };
        for term in items(affinity.get_mut(REQUIRED)) {
            count_own(term, first);
        }
        for weighted in items(affinity.get_mut(PREFERRED)) {
            if let Some(term) = weighted.get_mut("podAffinityTerm") {
                count_own(term, first);
            }
        }
    }
}

fn items(list: Option<&mut Json>) -> impl Iterator<Item = &mut Json> {
    let list = list.and_then(Json::as_array_mut);
    list.into_iter().flatten()
}

fn count_own(term: &mut Json, first: &Labels) {
    let Some(written) = term.get_mut("labelSelector") else {
        return;
    };
    let selector = api::LabelSelector::deserialize(&*written);
    let selector = selector
        .ok()
        .and_then(|own| LabelSelector::try_from(&own).ok());
    if let Some(own) = selector.and_then(|selector| of_base(&selector, first)) {
        *written = json!(api::LabelSelector::from(&own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a selector in a copy of pods with `app: web` and `spotgen.dev/part: spot`.
    fn copied(selector: &Json) -> Json {
        let labels = [("app", "web"), ("spotgen.dev/part", "spot")];
        let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let mut pod = json!({
            "topologySpreadConstraints": [{"labelSelector": selector.clone()}],
            "affinity": {
                "podAntiAffinity": {
                    REQUIRED: [{"labelSelector": selector.clone()}],
                    PREFERRED: [{"podAffinityTerm": {"labelSelector": selector.clone()}}],
                },
                "podAffinity": {REQUIRED: [{"labelSelector": selector.clone()}]},
            },
        });
        count_own_pods(pod.as_object_mut().expect("it is a map"), &labels.into());
        let affinity = &pod["affinity"];
        let apart = &affinity["podAntiAffinity"];
        let first = &pod["topologySpreadConstraints"][0]["labelSelector"];
        for other in [
            &apart[REQUIRED][0]["labelSelector"],
            &apart[PREFERRED][0]["podAffinityTerm"]["labelSelector"],
            &affinity["podAffinity"][REQUIRED][0]["labelSelector"],
        ] {
            assert_eq!(first, other);
        }
        first.clone()
    }

    #[test]
    fn a_selector_of_the_first_alone_takes_the_copy_instead() {
        let base = json!({"matchLabels": {"app": "web", "spotgen.dev/part": "base"}});
        for (selector, expected) in [
            (
                json!({"matchLabels": {"app": "web", "spotgen.dev/part": "spot"}}),
                &base,
            ),
            (
                json!({
                    "matchLabels": {"app": "web"},
                    "matchExpressions": [{"key": "spotgen.dev/part", "operator": "NotIn", "values": ["base"]}],
                }),
                &base,
            ),
        ] {
            assert_eq!(copied(&selector), *expected);
        }
        for kept in [
            json!({"matchLabels": {"app": "web"}}),
            json!({}),
            json!({"matchLabels": {"app": "db", "spotgen.dev/part": "spot"}}),
            json!({"matchExpressions": [{"key": "spotgen.dev/part", "operator": "Exists"}]}),
        ] {
            assert_eq!(copied(&kept), kept);
        }
    }
}
