//! The section of monitoring in spotgen's own Helm chart.

use serde_json::json;

use super::rule_groups;
use crate::components::System;
use crate::components::chart::{Entry, Section, data};

pub(super) fn section(system: &System) -> Option<Section> {
    let monitoring = system.monitoring.as_ref()?;
    let mut entries = vec![
        Entry::new("enabled", true),
        Entry::new("namespace", monitoring.namespace.as_str())
            .comment("The namespace of the monitors, the rules and the dashboard. It must exist."),
    ];
    if let Some(group) = monitoring.monitors() {
        entries.push(Entry::new("monitors", group).comment(
            "The API group of the ServiceMonitor and the PodMonitor. Empty: there are none.",
        ));
    }
    if !monitoring.labels.is_empty() {
        entries.push(
            Entry::new("labels", json!(monitoring.labels))
                .comment("Labels by which the Prometheus operator selects its objects."),
        );
    }
    if let Some(dashboard) = &monitoring.dashboard {
        entries.push(
            Entry::new(
                "dashboard",
                json!({"labels": dashboard.labels, "annotations": dashboard.annotations}),
            )
            .comment("The ConfigMap of files/dashboard.json. Remove it with null."),
        );
    }
    entries.push(
        Entry::new("ruleObject", monitoring.has_rule_object())
            .comment("Whether the rules are a PrometheusRule. Otherwise they are a ConfigMap."),
    );
    entries.push(
        Entry::new(
            "groups",
            data(rule_groups::groups(system, monitoring))["groups"].clone(),
        )
        .comment("Recording rules and alerts. RELEASE-NAMESPACE stands for the namespace of the release."),
    );
    Some(Section {
        key: "monitoring",
        comment: "Monitoring of failover and failback with Prometheus and Grafana.",
        entries,
    })
}
