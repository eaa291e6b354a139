//! Several autoscalers in one input: each goes by its own priorities, and each is judged. And values of its chart that do not
//! say which expander it has.
//!
//! The structure is that of public manifests: argo-cd docs, user-guide/helm (`valuesObject`), and kubernetes/autoscaler
//! cluster-autoscaler/cloudprovider/aws/examples/cluster-autoscaler-autodiscover.yaml.

use super::library::{Given, config};
use super::values_elsewhere::{INVERTED, check, fixed, given};

const RULE: &str = "expander-not-priority";
const OWN: &str = "{\"50\": [\".*spot1.*\"], \"10\": [\".*\"]}";

/// An Application for a cluster.
fn application(cluster: &str, values: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: ca-{cluster}, namespace: argocd}}\nspec:\n  \
         destination: {{namespace: kube-system, name: {cluster}}}\n  source:\n    repoURL: https://charts.example.com\n    \
         chart: cluster-autoscaler\n    helm:\n      valuesObject: {values}\n---\n"
    )
}

/// A Deployment with its `ConfigMap`.
fn deployment(namespace: &str, expander: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: cluster-autoscaler, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: ca}}}}
  template:
    metadata: {{labels: {{app: ca}}}}
    spec:
      containers:
        - name: ca
          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0
          command: [./cluster-autoscaler, --expander={expander}, --namespace={namespace}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: cluster-autoscaler-priority-expander, namespace: {namespace}}}
data: {{priorities: '{OWN}'}}
---
"
    )
}

/// What the rule finds: the level, where, and what it names.
fn found(given: &Given) -> Vec<String> {
    let text = |span| given.inputs.sources.slice(span).to_owned();
    let report = given.check().report;
    let found = report.iter().filter(|found| found.rule == RULE);
    let found = found.map(|found| {
        let related = found.related.iter();
        let related: Vec<String> = related.map(|(span, _)| text(*span)).collect();
        let place = found.location.map(text).unwrap_or_default();
        format!("{:?} {place} {}", found.severity, related.join(" "))
    });
    found.collect()
}

#[test]
fn releases_for_two_clusters_have_their_own_priorities() {
    let one = application(
        "one",
        &format!("{{extraArgs: {{expander: priority}}, expanderPriorities: {OWN}}}"),
    );
    let other = application("other", "{extraArgs: {expander: random}}");
    for manifests in [format!("{one}{other}"), format!("{other}{one}")] {
        assert_eq!(found(&given(&manifests)), ["Warning random "]);
    }
    let inverted = format!("{{extraArgs: {{expander: priority}}, expanderPriorities: {INVERTED}}}");
    let inverted = application("other", &inverted);
    for manifests in [format!("{one}{inverted}"), format!("{inverted}{one}")] {
        check(&manifests).fails("on-demand pool `regular1`");
    }
}

#[test]
fn each_autoscaler_is_reported_and_fixed() {
    let values = format!("{{extraArgs: {{expander: random}}, expanderPriorities: {OWN}}}");
    let two = application("one", &values) + &application("other", &values);
    let each = "Error random expanderPriorities";
    assert_eq!(found(&given(&two)), [each, each]);
    assert_eq!(fixed(&two).matches("expander: priority").count(), 2);

    let map = "Error --expander=random cluster-autoscaler-priority-expander";
    let two = deployment("one", "random") + &deployment("other", "random");
    assert_eq!(found(&given(&two)), [map, map]);
    let one = deployment("one", "priority") + &deployment("other", "random");
    assert_eq!(found(&given(&one)), [map]);
    assert_eq!(fixed(&one).matches("--expander=priority").count(), 2);
}

#[test]
fn values_without_the_expander_are_said_to_be_open() {
    let values = format!("extraArgs: {{v: 4}}\nexpanderPriorities: {OWN}\n");
    for provider in ["eks", "gke"] {
        let size = if provider == "eks" {
            "m5.xlarge"
        } else {
            "n2-standard-4"
        };
        let config = config(format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: shop}}\nspec:\n  provider: {provider}\n  nodePools:\n    \
             - {{name: spot1, capacity: Spot, vmSize: {size}, nodes: {{min: 0, max: 10}}}}\n    \
             - {{name: regular1, capacity: OnDemand, vmSize: {size}, nodes: {{min: 1, max: 10}}}}\n"
        ));
        let given = config.manifests_named("values.yaml", &values);
        assert_eq!(found(&given), ["Info expanderPriorities "], "{provider}");
        let report = given.check();
        assert!(
            !report.text.contains("ignores this ConfigMap"),
            "{}",
            report.text
        );
    }
    let told = format!("extraArgs: {{expander: priority}}\nexpanderPriorities: {OWN}\n");
    assert!(found(&given(&told)).is_empty());
}
