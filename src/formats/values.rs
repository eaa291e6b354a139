//! The values of the upstream charts, and the descheduler's policy as a file.

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::text::documents;
use super::{commented, uncarried};
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::components::chart::Release;
use crate::components::descheduler::policy;
use crate::components::monitoring;
use crate::components::objects::level_of;
use crate::files::Files;
use crate::kubernetes::ENFORCED_LABEL;
use crate::values::shell;
use crate::values::words::all_of;

pub(super) const FORMAT: Format = Format {
    name: "values",
    about: "A directory with values files for the upstream charts, and the descheduler's policy",
    writer: Writer::Directory(files),
    reads_workloads: true,
    refusals: None,
    notes,
};

/// The file of objects beside those of values.
const MONITORING: &str = "monitoring.yaml";

fn files(system: &System, bundle: &Bundle<'_>) -> Files {
    let plan = &system.plan;
    let mut files = Files::default();
    let header = head(plan);
    for chart in bundle.charts() {
        for (number, release) in (chart.alone)(system).into_iter().enumerate() {
            let name = file_name(&release, number);
            let mut text = header.clone();
            let about = format!(
                "Values of the chart {}: {}.",
                release.chart, release.summary
            );
            commented::comment(&about, 0, &mut text);
            if let Some(command) = command(&release, &name) {
                commented::comment(&command, 0, &mut text);
            }
            if release.makes_namespace {
                commented::comment(&labelling(system, release.namespace), 0, &mut text);
            }
            text.push('\n');
            commented::entries(release.values, None, &mut text);
            files.add(name, text);
        }
    }
    if let Some(text) = beside_charts(bundle, &header) {
        files.add(MONITORING, text);
    }
    let descheduler = system.descheduler.as_ref();
    if let Some(descheduler) = descheduler.filter(|_| bundle.has(ComponentId::Descheduler)) {
        let mut text = header;
        let about = "The descheduler's policy, for installations without its Helm chart.";
        commented::comment(about, 0, &mut text);
        text.push('\n');
        text.push_str(&policy::text(&system.plan, descheduler));
        files.add("descheduler-policy.yaml", text);
    }
    files
}

/// The objects of monitoring that no chart makes; `None` if there is no monitoring.
fn beside_charts(bundle: &Bundle<'_>, header: &str) -> Option<String> {
    let mut all = bundle.objects_by_component();
    let (_, mut made) = all.find(|(id, _)| *id == ComponentId::Monitoring)?;
    if bundle.has(ComponentId::Descheduler) {
        made.retain(|made| !monitoring::is_in_chart(&made.value));
    }
    if made.is_empty() {
        return None;
    }
    let mut head = header.to_owned();
    let about = "The objects of monitoring that no chart makes. Apply them after the charts:";
    commented::comment(about, 0, &mut head);
    commented::comment(&format!("kubectl apply -f {MONITORING}"), 0, &mut head);
    Some(documents(&head, &made))
}

/// The command that installs a release; `None` if it would not fit on one line.
fn command(release: &Release<'_>, file: &str) -> Option<String> {
    let repository = release.source.repository.as_str();
    let chart = if repository.starts_with("oci://") {
        shell::word(&format!(
            "{}/{}",
            repository.trim_end_matches('/'),
            release.chart
        ))
    } else {
        format!("{} --repo {}", release.chart, shell::word(repository))
    };
    let namespace = if release.makes_namespace {
        format!("{} --create-namespace", release.namespace)
    } else {
        release.namespace.to_owned()
    };
    let command = format!(
        "helm upgrade --install {} {chart} --version {} --namespace {namespace} -f {file}",
        release.name,
        shell::word(&release.source.version),
    );
    let stays = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    command.chars().all(stays).then_some(command)
}

/// The command that labels the namespace, since Helm creates it without labels.
fn labelling(system: &System, namespace: &str) -> String {
    let level = level_of(system, namespace);
    format!("kubectl label namespace {namespace} {ENFORCED_LABEL}={level}")
}

/// The name of the chart, with a number for each further release.
fn file_name(release: &Release<'_>, number: usize) -> String {
    match number {
        0 => format!("{}.yaml", release.chart),
        _ => format!("{}-{}.yaml", release.chart, number + 1),
    }
}

fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let plan = &system.plan;
    let releases: Vec<Release<'_>> = bundle
        .charts()
        .flat_map(|chart| (chart.alone)(system))
        .collect();
    let mut found = uncarried::beside_values(
        system,
        bundle,
        "these values do not change the workloads: add placement to their own manifests",
    );
    found.extend(uncarried::without_bases(system, bundle));
    found.extend(uncarried::misread(&releases));
    let mut workloads = plan.workloads.iter();
    let without_chart: Vec<&str> = [
        (
            ComponentId::PriorityExpander,
            !plan.autoscaler.priorities.is_empty() && !plan.autoscaler.has_flags(),
        ),
        (
            ComponentId::DisruptionBudgets,
            workloads.any(|workload| workload.disruption_budget.is_some()),
        ),
        (
            ComponentId::ProportionalAutoscaler,
            system.proportional_autoscaler.is_some(),
        ),
    ]
    .into_iter()
    .filter(|(component, makes_something)| *makes_something && bundle.has(*component))
    .map(|(component, _)| component.name())
    .collect();
    if !without_chart.is_empty() {
        found.push(Note::new(
            format!(
                "no upstream chart installs {}: apply them separately",
                without_chart.join(", ")
            ),
            format!(
                "spotgen render --only {} | kubectl apply -f -",
                without_chart.join(",")
            ),
        ));
    }
    found.extend(monitoring(system, bundle));
    let overprovisioner = system.overprovisioner.as_ref();
    let overprovisioner = overprovisioner.filter(|_| bundle.has(ComponentId::Overprovisioner));
    let scaled = overprovisioner.is_some_and(|overprovisioner| {
        let mut placeholders = overprovisioner.placeholders.iter();
        placeholders.any(|placeholder| placeholder.scaling.is_some())
    });
    if scaled {
        found.push(Note::new(
            "the chart cluster-overprovisioner always sets `replicas`, so each upgrade undoes the scaling of the proportional autoscaler: use a chart that omits `replicas`",
            "spotgen render --format helm -o DIR",
        ));
    }
    found
}

/// What no chart has of monitoring.
fn monitoring(system: &System, bundle: &Bundle<'_>) -> Option<Note> {
    let monitoring = system.monitoring.as_ref()?;
    if !bundle.has(ComponentId::Monitoring) {
        return None;
    }
    let handler = system.termination_handler.as_ref();
    let parts = [
        Some("the rules"),
        monitoring.dashboard.as_ref().map(|_| "the dashboard"),
        handler
            .and(monitoring.monitors())
            .map(|_| "the PodMonitor of the termination handler"),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    Some(Note::new(
        format!(
            "no upstream chart installs {}: they are in {MONITORING}, to be applied after the charts",
            all_of(&parts)
        ),
        format!("kubectl apply -f DIR/{MONITORING}"),
    ))
}
