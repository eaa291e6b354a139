//! The Grafana dashboard.
//!
//! Source of the format: grafana/grafana `kinds/dashboard/dashboard_kind.cue` at schema version 39; the conventions are those
//! of kubernetes-monitoring/kubernetes-mixin.

mod evictions;
mod panel;
mod rows;
mod variables;

use serde_json::{Value as Json, json};

use crate::components::System;

/// Grafana knows the dashboard by it, whatever its title.
const UID: &str = "spotgen";

/// The dashboard as JSON, with a panel for each part that the system has; none where none is wanted.
pub(crate) fn dashboard(system: &System) -> Option<String> {
    system.monitoring.as_ref()?.dashboard.as_ref()?;
    let mut panels = Vec::new();
    let mut place = panel::Place::default();
    for row in rows::all(system) {
        row.write(&mut place, &mut panels);
    }
    let dashboard = json!({
        "uid": UID,
        "title": "Spot failover and failback",
        "description": "Where the pods are that belong on Spot, and how they move.",
        "tags": ["spotgen"],
        "timezone": "",
        "editable": false,
        "graphTooltip": 1,
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": variables::all()},
        "panels": Json::Array(panels),
    });
    let mut text = serde_json::to_string_pretty(&dashboard).expect("data is JSON");
    text.push('\n');
    Some(text)
}
