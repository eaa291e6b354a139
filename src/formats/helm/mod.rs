//! A Helm umbrella chart: the upstream charts, and templates for everything that they do not install.
//!
//! Everything that varies is in the values. The templates are the same for every user and contain no user input. A
//! template is written if its values are.

mod chart;
mod home;
mod readme;
mod release_namespace;
mod schema;
mod values;

use super::format::{Format, Writer};
use super::note::Note;
use super::uncarried;
use crate::check;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::chart::Release;
use crate::components::monitoring::dashboard;
use crate::files::Files;
use home::home;

pub(super) const FORMAT: Format = Format {
    name: "helm",
    about: "A directory with a Helm chart: the upstream charts, and everything that they do not install",
    writer: Writer::Directory(files),
    reads_workloads: true,
    refusals: Some(check::formats::on_demand_base::refusals),
    notes,
};

/// The templates, each with its section of the values.
const TEMPLATES: [(&str, &str, &str); 8] = [
    (
        "namespaces",
        "templates/namespaces.yaml",
        include_str!("../../../templates/helm/templates/namespaces.yaml"),
    ),
    (
        "priorityExpander",
        "templates/priority-expander.yaml",
        include_str!("../../../templates/helm/templates/priority-expander.yaml"),
    ),
    (
        "disruptionBudgets",
        "templates/disruption-budgets.yaml",
        include_str!("../../../templates/helm/templates/disruption-budgets.yaml"),
    ),
    (
        "onDemandBase",
        "templates/on-demand-base.yaml",
        include_str!("../../../templates/helm/templates/on-demand-base.yaml"),
    ),
    (
        "overprovisioner",
        "templates/placeholders.yaml",
        include_str!("../../../templates/helm/templates/placeholders.yaml"),
    ),
    (
        "proportionalAutoscaler",
        "templates/proportional-autoscaler.yaml",
        include_str!("../../../templates/helm/templates/proportional-autoscaler.yaml"),
    ),
    (
        "descheduler",
        "templates/descheduler-budget.yaml",
        include_str!("../../../templates/helm/templates/descheduler-budget.yaml"),
    ),
    (
        "monitoring",
        "templates/monitoring.yaml",
        include_str!("../../../templates/helm/templates/monitoring.yaml"),
    ),
];
const HELPERS: &str = include_str!("../../../templates/helm/templates/_helpers.tpl");
const NOTES: &str = include_str!("../../../templates/helm/templates/NOTES.txt");
const IGNORED: &str = include_str!("../../../templates/helm/.helmignore");

fn files(system: &System, bundle: &Bundle<'_>) -> Files {
    let plan = &system.plan;
    let mut files = Files::default();
    let releases = releases(system, bundle);
    let sections = values::sections(system, bundle);
    if releases.is_empty() && sections.is_empty() {
        return files;
    }
    let has = |section: &str| {
        sections.iter().any(|found| found.key == section)
            || releases.iter().any(|release| release.chart == section)
    };
    let home = home(system, bundle);
    files.add("Chart.yaml", chart::metadata(plan, &releases));
    if !releases.is_empty() {
        files.add("Chart.lock", chart::lock(&releases));
    }
    files.add("values.schema.json", schema::text(has));
    for (section, path, text) in TEMPLATES {
        if has(section) {
            files.add(path, text);
        }
    }
    if has("monitoring")
        && let Some(dashboard) = dashboard(&release_namespace::in_release(system, bundle))
    {
        files.add("files/dashboard.json", dashboard);
    }
    files.add("templates/_helpers.tpl", HELPERS);
    files.add("templates/NOTES.txt", NOTES);
    files.add(".helmignore", IGNORED);
    let readme = readme::text(plan, &home, !releases.is_empty(), has);
    files.add("README.md", readme);
    let text = values::text(plan, &home, releases, sections);
    files.add("values.yaml", text);
    files
}

fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let mut found = uncarried::notes(
        system,
        bundle,
        "this chart does not change the workloads: add placement to their own manifests",
    );
    let releases = releases(system, bundle);
    found.extend(uncarried::misread(&releases));
    let home = home(system, bundle);
    let handler = system.termination_handler.as_ref();
    if let Some(handler) = handler.filter(|_| bundle.has(ComponentId::TerminationHandler))
        && handler.namespace != home.namespace
    {
        let message = format!(
            "the termination handler will be installed in {} instead of {}: its chart supports no namespace but the release's",
            home.namespace, handler.namespace
        );
        found.push(Note::new(
            message,
            "skip it here with --skip termination-handler, and install it with the format `values`",
        ));
    }
    for release in &releases {
        let removed = release.removed();
        if !removed.is_empty() {
            let message = format!(
                "Helm 4 keeps the default {} of the chart {}, which the configuration does not set",
                removed.join(" and "),
                release.chart
            );
            found.push(Note::new(
                message,
                "set it in the configuration, or set it to null in a values file of your own",
            ));
        }
    }
    found
}

fn releases<'p>(system: &'p System, bundle: &Bundle<'_>) -> Vec<Release<'p>> {
    bundle
        .charts()
        .filter_map(|chart| (chart.inside)(system))
        .collect()
}
