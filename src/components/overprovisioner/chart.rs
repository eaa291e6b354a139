//! Source: deliveryhero/helm-charts stable/cluster-overprovisioner at 0.7.14, values.yaml and templates.
//!
//! The chart does not support a second priority class; a class that does not preempt; replicas that an autoscaler
//! controls, since it always writes a number, so each upgrade would undo the autoscaler's scaling (with Helm 4 the
//! upgrade fails, because another manager owns the field); a grace period of 0 s, which it treats as unset.

use crate::components::{ComponentId, System};
use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::objects;
use crate::components::chart::{
    Entry, PLACEHOLDER_LABEL, Release, annotations, data, image, labels, reads_as_text,
    release_name,
};
use crate::components::overprovisioner::explain;
use crate::components::overprovisioner::{Overprovisioner, Placeholder, PriorityClass, Target};
use crate::config::{Capacity, PlaceholderSpread};
use crate::kubernetes::{Labels, api_tolerations, restricted_container, restricted_pod};
use crate::plan::Plan;

pub(super) const CHART: &str = "cluster-overprovisioner";

/// The placeholders that fit in one release of the chart: those of one class that no autoscaler controls. It is the
/// lowest class, and no placeholder on the same nodes has a lower one: the chart's class may preempt.
pub(crate) fn carried(system: &System) -> Vec<&Placeholder> {
    let plan = &system.plan;
    let Some(overprovisioner) = &system.overprovisioner else {
        return Vec::new();
    };
    let all = &overprovisioner.placeholders;
    let preempts = |placeholder: &Placeholder| {
        all.iter().any(|other| {
            other.priority_class.value < placeholder.priority_class.value
                && share_nodes(plan, &other.target, &placeholder.target)
        })
    };
    let suited: Vec<&Placeholder> = all
        .iter()
        .filter(|placeholder| placeholder.scaling.is_none() && !preempts(placeholder))
        .filter(|placeholder| {
            // The chart writes these names without quotes.
            [
                &overprovisioner.name,
                &placeholder.name,
                &placeholder.priority_class.name,
            ]
            .into_iter()
            .all(|name| reads_as_text(name))
        })
        .collect();
    let class = |placeholder: &&Placeholder| {
        let PriorityClass { name, value } = &placeholder.priority_class;
        (*value, name.clone())
    };
    let lowest = suited.iter().map(class).min();
    suited
        .into_iter()
        .filter(|placeholder| Some(class(placeholder)) == lowest)
        .collect()
}

fn share_nodes(plan: &Plan, one: &Target, other: &Target) -> bool {
    let pools = |target: &Target| -> BTreeSet<&str> {
        plan.node_pools
            .iter()
            .filter(|pool| match target {
                Target::Spot => pool.capacity == Capacity::Spot,
                Target::Pools(names) => names.contains(&pool.name),
            })
            .map(|pool| pool.name.as_str())
            .collect()
    };
    !pools(one).is_disjoint(&pools(other))
}

/// The chart's release within the umbrella chart, for the placeholders that it supports.
pub(crate) fn inside(system: &System) -> Option<Release<'_>> {
    let plan = &system.plan;
    let overprovisioner = system.overprovisioner.as_ref()?;
    let account = json!({"create": false, "name": overprovisioner.name});
    release(plan, overprovisioner, &carried(system), account)
}

/// One release per priority class, the lowest first, with all placeholders, as far as the chart supports them.
pub(crate) fn alone(system: &System) -> Vec<Release<'_>> {
    let plan = &system.plan;
    let Some(overprovisioner) = &system.overprovisioner else {
        return Vec::new();
    };
    let class = |placeholder: &Placeholder| {
        let PriorityClass { name, value } = &placeholder.priority_class;
        (*value, name.clone())
    };
    let placeholders = &overprovisioner.placeholders;
    let classes: BTreeSet<(i32, String)> = placeholders.iter().map(class).collect();
    let releases = classes.into_iter().enumerate().filter_map(|(number, of)| {
        let placeholders: Vec<&Placeholder> = placeholders
            .iter()
            .filter(|placeholder| class(placeholder) == of)
            .collect();
        let suffix = match number {
            0 => String::new(),
            _ => format!("-{}", number + 1),
        };
        let account = format!("{}{suffix}", overprovisioner.name);
        let account =
            json!({"create": true, "name": account, "automountServiceAccountToken": false});
        let mut release = release(plan, overprovisioner, &placeholders, account)?;
        release.name.push_str(&suffix);
        Some(release)
    });
    releases.collect()
}

fn release<'p>(
    plan: &'p Plan,
    overprovisioner: &'p Overprovisioner,
    placeholders: &[&'p Placeholder],
    account: Json,
) -> Option<Release<'p>> {
    let class = &placeholders.first()?.priority_class;
    let mut bare = vec![
        overprovisioner.namespace.as_str(),
        overprovisioner.name.as_str(),
        class.name.as_str(),
    ];
    bare.extend(
        placeholders
            .iter()
            .map(|placeholder| placeholder.name.as_str()),
    );
    let deployments: Vec<Json> = placeholders
        .iter()
        .map(|placeholder| deployment(plan, placeholder))
        .collect();
    let values = vec![
        Entry::new("fullnameOverride", overprovisioner.name.as_str()),
        Entry::new("image", image(&overprovisioner.image)),
        Entry::new(
            "priorityClassDefault",
            json!({"enabled": false}),
        )
        .comment("The chart's class would be the default of the whole cluster, and a cluster can have only one."),
        Entry::new(
            "priorityClassOverprovision",
            json!({"name": class.name, "value": priority(class.value)}),
        )
            .comment("The value is immutable: to change it, choose another name."),
        Entry::new("terminationGracePeriodSeconds", 1)
            .comment("The chart treats 0 as unset, and pods would get 30 s."),
        Entry::new("serviceAccount", account)
            .comment("Placeholders never call the Kubernetes API, so they get no token."),
        Entry::new("podSecurityContext", data(restricted_pod(objects::USER))),
        Entry::new("containerSecurityContext", data(restricted_container())),
        Entry::new("extraLabels", labels(plan, ComponentId::Overprovisioner)),
        Entry::new("deployments", deployments).comment(with_kept(
            plan,
            placeholders,
            "Lists are replaced as a whole: to override one, copy every item with its requests, node selector or affinity, and\ntolerations.",
        )),
    ];
    Some(Release {
        chart: CHART,
        source: &overprovisioner.chart,
        namespace: &overprovisioner.namespace,
        makes_namespace: overprovisioner.create_namespace,
        name: release_name(&overprovisioner.name),
        summary: "placeholder pods that reserve capacity and trigger scale-ups",
        bare,
        values,
    })
}

/// A comment, followed by the nodes that the replicas of each placeholder keep running.
pub(crate) fn with_kept(plan: &Plan, placeholders: &[&Placeholder], comment: &str) -> String {
    let kept = placeholders.iter().filter_map(|placeholder| {
        let kept = explain::count(plan, placeholder)?;
        Some(format!("{}: {kept}", placeholder.name))
    });
    let lines: Vec<String> = std::iter::once(comment.to_owned()).chain(kept).collect();
    lines.join("\n")
}

/// Go templates write numbers from a million on as `1e+06`, which Kubernetes rejects as an integer; strings stay as
/// they are.
/// Source: golang/go src/strconv/ftoa.go, `FormatFloat` with the format `g`.
fn priority(value: i32) -> Json {
    if value.unsigned_abs() < 1_000_000 {
        json!(value)
    } else {
        json!(value.to_string())
    }
}

/// An item of the chart's list.
fn deployment(plan: &Plan, placeholder: &Placeholder) -> Json {
    let (node_selector, node_affinity) = objects::pin(plan, &placeholder.target);
    let labels = Labels::from([(PLACEHOLDER_LABEL.to_owned(), placeholder.name.clone())]);
    let is_alone = placeholder.spread == PlaceholderSpread::OnePerNode;
    let affinity = objects::affinity(node_affinity, is_alone.then_some(labels));
    let mut item = json!({
        "name": placeholder.name,
        "replicaCount": replicas(placeholder),
        "resources": objects::resources(placeholder),
    });
    let mut set = |key: &str, value: Json| item[key] = value;
    if !plan.common_annotations.is_empty() {
        set("annotations", annotations(plan));
    }
    if !node_selector.is_empty() {
        set("nodeSelector", data(node_selector));
    }
    if let Some(affinity) = affinity {
        set("affinity", data(affinity));
    }
    if let Some(tolerations) = api_tolerations(&placeholder.tolerations) {
        set("tolerations", data(tolerations));
    }
    item
}

/// The replicas; if an autoscaler controls them, its minimum, which applies until the autoscaler has started.
fn replicas(placeholder: &Placeholder) -> i64 {
    match &placeholder.scaling {
        Some(scaling) => scaling.control.least(),
        None => i64::from(placeholder.replicas.unwrap_or(1)),
    }
}
