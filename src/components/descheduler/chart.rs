//! Source: kubernetes-sigs/descheduler charts/descheduler at 0.36.0, values.yaml and templates.

use crate::components::{ComponentId, System};
use serde_json::{Map, Value as Json, json};

use super::{explain, objects, program};
use crate::components::chart::{Entry, Release, annotations_under, data, image, labels, resources};
use crate::components::descheduler::Descheduler;
use crate::components::monitoring::annotations;
use crate::components::placement;
use crate::kubernetes::{Labels, NAME_LABEL, linux_nodes, restricted_container, restricted_pod};
use crate::values::Limit;

pub(super) const CHART: &str = "descheduler";

pub(crate) fn release(system: &System) -> Option<Release<'_>> {
    let plan = &system.plan;
    let descheduler = system.descheduler.as_ref()?;
    // The chart's pod labels; they also include the release's name, which is unknown here.
    let labels_of_pods = Labels::from([(NAME_LABEL.to_owned(), CHART.to_owned())]);
    let placed = placement::pod_fields(plan, &descheduler.placement, &labels_of_pods);
    let own: &[&str] = &["cpu", "memory"];
    let mut values = vec![
        Entry::new("fullnameOverride", objects::NAME),
        Entry::new("namespaceOverride", descheduler.namespace.as_str()),
        Entry::new("kind", "Deployment")
            .comment("Must be exact: with any other value the chart creates accounts and roles, but runs nothing."),
        Entry::new("replicas", 1),
        Entry::new("deschedulingInterval", descheduler.interval.to_string())
            .comment(explain::interval(descheduler).unwrap_or_default()),
        Entry::new("image", image(&descheduler.image)),
        Entry::new("cmdOptions", program::flags(descheduler)),
        Entry::new(
            "resources",
            resources(&descheduler.resources, [("requests", own), ("limits", own)]),
        ),
        Entry::new("priorityClassName", objects::PRIORITY_CLASS),
        Entry::new("nodeSelector", data(linux_nodes([]))),
    ];
    if let Some(affinity) = placed.affinity {
        values.push(Entry::new("affinity", data(affinity)));
    }
    if let Some(tolerations) = placed.tolerations {
        values.push(Entry::new("tolerations", data(tolerations)));
    }
    if let Some(constraints) = placed.topology_spread_constraints {
        values.push(Entry::new("topologySpreadConstraints", data(constraints)));
    }
    values.extend([
        Entry::new("podSecurityContext", data(restricted_pod(objects::USER))),
        Entry::new("securityContext", container_security()),
        Entry::new("automountServiceAccountToken", true).comment(
            "The pod mounts its token explicitly; the account gives no token to other pods.",
        ),
        Entry::new(
            "serviceAccount",
            json!({"automountServiceAccountToken": false}),
        ),
        Entry::new("commonLabels", labels(plan, ComponentId::Descheduler)),
    ]);
    values.extend(annotations_under(plan, "deploymentAnnotations"));
    values.extend(metrics(system));
    values.extend([
        Entry::new("deschedulerPolicyAPIVersion", super::policy::VERSION),
        Entry::new("deschedulerPolicy", policy(descheduler)).comment(about_policy(system)),
    ]);
    Some(Release {
        chart: CHART,
        source: &descheduler.chart,
        namespace: &descheduler.namespace,
        makes_namespace: false,
        name: objects::NAME.to_owned(),
        summary: "moves pods back to Spot when it returns",
        bare: vec![descheduler.namespace.as_str()],
        values,
    })
}

/// The same where the chart is installed on its own: then it makes the `ServiceMonitor`, too. Within the umbrella chart, it
/// would look for its Service in the namespace of the release.
pub(crate) fn alone(system: &System) -> Option<Release<'_>> {
    let mut release = release(system)?;
    release.values.extend(service_monitor(system));
    Some(release)
}

/// What makes its metrics known to Prometheus.
fn metrics(system: &System) -> Option<Entry> {
    let monitoring = system.monitoring.as_ref()?;
    if monitoring.monitors().is_some() {
        return Some(
            Entry::new("service", json!({"enabled": true})).comment("The Service of its metrics."),
        );
    }
    let on_pods = annotations::of_pods(system, objects::PORT, Some("https"))?;
    Some(Entry::new("podAnnotations", json!(on_pods)))
}

/// Before 0.36 the chart knew the group of the Prometheus operator only.
fn service_monitor(system: &System) -> Option<Entry> {
    let monitoring = system.monitoring.as_ref()?;
    let group = monitoring.monitors()?;
    let monitor = json!({
        "enabled": true,
        "apiVersion": format!("{group}/v1"),
        "namespace": monitoring.namespace,
        "additionalLabels": monitoring.labels,
    });
    Some(Entry::new("serviceMonitor", monitor))
}

/// How the chart reads the policy, and why its limits are as they are.
fn about_policy(system: &System) -> String {
    let chart = "The chart evaluates it as a template: write two opening braces in a text as {{`{{`}}.\nThe list of profiles replaces the chart's default.";
    let mut lines = Vec::new();
    if let Some(descheduler) = &system.descheduler {
        let limits = explain::limits(&system.plan, descheduler);
        let limits = limits.filter(|(limit, _)| descheduler.limits.get(*limit) != Limit::Unlimited);
        lines.extend(limits.map(|(limit, time)| format!("{}: {time}", limit.in_policy())));
        let age = explain::min_pod_age(descheduler);
        lines.extend(age.map(|age| format!("minPodAge: {age}")));
        let jobs = explain::label_selector(&system.plan, &descheduler.evictor.label_selector);
        lines.extend(jobs.map(|jobs| format!("labelSelector: {jobs}")));
    }
    lines.push(chart.to_owned());
    lines.join("\n")
}

/// The chart's default sets a user, which would override the pod's.
fn container_security() -> Json {
    let mut security = data(restricted_container());
    security["runAsUser"] = json!(objects::USER);
    security
}

/// The chart writes the version and the kind itself.
fn policy(descheduler: &Descheduler) -> Json {
    let mut policy = super::policy::data(descheduler);
    if let Json::Object(keys) = &mut policy {
        keys.retain(|key, _| key != "apiVersion" && key != "kind");
    }
    escape(policy)
}

/// The chart passes the policy through `tpl` after `toYaml`. A raw string contains no character that `toYaml` could
/// escape in a quoted scalar, and no space where it could wrap a long one.
/// Source: templates/configmap.yaml.
fn escape(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(text.replace("{{", "{{`{{`}}")),
        Json::Array(items) => items.into_iter().map(escape).collect(),
        Json::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, escape(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::escape;

    #[test]
    fn braces_that_would_begin_an_action_are_escaped() {
        let policy = json!({"profiles": [{"name": "{{ a }}"}], "n": 1, "none": "{ { }}"});
        let escaped = json!({"profiles": [{"name": "{{`{{`}} a }}"}], "n": 1, "none": "{ { }}"});
        assert_eq!(escape(policy), escaped);
        assert_eq!(escape(json!("{{{")), json!("{{`{{`}}{"));
    }
}
