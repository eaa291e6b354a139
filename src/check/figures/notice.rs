//! What is left of the notice, and who drains.

use super::Figure;
use crate::components::System;
use crate::components::termination_handler::notice::{arithmetic, usable_seconds};
use crate::config::ProviderName;

pub(super) fn rows(system: &System) -> Vec<Figure> {
    let plan = &system.plan;
    let usable = Figure {
        what: "usable part of the notice".to_owned(),
        value: format!("{} s", usable_seconds(system)),
        how: arithmetic(system),
    };
    let drain = (plan.provider.name == ProviderName::Aks).then(|| drain(system));
    [usable].into_iter().chain(drain).collect()
}

/// Who drains a node that is taken back.
///
/// Source: MicrosoftDocs/azure-aks-docs articles/aks/node-auto-drain.md; maksim-paskal/aks-node-termination-handler v1.0.19
/// pkg/api/api.go, `DrainNode`, and internal/internal.go: a node that is cordoned already counts as drained.
fn drain(system: &System) -> Figure {
    let (value, how) = match &system.termination_handler {
        Some(handler) => (
            "handler or AKS",
            format!(
                "whoever cordons it first: the handler looks every {}, AKS acts by itself, best effort and with no published \
                 delay; a handler that finds the node cordoned leaves it to AKS",
                handler.period.as_str()
            ),
        ),
        None => (
            "AKS",
            "by itself, best effort and with no published delay; there is no termination handler"
                .to_owned(),
        ),
    };
    Figure {
        what: "drain of an interrupted node".to_owned(),
        value: value.to_owned(),
        how,
    }
}
