//! Limits of scripts of `az` commands.

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::config::pointers;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::kubernetes::Taint;
use crate::load::Document;
use crate::providers::{Cli, TaintValue};

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
        if plan.provider.taints.value == TaintValue::Required {
            for taint in pool.taints.iter().filter(|taint| taint.value.is_none()) {
                report.push(without_value(taint, &pool.name, at, document));
            }
        }
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

/// A taint that the tool does not take, though the API does.
/// Source: azure-cli `command_modules/acs/_validators.py`, `validate_taint`.
fn without_value(taint: &Taint, pool: &str, at: usize, document: &Document<'_>) -> Diagnostic {
    let message =
        format!("`az` does not accept the taint {taint} of node pool `{pool}`: it has no value");
    Diagnostic::error("format", message)
        .at(document.locate(&pointers::pool(at).child("taints")))
        .help("write `key=value:Effect`, or make the pool with another tool, and skip all node pools: --skip node-pools")
}
