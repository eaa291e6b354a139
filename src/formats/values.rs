//! The values of the upstream charts alone, and the descheduler's policy as a file.

use super::{Note, commented, uncarried};
use crate::build::Bundle;
use crate::charts::{ALL, Release};
use crate::components::descheduler::policy_text;
use crate::files::Files;
use crate::plan::Plan;

pub(super) fn files(plan: &Plan, bundle: &Bundle<'_>) -> Files {
    let mut files = Files::default();
    let header = |text: &str| {
        format!(
            "# {}: made by spotgen. Change the configuration, not this file.\n{text}\n",
            plan.name
        )
    };
    for source in ALL.iter().filter(|source| bundle.has(source.component)) {
        for (number, release) in (source.alone)(plan).into_iter().enumerate() {
            let mut text = header(&format!(
                "# The chart {}: {}.",
                release.chart, release.summary
            ));
            let name = file_name(&release, number);
            commented::entries(release.values, None, &mut text);
            files.add(name, text);
        }
    }
    if let Some(descheduler) = plan
        .descheduler
        .as_ref()
        .filter(|_| bundle.has("descheduler"))
    {
        let text = header("# The descheduler's policy, for an installation without its chart.");
        files.add("descheduler-policy.yaml", text + &policy_text(descheduler));
    }
    files
}

/// That of the chart; a release beside the first has its number.
fn file_name(release: &Release<'_>, number: usize) -> String {
    match number {
        0 => format!("{}.yaml", release.chart),
        _ => format!("{}-{}.yaml", release.chart, number + 1),
    }
}

pub(super) fn notes(plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    let mut found = uncarried::notes(
        plan,
        bundle,
        "values of charts do not place the workloads: placement goes into the workloads' own manifests",
    );
    let without_chart: Vec<&str> = [
        "priority-expander",
        "disruption-budgets",
        "proportional-autoscaler",
    ]
    .into_iter()
    .filter(|component| bundle.has(component))
    .collect();
    if !without_chart.is_empty() {
        found.push(Note::new(
            format!("these charts do not bring {}", without_chart.join(", ")),
            format!(
                "spotgen render --only {} | kubectl apply -f -",
                without_chart.join(",")
            ),
        ));
    }
    let overprovisioner = plan.overprovisioner.as_ref();
    let overprovisioner = overprovisioner.filter(|_| bundle.has("overprovisioner"));
    let scaled = overprovisioner.is_some_and(|overprovisioner| {
        let mut placeholders = overprovisioner.placeholders.iter();
        placeholders.any(|placeholder| placeholder.scaling.is_some())
    });
    if scaled {
        found.push(Note::new(
            "the chart cluster-overprovisioner writes a number of replicas, and each upgrade undoes what the proportional autoscaler did",
            "spotgen render --format helm -o DIR, which leaves the number out",
        ));
    }
    found
}
