//! The section of budgets in spotgen's own Helm chart.

use serde_json::{Map, Value as Json, json};

use crate::components::System;
use crate::components::chart::{Entry, Section};

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let mut budgets: Map<String, Json> = Map::new();
    for workload in &plan.workloads {
        let Some(budget) = &workload.disruption_budget else {
            continue;
        };
        let mut written = json!(budget);
        if let Json::Object(keys) = &mut written {
            keys.shift_remove("name");
        }
        written["matchLabels"] = json!(workload.budget_selector());
        let namespace = budgets
            .entry(workload.namespace.as_str())
            .or_insert_with(|| json!({}));
        namespace[budget.name.as_str()] = written;
    }
    (!budgets.is_empty()).then(|| Section {
        key: "disruptionBudgets",
        comment: "PodDisruptionBudgets: how many pods of a workload a drain may evict at once. Kubernetes rounds a percentage up to whole\npods.",
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("budgets", budgets).comment("By namespace and name."),
        ],
    })
}
