//! What a Prometheus of the operator chooses.

use super::{Labels, clean};

/// Whether a Prometheus in namespace `monitoring` chooses the `ServiceMonitor` of namespace `shop` with label `release: kps`.
fn selects(spec: &str) -> bool {
    let text = format!(
        "{{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {{name: k8s, namespace: monitoring}}, spec: {spec}}}\n"
    );
    let [watcher] = &clean(&text).watchers[..] else {
        panic!("one is there")
    };
    let labels = Labels::from([("release".to_owned(), "kps".to_owned())]);
    watcher.selects("ServiceMonitor", "shop", &labels)
}

#[test]
fn no_selector_selects_nothing_and_an_empty_one_everything() {
    for (selector, is_selected) in [
        ("{}", true),
        ("null", false),
        ("{matchLabels: {release: kps}}", true),
        ("{matchLabels: {release: other}}", false),
        (
            "{matchExpressions: [{key: release, operator: Exists}]}",
            true,
        ),
        (
            "{matchExpressions: [{key: release, operator: NotIn, values: [kps]}]}",
            false,
        ),
        // Nobody knows what it means.
        ("{matchLabels: {release: [kps]}}", true),
    ] {
        let spec = format!(
            "{{serviceMonitorSelector: {selector}, serviceMonitorNamespaceSelector: {{}}}}"
        );
        assert_eq!(selects(&spec), is_selected, "{selector}");
    }
    assert!(!selects("{serviceMonitorNamespaceSelector: {}}"));
    assert!(!selects(
        "{podMonitorSelector: {}, serviceMonitorNamespaceSelector: {}}"
    ));
}

#[test]
fn without_a_selector_of_namespaces_it_looks_into_its_own_alone() {
    assert!(!selects("{serviceMonitorSelector: {}}"));
    for (namespaces, is_selected) in [
        ("null", false),
        ("{}", true),
        ("{matchLabels: {kubernetes.io/metadata.name: shop}}", true),
        ("{matchLabels: {kubernetes.io/metadata.name: other}}", false),
        (
            "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [a, b]}]}",
            false,
        ),
        // The namespace may have the label.
        ("{matchLabels: {watched: yes}}", true),
    ] {
        let spec = format!(
            "{{serviceMonitorSelector: {{}}, serviceMonitorNamespaceSelector: {namespaces}}}"
        );
        assert_eq!(selects(&spec), is_selected, "{namespaces}");
    }
}

#[test]
fn each_kind_chooses_what_it_can_use() {
    let chosen = |kind: &str, version: &str| {
        let text = format!(
            "{{apiVersion: monitoring.coreos.com/{version}, kind: {kind}, metadata: {{name: k8s}}, spec: {{}}}}\n"
        );
        let manifests = clean(&text);
        let all = ["ServiceMonitor", "PodMonitor", "PrometheusRule"];
        all.map(|other| manifests.watchers[0].chooses(other))
    };
    assert_eq!(chosen("Prometheus", "v1"), [true, true, true]);
    assert_eq!(chosen("PrometheusAgent", "v1alpha1"), [true, true, false]);
    assert_eq!(chosen("ThanosRuler", "v1"), [false, false, true]);
    let other = "{apiVersion: example.com/v1, kind: Prometheus, metadata: {name: k8s}, spec: {}}\n";
    assert!(clean(other).watchers.is_empty());
}
