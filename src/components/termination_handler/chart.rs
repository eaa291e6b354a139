//! Source: maksim-paskal/aks-node-termination-handler charts/aks-node-termination-handler at 1.2.0, values.yaml and
//! templates.

use crate::components::{ComponentId, System};
use serde_json::{Value as Json, json};

use super::objects;
use crate::components::chart::{Entry, Release, annotations_under, data, labels, resources};
use crate::components::monitoring::annotations;
use crate::kubernetes::api_tolerations;

pub(crate) const CHART: &str = "aks-node-termination-handler";

/// The chart has no key for a namespace: everything is installed in the release's.
pub(crate) fn release(system: &System) -> Option<Release<'_>> {
    let plan = &system.plan;
    let handler = system.termination_handler.as_ref()?;
    let (node_labels, affinity) = objects::nodes(plan);
    let mut values = vec![
        Entry::new("fullnameOverride", objects::NAME),
        Entry::new("image", handler.image.as_str()).comment(
            "The chart's default is `latest`, which every node pulls again before it is protected.",
        ),
        Entry::new("imagePullPolicy", "IfNotPresent"),
        Entry::new("args", objects::arguments(handler))
            .comment(objects::about_arguments(plan, handler)),
        Entry::new("priorityClassName", objects::PRIORITY_CLASS)
            .comment("It must be able to preempt other pods on a full node."),
        Entry::new("hostNetwork", handler.host_network),
        Entry::new(
            "nodeSelector",
            data(node_labels),
        )
        .comment(if affinity.is_some() {
            "The handler is a program for Linux."
        } else {
            "Without this, the handler runs on every node."
        }),
        Entry::new(
            "tolerations",
            data(api_tolerations(&handler.tolerations).unwrap_or_default()),
        )
        .comment("This list replaces the chart's default."),
        Entry::new(
            "resources",
            resources(
                &handler.resources,
                [("requests", &["cpu", "memory"]), ("limits", &["memory"])],
            ),
        ),
        Entry::new("securityContext", security(objects::USER)).comment(
            "Merged with the chart's default, which drops all capabilities and makes the root file system read-only.",
        ),
        Entry::new(
            "metrics",
            json!({"addAnnotations": annotations::of_pods(system, objects::PORT, None).is_some()}),
        ),
        Entry::new("commonLabels", labels(plan, ComponentId::TerminationHandler)),
    ];
    let affinity = affinity.map(|affinity| {
        Entry::new("affinity", json!({ "nodeAffinity": affinity })).comment(
            "Spot nodes have one of these labels. Without this, the handler runs on every node.",
        )
    });
    values.extend(affinity);
    values.extend(annotations_under(plan, "commonAnnotations"));
    Some(Release {
        chart: CHART,
        source: &handler.chart,
        namespace: &handler.namespace,
        makes_namespace: handler.create_namespace,
        name: objects::NAME.to_owned(),
        summary: "drains a node before Azure evicts it",
        bare: vec![handler.namespace.as_str()],
        values,
    })
}

fn security(user: i64) -> Json {
    json!({"runAsUser": user, "runAsGroup": user})
}
