//! Source: deliveryhero/helm-charts stable/cluster-overprovisioner at 0.7.14, values.yaml and templates.
//!
//! What it cannot say: a second priority class; a class that does not preempt; replicas that an autoscaler drives, for
//! it writes a number into every manifest, and each upgrade would undo what the autoscaler did (with Helm 4 it fails,
//! for the field is another's); a grace of 0 seconds, which it takes for no value.

use crate::components::System;
use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::objects;
use crate::components::chart::{
    Entry, PLACEHOLDER_LABEL, Release, annotations, data, image, labels, reads_as_text,
    release_name,
};
use crate::components::overprovisioner::kept::Kept;
use crate::components::overprovisioner::{Overprovisioner, Placeholder, PriorityClass, Target};
use crate::config::{Capacity, PlaceholderSpread};
use crate::kubernetes::{Labels, api_tolerations, restricted_container, restricted_pod};
use crate::plan::Plan;

pub(super) const CHART: &str = "cluster-overprovisioner";

/// The placeholders that the chart can carry in one release: those of one class that no autoscaler drives. It is the
/// lowest class, and among the pods that share its nodes no placeholder is lower: the chart's class may preempt.
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
            // The chart writes them without quotes.
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

/// The placeholders that the chart can carry beside other objects of the same release.
pub(crate) fn inside(system: &System) -> Option<Release<'_>> {
    let plan = &system.plan;
    let overprovisioner = system.overprovisioner.as_ref()?;
    let account = json!({"create": false, "name": overprovisioner.name});
    release(plan, overprovisioner, &carried(system), account)
}

/// A release for each priority class, the lowest first: all placeholders, as well as the chart can carry them.
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
        .comment("The chart's own is the default of the whole cluster, of which there can be only one."),
        Entry::new(
            "priorityClassOverprovision",
            json!({"name": class.name, "value": priority(class.value)}),
        )
            .comment("Its value can never be changed: another value takes another name."),
        Entry::new("terminationGracePeriodSeconds", 1)
            .comment("The chart takes 0 for no value, and pods would get 30."),
        Entry::new("serviceAccount", account)
            .comment("Placeholders never speak to the API: no token for them."),
        Entry::new("podSecurityContext", data(restricted_pod(objects::USER))),
        Entry::new("containerSecurityContext", data(restricted_container())),
        Entry::new("extraLabels", labels(plan)),
        Entry::new("deployments", deployments).comment(with_kept(
            plan,
            placeholders,
            "A list is replaced whole: whoever overrides it copies each item whole, with its requests, its pin and its\ntolerations.",
        )),
    ];
    Some(Release {
        chart: CHART,
        source: &overprovisioner.chart,
        namespace: &overprovisioner.namespace,
        makes_namespace: overprovisioner.create_namespace,
        name: release_name(&overprovisioner.name),
        summary: "placeholder pods that hold room and bring nodes up",
        bare,
        values,
    })
}

/// A comment, and below it what the replicas of each placeholder keep running.
pub(crate) fn with_kept(plan: &Plan, placeholders: &[&Placeholder], comment: &str) -> String {
    let kept = placeholders.iter().filter_map(|placeholder| {
        let kept = Kept::said(plan, placeholder)?;
        Some(format!("{}: {kept}", placeholder.name))
    });
    let lines: Vec<String> = std::iter::once(comment.to_owned()).chain(kept).collect();
    lines.join("\n")
}

/// Go's templates write a number from a million on as `1e+06`, which is no integer to Kubernetes, and text as it is.
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

/// Where an autoscaler drives them, the least that it makes: one that has not started yet leaves them.
fn replicas(placeholder: &Placeholder) -> i64 {
    match &placeholder.scaling {
        Some(scaling) => scaling.control.least(),
        None => i64::from(placeholder.replicas.unwrap_or(1)),
    }
}
