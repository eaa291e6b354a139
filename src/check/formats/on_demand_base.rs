//! Limits of formats that carry second workloads: each is a copy of a manifest.

use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};
use crate::diagnostic::{Diagnostic, Report};
use crate::load::Document;

pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let mut report = Report::default();
    if !bundle.has(ComponentId::OnDemandBase) {
        return report;
    }
    for workload in &system.plan.workloads {
        let Some(base) = workload.base().filter(|base| base.original.is_none()) else {
            continue;
        };
        let message = format!(
            "`{}` is a copy of the manifest of `{}`, which is not given",
            workload.name, base.of
        );
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&workload.location()))
            .help("pass the workloads' manifests: --from MANIFESTS")
            .help("or leave it out: --skip on-demand-base");
        report.push(refusal);
    }
    report
}
