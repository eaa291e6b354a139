//! Limits of post-renderers of a Flux `HelmRelease`.

use foldhash::{HashMap, HashMapExt as _};

use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report};
use crate::load::Document;
use crate::plan::Workload;

/// Workloads that a target cannot tell apart: it matches kind and name, since most objects in a chart set no namespace.
pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let plan = &system.plan;
    let mut known: HashMap<(Kind, &str), &Workload> = HashMap::new();
    let mut report = Report::default();
    if !bundle.has(ComponentId::Placement) {
        return report;
    }
    let patched = plan.workloads.iter();
    for workload in patched.filter(|workload| workload.base().is_none()) {
        let Some(first) = known.insert((workload.kind, &workload.name), workload) else {
            continue;
        };
        let message = format!(
            "a Flux post-renderer selects by kind and name, so it cannot tell `{}` in namespace `{}` from the one in `{}`",
            workload.name, workload.namespace, first.namespace
        );
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&workload.location()))
            .related(document.locate(&first.location()), "the other workload")
            .help(
                "render each release separately, from a configuration with only its own workloads",
            );
        report.push(refusal);
    }
    report
}
