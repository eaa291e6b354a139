//! What a script of `az` commands cannot do.

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::providers::Cli;

/// Why there can be no script for this configuration.
pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let plan = &system.plan;
    let mut report = Report::default();
    let spec = Pointer::root().child("spec");
    if plan.provider.cli != Cli::AzureCli {
        let message = format!(
            "the format azure-cli is for the provider aks, not for {}",
            plan.provider.title
        );
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&spec.child("provider")))
            .help("set the node groups up with the tools of their own cloud");
        report.push(refusal);
        return report;
    }
    for (at, pool) in bundle.node_pools().iter().enumerate() {
        if pool.nodes.is_none() {
            let message = format!("nothing says how far pool `{}` is scaled", pool.name);
            let location = spec.child("nodePools").child(at).child("name");
            let refusal = Diagnostic::error("format", message)
                .at(document.locate(&location))
                .help("write `nodes: {min: …, max: …}`, or leave the pools out: --skip node-pools");
            report.push(refusal);
        }
    }
    report
}
