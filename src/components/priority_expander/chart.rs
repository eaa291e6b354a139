//! Source: kubernetes/autoscaler cluster-autoscaler/charts/cluster-autoscaler at 9.59.0, values.yaml and templates.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::objects::ABOUT;
use crate::components::System;
use crate::components::chart::{Entry, Release};
use crate::components::controller;
use crate::defaults;

pub(super) const CHART: &str = "cluster-autoscaler";

static SOURCE: LazyLock<controller::Chart> = LazyLock::new(|| {
    let (repository, version) = defaults::CLUSTER_AUTOSCALER_CHART;
    controller::chart(None, repository, version)
});

/// Values beside those of whoever installs the autoscaler; none where the provider runs it.
pub(super) fn release(system: &System) -> Option<Release<'_>> {
    let autoscaler = &system.plan.autoscaler;
    if !autoscaler.has_flags() {
        return None;
    }
    let namespace = autoscaler.namespace.as_deref()?;
    let arguments: Map<String, Json> = autoscaler
        .profile
        .iter()
        .map(|(flag, value)| (flag.clone(), json!(value)))
        .collect();
    let mut values = Vec::new();
    if !arguments.is_empty() {
        values.push(Entry::new("extraArgs", arguments).comment(EXTRA));
    }
    let tiers = &autoscaler.priorities;
    if !tiers.is_empty() {
        let tiers = tiers
            .iter()
            .map(|tier| (tier.priority.to_string(), json!(tier.patterns)));
        let tiers: Map<String, Json> = tiers.collect();
        values.push(Entry::new("expanderPriorities", tiers).comment(ABOUT));
    }
    Some(Release {
        chart: CHART,
        source: &SOURCE,
        namespace,
        makes_namespace: false,
        name: CHART.to_owned(),
        summary: "adds nodes, to Spot pools first",
        bare: Vec::new(),
        values,
    })
}

const EXTRA: &str = "These values are not all that the chart needs: pass your own too, for the cloud and the node groups (another -f).\nThe chart \
                     merges these arguments with its own.";
