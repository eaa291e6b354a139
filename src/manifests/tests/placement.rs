//! What is read of placement, whatever shape it has.

use std::sync::Arc;

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

use super::*;
use crate::config::WhenUnsatisfiable;
use crate::kubernetes::{Effect, PREFERRED, REQUIRED, Toleration};

/// What the pod spec with this affinity says.
fn affinity(kind: &str, list: &str, items: &str) -> Arc<ExistingPlacement> {
    one(&with_pod(&format!(
        "{{affinity: {{{kind}: {{{list}: [{items}]}}}}}}"
    )))
    .existing
}

#[test]
fn tolerations_are_read_as_far_as_they_can_be() {
    let existing = one(&with_pod(
        "{tolerations: [{key: k, value: v, effect: NoExecute, tolerationSeconds: 5}, {operator: Exists, effect: \"\"}, \
         {key: 5, value: \"\", operator: Lt}, {key: k, effect: Never}]}",
    ))
    .existing;
    let any = Toleration {
        key: None,
        value: None,
        effect: None,
        seconds: None,
    };
    let expected = [
        Toleration {
            key: Some("k".to_owned()),
            value: Some("v".to_owned()),
            effect: Some(Effect::NoExecute),
            seconds: Some(5),
        },
        any.clone(),
        Toleration {
            value: Some(String::new()),
            ..any
        },
    ];
    assert_eq!(existing.tolerations, expected);
    let written = existing
        .replaced
        .as_ref()
        .map(|lists| lists.tolerations.len());
    assert_eq!(written, Some(4), "all are kept as they are written");
}

#[test]
fn a_preference_is_the_same_only_if_it_says_nothing_else() {
    let wanted = api::PreferredSchedulingTerm {
        weight: 80,
        preference: api::NodeSelectorTerm {
            match_expressions: Some(vec![api::NodeSelectorRequirement {
                key: "k".to_owned(),
                operator: "In".to_owned(),
                values: Some(vec!["v".to_owned()]),
            }]),
            match_fields: None,
        },
    };
    let term = |expression: &str| {
        format!("{{weight: 80, preference: {{matchExpressions: [{expression}]}}}}")
    };
    let expression = "{key: k, operator: In, values: [v]}";
    for (item, expected) in [
        (term(expression), true),
        (term("{operator: In, values: [v], key: k}"), true),
        (term("{key: k, operator: NotIn, values: [v]}"), false),
        (term("{key: k, operator: In, values: [v, w]}"), false),
        (term("{key: k, operator: In, values: [v], more: 1}"), false),
        (term("{key: k, operator: Gt, values: [v]}"), false),
        (term(&format!("{expression}, {expression}")), false),
        (term(expression).replace("80", "81"), false),
        (term(expression).replace("weight", "more: 1, weight"), false),
        (
            term(expression).replace("matchExpressions", "matchFields: [], matchExpressions"),
            false,
        ),
        ("{weight: 80}".to_owned(), false),
        ("{weight: 80, preference: []}".to_owned(), false),
    ] {
        let existing = affinity("nodeAffinity", PREFERRED, &item);
        assert_eq!(existing.preferred_nodes[0].is(&wanted), expected, "{item}");
    }
}

#[test]
fn anti_affinity_is_the_same_only_if_it_says_nothing_else() {
    let labels = [("app", "web"), ("tier", "front")];
    let wanted = api::PodAffinityTerm {
        topology_key: "zone".to_owned(),
        label_selector: Some(meta::LabelSelector {
            match_labels: Some(super::labels(&labels).into()),
            match_expressions: None,
        }),
        ..api::PodAffinityTerm::default()
    };
    let preferred = api::WeightedPodAffinityTerm {
        weight: 9,
        pod_affinity_term: wanted.clone(),
    };
    let term = "{topologyKey: zone, labelSelector: {matchLabels: {tier: front, app: web}}}";
    for (item, expected) in [
        (term.to_owned(), true),
        (term.replace("zone", "node"), false),
        (term.replace("front", "back"), false),
        (term.replace("tier: front, ", ""), false),
        (
            term.replace("matchLabels", "matchExpressions: [], matchLabels"),
            false,
        ),
        (
            term.replace(
                "matchLabels",
                "matchExpressions: [{key: k, operator: Exists}], matchLabels",
            ),
            false,
        ),
        (
            term.replace("topologyKey", "namespaces: [a], topologyKey"),
            false,
        ),
        (
            term.replace("topologyKey", "matchLabelKeys: [a], topologyKey"),
            false,
        ),
        ("{topologyKey: zone}".to_owned(), false),
        ("{topologyKey: zone, labelSelector: null}".to_owned(), false),
    ] {
        let required = affinity("podAntiAffinity", REQUIRED, &item);
        assert_eq!(
            required.required_anti_affinity[0].is(&wanted),
            expected,
            "{item}"
        );
        for (weighted, is_same) in [
            (format!("{{weight: 9, podAffinityTerm: {item}}}"), expected),
            (format!("{{weight: 8, podAffinityTerm: {item}}}"), false),
            (
                format!("{{podAffinityTerm: {item}, weight: 9, more: 1}}"),
                false,
            ),
        ] {
            let existing = affinity("podAntiAffinity", PREFERRED, &weighted);
            let own = &existing.preferred_anti_affinity[0];
            assert_eq!(own.is(&preferred), is_same, "{weighted}");
        }
    }
}

#[test]
fn constraints_count_the_pods_that_their_selector_selects() {
    let pods = labels(&[("app", "web")]);
    for (selector, selects) in [
        ("", false),
        (", labelSelector: null", false),
        (", labelSelector: {}", true),
        (", labelSelector: {matchLabels: {app: web}}", true),
        (", labelSelector: {matchLabels: {app: api}}", false),
        (
            ", labelSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}",
            false,
        ),
        // What cannot be evaluated is taken to be meant well.
        (", labelSelector: {matchLabels: {app: 5}}", true),
        (
            ", labelSelector: {matchExpressions: [{key: app, operator: Gt}]}",
            true,
        ),
    ] {
        let pod = format!("{{topologySpreadConstraints: [{{maxSkew: 2{selector}}}]}}");
        let existing = one(&with_pod(&pod)).existing;
        assert_eq!(
            existing.topology_spread[0].selector.selects(&pods),
            selects,
            "{selector}"
        );
        assert_eq!(existing.topology_spread[0].max_skew, Some(2));
    }
    let existing = one(&with_pod(
        "{topologySpreadConstraints: [{whenUnsatisfiable: ScheduleAnyway, nodeTaintsPolicy: Honor}, \
         {whenUnsatisfiable: Perhaps, topologyKey: 5, maxSkew: x}]}",
    ))
    .existing;
    let [soft, unreadable] = existing.topology_spread.as_slice() else {
        panic!("there are two: {existing:?}");
    };
    assert_eq!(
        soft.when_unsatisfiable,
        Some(WhenUnsatisfiable::ScheduleAnyway)
    );
    assert!(soft.honors_taints && !unreadable.honors_taints);
    assert_eq!(unreadable.when_unsatisfiable, None);
    assert_eq!(
        (&unreadable.topology_key, unreadable.max_skew),
        (&None, None)
    );
    assert!(existing.replaced.is_none(), "a patch adds to them");
}
