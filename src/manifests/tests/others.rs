use super::*;
use crate::values::IntOrPercent;

fn autoscaler(api: &str, kind: &str, namespace: &str, spec: &str) -> String {
    format!(
        "---\n{{apiVersion: {api}, kind: {kind}, metadata: {{name: scale{namespace}}}, spec: {{{spec}}}}}\n"
    )
}

fn hpa(namespace: &str, spec: &str) -> String {
    autoscaler("autoscaling/v2", "HorizontalPodAutoscaler", namespace, spec)
}

fn keda(spec: &str) -> String {
    autoscaler("keda.sh/v1alpha1", "ScaledObject", "", spec)
}

#[test]
fn autoscalers_give_their_range_to_what_they_scale() {
    let web = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}";
    for (text, expected) in [
        (
            hpa("", &format!("{web}, minReplicas: 2, maxReplicas: 9")),
            Some((2, 9)),
        ),
        (hpa("", &format!("{web}, maxReplicas: 9")), Some((1, 9))),
        (
            hpa(
                "",
                "scaleTargetRef: {kind: StatefulSet, name: web}, maxReplicas: 9",
            ),
            None,
        ),
        (
            hpa(
                "",
                "scaleTargetRef: {kind: Deployment, name: api}, maxReplicas: 9",
            ),
            None,
        ),
        (
            hpa(
                "",
                "scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}, maxReplicas: 9",
            ),
            None,
        ),
        (
            hpa(", namespace: shop", &format!("{web}, maxReplicas: 9")),
            Some((1, 9)),
        ),
        (
            hpa(", namespace: other", &format!("{web}, maxReplicas: 9")),
            None,
        ),
        (keda("scaleTargetRef: {name: web}"), Some((0, 100))),
        (
            keda("scaleTargetRef: {name: web}, minReplicaCount: 3, maxReplicaCount: 4"),
            Some((3, 4)),
        ),
        (keda("scaleTargetRef: {name: web, kind: StatefulSet}"), None),
    ] {
        let text = format!("{text}{}", deployment("web", "shop"));
        assert_eq!(one(&text).autoscaling, expected, "{text}");
    }
}

#[test]
fn a_scaled_object_counts_more_than_the_autoscaler_it_makes() {
    let of_keda = keda("scaleTargetRef: {name: web}, maxReplicaCount: 4");
    let made = hpa(
        "",
        "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 4",
    );
    for text in [format!("{of_keda}{made}"), format!("{made}{of_keda}")] {
        assert_eq!(
            one(&format!("{}{text}", deployment("web", "shop"))).autoscaling,
            Some((0, 4))
        );
    }
}

#[test]
fn an_autoscaler_without_a_namespace_scales_only_what_it_must_mean() {
    let scale = hpa(
        "",
        "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 4",
    );
    let text = format!(
        "{scale}{}{}",
        deployment("web", "a"),
        deployment("web", "b")
    );
    assert!(
        clean(&text)
            .workloads
            .iter()
            .all(|found| found.autoscaling.is_none())
    );
}

#[test]
fn autoscalers_may_come_in_another_file_and_may_contradict() {
    let spec = "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 4";
    let second = hpa(", namespace: shop", spec);
    let (sources, manifests, report) =
        read_all(&[&hpa("", spec), &deployment("web", "shop"), &second]);
    let found = &manifests.workloads[0];
    assert_eq!(found.autoscaling, Some((1, 4)));
    assert_eq!(sources.slice(found.locations.autoscaling), "4");
    assert_eq!(report.iter().count(), 1);
    assert!(!report.has_errors());
}

#[test]
fn budgets_cover_what_their_selector_selects() {
    let expressions = "{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: NotIn, values: [batch]}]}";
    let web = labels(&[("app", "web")]);
    let batch = labels(&[("app", "web"), ("tier", "batch")]);
    for (api, namespace, selector, on_web, on_batch) in [
        ("policy/v1", "", "{matchLabels: {app: web}}", true, true),
        ("policy/v1", "", expressions, true, false),
        ("policy/v1", "", "{}", true, true),
        ("policy/v1", "", "", false, false),
        ("policy/v1beta1", "", "{}", false, false),
        ("policy/v1beta1", "", expressions, true, false),
        ("policy/v1", ", namespace: shop", "{}", true, true),
        ("policy/v1", ", namespace: other", "{}", false, false),
        (
            "policy/v1",
            "",
            "{matchExpressions: [{key: app, operator: DoesNotExist}]}",
            false,
            false,
        ),
    ] {
        let text = format!(
            "{{apiVersion: {api}, kind: PodDisruptionBudget, metadata: {{name: b{namespace}}}, \
             spec: {{minAvailable: 1, maxUnavailable: 25%, selector: {selector}}}}}"
        );
        let manifests = clean(&text);
        let budget = &manifests.budgets[0];
        assert_eq!(budget.covers(Some("shop"), &web), on_web, "{text}");
        assert_eq!(budget.covers(Some("shop"), &batch), on_batch, "{text}");
        let amounts = (budget.min_available, budget.max_unavailable);
        assert_eq!(
            amounts,
            (Some(IntOrPercent::Int(1)), Some(IntOrPercent::Percent(25)))
        );
    }
}

#[test]
fn the_same_object_twice_is_a_finding_with_both_places() {
    let text = format!(
        "{}{}{}",
        deployment("web", "a"),
        deployment("web", "b"),
        deployment("web", "a")
    );
    let (sources, manifests, report) = read_all(&[&text]);
    assert_eq!(manifests.workloads.len(), 2);
    let diagnostics: Vec<_> = report.iter().collect();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(
        diagnostics[0].message,
        "Deployment `web` is defined twice: only the last one counts, and only that one is checked"
    );
    let namespaces = manifests.workloads.iter();
    let namespaces: Vec<_> = namespaces.map(|found| found.namespace.as_deref()).collect();
    assert_eq!(namespaces, [Some("b"), Some("a")]);
    let line = |location: Span| sources.position(location).line;
    assert_eq!(diagnostics[0].location.map(line), Some(2));
    assert_eq!(line(diagnostics[0].related[0].0), 6);
}

#[test]
fn a_generated_name_is_that_of_nothing_else() {
    let job = |name: &str| {
        format!(
            "---\n{{apiVersion: batch/v1, kind: Job, metadata: {{{name}: job}}, spec: {{template: {{spec: {{}}}}}}}}\n"
        )
    };
    let text = [job("name"), job("generateName"), job("generateName")].concat();
    assert_eq!(clean(&text).workloads.len(), 3);
    let turned = [job("generateName"), job("name")].concat();
    assert_eq!(clean(&turned).workloads.len(), 2);
}
