//! The objects of monitoring: what is scraped, rules, and the dashboard.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ConfigMap;

use super::metadata::{add, own_metadata};
use super::scrape;
use super::{Monitoring, dashboard, rule_groups};
use crate::components::objects::{metadata, system_namespace};
use crate::components::{ComponentId, Explained, System};
use crate::kubernetes::prometheus::Custom;
use crate::kubernetes::{GENERATOR, Object};
use crate::yaml;

const ID: ComponentId = ComponentId::Monitoring;
const RULES: &str = "spotgen-rules";
/// The key of the rules in their `ConfigMap`, as a Prometheus that mounts it names its file.
const RULES_KEY: &str = "spotgen.rules.yaml";
pub(super) const DASHBOARD: &str = "spotgen-dashboard";
/// The key of the dashboard: the sidecar writes a file of this name.
pub(super) const DASHBOARD_KEY: &str = "spotgen.json";

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let Some(monitoring) = &system.monitoring else {
        return Vec::new();
    };
    let mut objects = Vec::new();
    if monitoring.create_namespace {
        objects.push(system_namespace(system, &monitoring.namespace));
    }
    objects.extend(scrape::objects(system, monitoring));
    objects.push(rules(system, monitoring));
    objects.extend(dashboard_map(system, monitoring));
    objects.into_iter().map(Explained::from).collect()
}

/// Whether the chart of the descheduler makes this, or another monitor of the same pods, by the values that it gets. Two monitors
/// would count every eviction twice, and a field that both Helm and kubectl set is a conflict for the next upgrade by Helm 4.
/// Source: kubernetes-sigs/descheduler charts/descheduler/templates/{service,servicemonitor}.yaml at 0.36.0.
pub(crate) fn is_in_chart(object: &Object) -> bool {
    matches!(object, Object::Service(_) | Object::ServiceMonitor(_))
}

fn rules(system: &System, monitoring: &Monitoring) -> Object {
    let plan = &system.plan;
    let groups = rule_groups::groups(system, monitoring);
    if monitoring.has_rule_object() {
        return Object::PrometheusRule(Box::new(Custom {
            api_version: "monitoring.coreos.com/v1".to_owned(),
            kind: "PrometheusRule",
            metadata: own_metadata(plan, monitoring, GENERATOR),
            spec: groups,
        }));
    }
    let mut text = String::new();
    yaml::write(&groups, &mut text);
    Object::ConfigMap(ConfigMap {
        metadata: metadata(plan, ID, RULES, Some(&monitoring.namespace)),
        data: Some(BTreeMap::from([(RULES_KEY.to_owned(), text)])),
        ..ConfigMap::default()
    })
}

fn dashboard_map(system: &System, monitoring: &Monitoring) -> Option<Object> {
    let declared = monitoring.dashboard.as_ref()?;
    let mut metadata = metadata(&system.plan, ID, DASHBOARD, Some(&monitoring.namespace));
    add(&mut metadata, &declared.labels);
    if !declared.annotations.is_empty() {
        let own = declared.annotations.iter();
        let own = own.map(|(key, value)| (key.to_string(), value.to_string()));
        metadata.annotations.get_or_insert_default().extend(own);
    }
    Some(Object::ConfigMap(ConfigMap {
        metadata,
        data: Some(BTreeMap::from([(
            DASHBOARD_KEY.to_owned(),
            dashboard(system)?,
        )])),
        ..ConfigMap::default()
    }))
}
