//! values.yaml: what the upstream charts are told, and the data of our own templates.

use serde_json::json;

use super::home::Home;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::chart::{Entry, Release, Section};
use crate::formats::commented;
use crate::plan::Plan;

pub(super) fn text(
    plan: &Plan,
    home: &Home<'_>,
    releases: Vec<Release<'_>>,
    sections: Vec<Section>,
) -> String {
    let mut out = format!(
        "# {}: made by spotgen. Change the configuration, or lay a file of your own over this one.\n\n",
        plan.name
    );
    let mut common =
        vec![Entry::new("releaseNamespace", home.namespace).comment(
            "Where the configuration wants the release. Not a switch: NOTES.txt compares.",
        )];
    if let Some(level) = home.level {
        common.push(Entry::new("podSecurity", level).comment(
            "What its pods can live with, for that namespace's label pod-security.kubernetes.io/enforce.",
        ));
    }
    if !plan.common_labels.is_empty() {
        common.push(Entry::new("commonLabels", json!(plan.common_labels)));
    }
    if !plan.common_annotations.is_empty() {
        common.push(Entry::new(
            "commonAnnotations",
            json!(plan.common_annotations),
        ));
    }
    commented::entries(common, None, &mut out);
    for section in sections {
        out.push('\n');
        commented::comment(section.comment, 0, &mut out);
        commented::entries(section.entries, Some(section.key), &mut out);
    }
    for release in releases {
        out.push('\n');
        let title = format!("The chart {}: {}.", release.chart, release.summary);
        commented::comment(&title, 0, &mut out);
        let enabled = std::iter::once(Entry::new("enabled", true));
        let entries = enabled.chain(release.values).collect();
        commented::entries(entries, Some(release.chart), &mut out);
    }
    out
}

/// The sections that have anything in them.
pub(super) fn sections(system: &System, bundle: &Bundle<'_>) -> Vec<Section> {
    let namespaces = bundle
        .has(ComponentId::ProportionalAutoscaler)
        .then(|| namespaces(system));
    let chosen = ComponentId::ALL.into_iter().filter(|id| bundle.has(*id));
    let own = chosen.filter_map(|id| id.component().section?(system));
    namespaces.flatten().into_iter().chain(own).collect()
}

/// Namespaces that are made, but for the release's: that one is there before.
fn namespaces(system: &System) -> Option<Section> {
    let autoscaler = system.proportional_autoscaler.as_ref()?;
    let is_the_release = system
        .overprovisioner
        .as_ref()
        .is_none_or(|overprovisioner| overprovisioner.namespace == autoscaler.namespace);
    (autoscaler.create_namespace && !is_the_release).then(|| Section {
        key: "namespaces",
        comment: "Namespaces that the chart makes, with the Pod Security Standard that each enforces.",
        entries: vec![Entry::new(
            autoscaler.namespace.as_str(),
            json!({"podSecurity": crate::kubernetes::RESTRICTED}),
        )],
    })
}
