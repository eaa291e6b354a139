use std::iter;

use super::known_budgets;
use super::plan::{Dashboard, Monitoring};
use super::staying;
use crate::components::controller::creates_namespace;
use crate::components::descheduler::Descheduler;
use crate::config::{self, Spec};
use crate::defaults;
use crate::kubernetes::Labels;
use crate::manifests::Manifests;
use crate::plan::{Plan, owned_labels};

/// None unless it is asked for.
pub(crate) fn resolve(
    spec: &Spec,
    plan: &Plan,
    descheduler: Option<&Descheduler>,
    manifests: Option<&Manifests>,
) -> Option<Monitoring> {
    let declared = spec.monitoring.as_ref()?;
    if declared.enabled != Some(true) {
        return None;
    }
    let namespace = declared
        .namespace
        .as_ref()
        .map_or(defaults::SYSTEM_NAMESPACE, |name| name.as_str());
    let runbooks = declared
        .runbook_url
        .as_ref()
        .map_or(defaults::RUNBOOK_URL, |address| address.as_str());
    let (indifferent, never_moved) = staying::of(plan, descheduler, manifests);
    Some(Monitoring {
        create_namespace: creates_namespace(spec, namespace),
        namespace: namespace.to_owned(),
        scrape: declared.scrape.unwrap_or_default(),
        labels: owned_labels(declared.labels.clone()),
        runbook_url: runbooks.trim_end_matches('/').to_owned(),
        dashboard: dashboard(declared.dashboard.clone().unwrap_or_default()),
        indifferent,
        budgets: known_budgets::of(plan, manifests),
        never_moved,
    })
}

fn dashboard(declared: config::Dashboard) -> Option<Dashboard> {
    let (key, value) = defaults::DASHBOARD_LABEL;
    let (substitute, disabled) = defaults::UNSUBSTITUTED;
    let own = declared.annotations.iter();
    (declared.enabled != Some(false)).then(|| Dashboard {
        labels: declared.labels.map_or_else(
            || Labels::from([(key.to_owned(), value.to_owned())]),
            owned_labels,
        ),
        // What is declared comes last, and wins.
        annotations: iter::once((substitute.to_owned(), disabled.to_owned()))
            .chain(own.map(|(key, value)| (key.to_string(), value.clone())))
            .collect(),
    })
}
