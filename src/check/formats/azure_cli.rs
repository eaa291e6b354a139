//! Limits of scripts of `az` commands.

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::providers::Cli;

/// Reasons why the script cannot be rendered.
pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let plan = &system.plan;
    let mut report = Report::default();
    let spec = Pointer::root().child("spec");
    if plan.provider.cli != Cli::AzureCli {
        let message = format!(
            "the format azure-cli supports only the provider aks, not {}",
            plan.provider.title
        );
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&spec.child("provider")))
            .help("set up the node groups with the tools of your cloud");
        report.push(refusal);
        return report;
    }
    for (at, pool) in bundle.node_pools().iter().enumerate() {
        if pool.nodes.is_none() {
            let message = format!("node pool `{}` has no scaling limits", pool.name);
            let location = spec.child("nodePools").child(at).child("name");
            let refusal = Diagnostic::error("format", message)
                .at(document.locate(&location))
                .help("write `nodes: {min: …, max: …}`, or skip all node pools: --skip node-pools");
            report.push(refusal);
        }
    }
    report
}
