//! values.yaml: what the upstream charts are told, and the data of our own templates.

use serde_json::{Map, Value as Json, json};

use super::home::Home;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::chart::{Entry, Release};
use crate::components::overprovisioner::chart::{carried, with_kept};
use crate::components::overprovisioner::objects::pod_of;
use crate::components::overprovisioner::{Overprovisioner, Placeholder};
use crate::components::proportional_autoscaler::objects::node_labels;
use crate::components::proportional_autoscaler::{Control, ProportionalAutoscaler};
use crate::formats::commented;
use crate::kubernetes::api_tolerations;
use crate::plan::Plan;

/// The part of values.yaml that one of our own templates is for.
pub(super) struct Section {
    pub(super) key: &'static str,
    comment: &'static str,
    entries: Vec<Entry>,
}

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
    let chosen = |component: ComponentId, section: fn(&System) -> Option<Section>| {
        bundle.has(component).then(|| section(system)).flatten()
    };
    [
        chosen(ComponentId::ProportionalAutoscaler, namespaces),
        chosen(ComponentId::PriorityExpander, priority_expander),
        chosen(ComponentId::DisruptionBudgets, disruption_budgets),
        chosen(ComponentId::Overprovisioner, placeholders),
        chosen(
            ComponentId::ProportionalAutoscaler,
            proportional_autoscalers,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
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

fn priority_expander(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let namespace = plan.provider.cluster_autoscaler.expander_namespace?;
    let tiers = &plan.autoscaler.priorities;
    let priorities: Map<String, Json> = tiers
        .iter()
        .map(|tier| (tier.priority.to_string(), json!(tier.patterns)))
        .collect();
    (!tiers.is_empty()).then(|| Section {
        key: "priorityExpander",
        comment: "The cluster autoscaler grows the node groups of the highest number first. The patterns are Go's.",
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("namespace", namespace).comment("Where the cluster autoscaler runs."),
            Entry::new("priorities", priorities),
        ],
    })
}

fn disruption_budgets(system: &System) -> Option<Section> {
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
        written["matchLabels"] = json!(workload.selector);
        let namespace = budgets
            .entry(workload.namespace.as_str())
            .or_insert_with(|| json!({}));
        namespace[budget.name.as_str()] = written;
    }
    (!budgets.is_empty()).then(|| Section {
        key: "disruptionBudgets",
        comment: "How many pods of a workload may go at once in a drain.",
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("budgets", budgets).comment("By namespace and name."),
        ],
    })
}

fn placeholders(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let found = system.overprovisioner.as_ref()?;
    let carried = carried(system);
    let is_carried = |placeholder: &Placeholder| {
        carried
            .iter()
            .any(|carried| carried.name == placeholder.name)
    };
    let own: Vec<&Placeholder> = found
        .placeholders
        .iter()
        .filter(|placeholder| !is_carried(placeholder))
        .collect();
    let classes: Map<String, Json> = own
        .iter()
        .map(|placeholder| &placeholder.priority_class)
        .map(|class| (class.name.clone(), json!(class.value)))
        .collect();
    let placeholders: Map<String, Json> = own
        .iter()
        .map(|placeholder| {
            (
                found.deployment(placeholder),
                deployment(plan, found, placeholder),
            )
        })
        .collect();
    let mut entries = vec![
        Entry::new("enabled", !own.is_empty()),
        Entry::new("serviceAccountName", found.name.as_str())
            .comment("Made here for all placeholders, without a token."),
        Entry::new("image", found.image.as_str()),
    ];
    if !own.is_empty() {
        entries.extend([
            Entry::new("priorityClasses", classes)
                .comment("Values by name. A value can never be changed: another value takes another name."),
            Entry::new("placeholders", placeholders)
                .comment(with_kept(
                    plan,
                    &own,
                    "By the name of the Deployment. No replicas are written where an autoscaler drives them.",
                )),
        ]);
    }
    Some(Section {
        key: "overprovisioner",
        comment: "Placeholders that the chart cluster-overprovisioner cannot carry: it has one priority class, which may\npreempt, and it writes replicas even where an autoscaler drives them.",
        entries,
    })
}

fn deployment(plan: &Plan, found: &Overprovisioner, placeholder: &Placeholder) -> Json {
    let spec = pod_of(plan, found, placeholder);
    let mut written = Map::new();
    let mut set = |key: &str, value: Json| {
        if !value.is_null() {
            written.insert(key.to_owned(), value);
        }
    };
    set("replicas", json!(placeholder.replicas));
    set("requests", json!(placeholder.requests));
    set("priorityClassName", json!(placeholder.priority_class.name));
    set("nodeSelector", json!(spec.node_selector));
    set("affinity", json!(spec.affinity));
    set("tolerations", json!(spec.tolerations));
    Json::Object(written)
}

fn proportional_autoscalers(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let found = system.overprovisioner.as_ref()?;
    let autoscaler = system.proportional_autoscaler.as_ref()?;
    let scalers: Map<String, Json> = found
        .placeholders
        .iter()
        .filter_map(|placeholder| scaler(plan, found, placeholder))
        .collect();
    let mut entries = vec![Entry::new("enabled", true)];
    entries.extend(autoscaler_namespace(found, autoscaler));
    entries.extend([
        Entry::new("image", autoscaler.image.as_str()),
        Entry::new("resources", json!(autoscaler.resources)),
    ]);
    if let Some(tolerations) = api_tolerations(&plan.on_demand_tolerations) {
        entries.push(Entry::new("tolerations", json!(tolerations)));
    }
    entries.push(
        Entry::new("scalers", scalers)
            .comment("By name. Each has the parameters of one way of counting: linear or ladder."),
    );
    Some(Section {
        key: "proportionalAutoscaler",
        comment: "Autoscalers that drive the replicas of placeholders.",
        entries,
    })
}

/// It follows the release where it is to be with the placeholders.
fn autoscaler_namespace(
    found: &Overprovisioner,
    autoscaler: &ProportionalAutoscaler,
) -> Option<Entry> {
    (autoscaler.namespace != found.namespace)
        .then(|| Entry::new("namespace", autoscaler.namespace.as_str()))
}

fn scaler(
    plan: &Plan,
    found: &Overprovisioner,
    placeholder: &Placeholder,
) -> Option<(String, Json)> {
    let scaling = placeholder.scaling.as_ref()?;
    let mut written = json!({
        "target": found.deployment(placeholder),
        "configMap": scaling.config_map,
        "nodeLabels": node_labels(plan, &scaling.counting),
    });
    match &scaling.control {
        Control::Linear(linear) => written["linear"] = json!(linear),
        Control::Ladder(ladder) => written["ladder"] = json!(ladder),
    }
    Some((scaling.name.clone(), written))
}
