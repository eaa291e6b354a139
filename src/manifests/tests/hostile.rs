use std::fmt::Write as _;

use super::*;

/// Expects one finding, by its message and the text at its place.
fn expect_one(text: &str, message: &str, location: &str) {
    assert_eq!(
        findings(text),
        [(message.to_owned(), location.to_owned())],
        "{text}"
    );
}

#[test]
fn wrong_shapes_of_workloads_are_findings_at_their_place() {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
    for (text, message, location) in [
        (
            "just text\n".to_owned(),
            "this is not a Kubernetes manifest",
            "just text",
        ),
        ("[1]\n".into(), "this is not a Kubernetes manifest", "[1]"),
        (
            "apiVersion: v1\nkind: [List]\n".into(),
            "`kind` of a manifest must be text",
            "[List]",
        ),
        (
            "apiVersion: v1\nkind: List\nitems: 5\n".into(),
            "`items` of List must be a list",
            "5",
        ),
        (
            "apiVersion: v1\nkind: List\nitems: [a]\n".into(),
            "`items` of List must be a list of maps",
            "a",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\n".into(),
            "`metadata.name` of Deployment is missing",
            "Deployment",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: x\n".into(),
            "`metadata` of Deployment must be a map",
            "x",
        ),
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 5}\n".into(),
            "`name` of Deployment must be text",
            "5",
        ),
        (
            "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: j-}\n".into(),
            "`template.spec` of Job `j-` is missing",
            "j-",
        ),
        (
            format!("{head}spec: [1]\n"),
            "`spec` of Deployment `web` must be a map",
            "[1]",
        ),
        (
            head.into(),
            "`template.spec` of Deployment `web` is missing",
            "web",
        ),
        (
            format!("{head}spec: {{replicas: three, template: {{spec: {{}}}}}}"),
            "`replicas` of Deployment `web` must be a whole number",
            "three",
        ),
        (
            format!("{head}spec: {{replicas: 1.5, template: {{spec: {{}}}}}}"),
            "`replicas` of Deployment `web` must be a whole number",
            "1.5",
        ),
        (
            format!("{head}spec: {{replicas: -1, template: {{spec: {{}}}}}}"),
            "`replicas` of Deployment `web` must be from 0 to 2147483647",
            "-1",
        ),
    ] {
        expect_one(&text, message, location);
    }
}

#[test]
fn wrong_shapes_of_pods_are_findings_at_their_place() {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
    for (text, message, location) in [
        (
            format!("{head}spec: {{template: {{metadata: {{labels: {{v: 1.0}}}}, spec: {{}}}}}}"),
            "`v` of Deployment `web` must be text",
            "1.0",
        ),
        (
            format!("{head}spec: {{template: {{spec: {{containers: {{}}}}}}}}"),
            "`containers` of Deployment `web` must be a list",
            "{}",
        ),
        (
            format!("{head}spec: {{template: {{spec: {{containers: [~]}}}}}}"),
            "`containers` of Deployment `web` has an item that is `null`",
            "~",
        ),
        (
            format!(
                "{head}spec: {{template: {{spec: {{containers: [{{resources: {{requests: {{cpu: lots}}}}}}]}}}}}}"
            ),
            "`cpu` of Deployment `web` is not a quantity",
            "lots",
        ),
        (
            format!("{head}spec: {{template: {{spec: {{overhead: {{memory: -1Gi}}}}}}}}"),
            "`memory` of Deployment `web` is not a quantity",
            "-1Gi",
        ),
        (
            format!("{head}spec: {{template: {{spec: {{overhead: {{memory: .inf}}}}}}}}"),
            "`memory` of Deployment `web` must be a quantity such as `500m` or `4Gi`",
            ".inf",
        ),
        (
            format!("{head}spec: {{template: {{spec: {{tolerations: [x]}}}}}}"),
            "`tolerations` of Deployment `web` must be a list of maps",
            "x",
        ),
    ] {
        expect_one(&text, message, location);
    }
}

#[test]
fn wrong_shapes_of_budgets_and_autoscalers_are_findings_too() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\n";
    let scale = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\n";
    let web = "scaleTargetRef: {kind: Deployment, name: web}";
    for (text, message, location) in [
        (
            format!("{budget}spec: {{minAvailable: [1]}}"),
            "`minAvailable` of PodDisruptionBudget `b` must be a number of pods or a percentage such as `25%`",
            "[1]",
        ),
        (
            format!("{budget}spec: {{selector: {{matchExpressions: [{{key: a, operator: Is}}]}}}}"),
            "`matchExpressions` of PodDisruptionBudget `b` needs one of the operators `In`, `NotIn`, `Exists` or `DoesNotExist`",
            "Is",
        ),
        (
            format!("{budget}spec: {{selector: {{matchExpressions: [{{key: a, operator: In}}]}}}}"),
            "`matchExpressions` of PodDisruptionBudget `b` needs `values` for `In` and `NotIn`",
            "In",
        ),
        (
            format!("{budget}spec: {{selector: {{matchExpressions: [{{operator: Exists}}]}}}}"),
            "`matchExpressions` of PodDisruptionBudget `b` needs a `key`",
            "Exists",
        ),
        (
            format!("{scale}spec: {{{web}}}"),
            "`maxReplicas` of HorizontalPodAutoscaler `s` is missing",
            "s",
        ),
        (
            format!("{scale}spec: {{{web}, minReplicas: 5, maxReplicas: 2}}"),
            "`maxReplicas` of HorizontalPodAutoscaler `s` must be at least `minReplicas`, which is 5",
            "2",
        ),
        (
            format!("{scale}spec: {{scaleTargetRef: {{name: x}}}}"),
            "`scaleTargetRef` of HorizontalPodAutoscaler `s` must have a `kind` and a `name`",
            "{name: x}",
        ),
    ] {
        expect_one(&text, message, location);
    }
}

#[test]
fn a_template_of_a_chart_is_told_from_a_manifest() {
    let (_, _, report) = read_all(&["kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n"]);
    assert!(report.has_errors());
    assert!(report.iter().all(|diagnostic| {
        diagnostic
            .help
            .iter()
            .any(|help| help.contains("helm template"))
    }));
}

#[test]
fn what_comes_before_a_syntax_error_is_read() {
    let (_, manifests, report) = read_all(&[
        &format!("{}---\na: [1\n", with_pod("{}")),
        &deployment("b", "c"),
    ]);
    assert_eq!(manifests.workloads.len(), 2);
    assert_eq!(
        report
            .iter()
            .map(|diagnostic| diagnostic.rule)
            .collect::<Vec<_>>(),
        ["syntax"]
    );
}

#[test]
fn aliases_and_merge_keys_are_resolved() {
    let found = one(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: &l {app: web}}\n\
         spec:\n  selector: {matchLabels: *l}\n  template: {metadata: {labels: {<<: *l, tier: a}}, spec: {}}\n",
    );
    assert_eq!(found.selector, Some(labels(&[("app", "web")])));
    assert_eq!(found.pod_labels, labels(&[("app", "web"), ("tier", "a")]));
}

#[test]
fn a_billion_laughs_is_a_finding() {
    let mut text =
        String::from("apiVersion: v1\nkind: List\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let names = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{names}]").expect("text takes all");
    }
    text.push_str("items: *a11\n");
    let (_, manifests, report) = read_all(&[&text]);
    assert!(manifests.workloads.is_empty());
    assert!(
        report
            .iter()
            .any(|diagnostic| diagnostic.message.contains("too many nodes"))
    );
}

#[test]
fn deep_nesting_is_a_finding_and_not_a_crash() {
    for text in [
        "[".repeat(20_000),
        "- ".repeat(20_000),
        "{apiVersion: v1, kind: List, items: [".repeat(20_000),
    ] {
        let (_, manifests, report) = read_all(&[&text]);
        assert!(manifests.workloads.is_empty());
        assert!(report.has_errors());
    }
}

/// Each alias puts the levels of the one before below its own, so that all of them together are deeper than the
/// parser lets brackets be.
#[test]
fn deep_nesting_through_aliases_is_a_finding_and_not_a_crash() {
    let (open, close) = ("[".repeat(200), "]".repeat(200));
    let mut text = format!("a0: &a0 {open}{close}\n");
    for level in 1..95 {
        writeln!(text, "a{level}: &a{level} {open}*a{}{close}", level - 1).expect("text takes all");
    }
    text.push_str(&with_pod("{tolerations: [{x: *a94}]}"));
    let (_, _, report) = read_all(&[&text.replacen("a0:", "apiVersion: v1\nkind: List\na0:", 1)]);
    assert!(report.has_errors());
}
