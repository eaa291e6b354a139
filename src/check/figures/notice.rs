//! The usable part of the eviction notice, and who drains nodes.

use super::figure::Row;
use crate::components::System;
use crate::model::notice::{arithmetic, usable_seconds};
use crate::providers::Drain;

pub(super) fn rows(system: &System) -> Vec<Row> {
    let plan = &system.plan;
    let handler = system.termination_handler.as_ref();
    let period = handler.map(|handler| &handler.period);
    let usable = Row {
        what: "usable part of the notice".to_owned(),
        value: format!("{} s", usable_seconds(plan, period)),
        how: arithmetic(plan, period),
        is_bad: usable_seconds(plan, period) == 0,
    };
    let drain = match plan.provider.interruption.drain {
        Drain::NoPublishedDelay => Some(drain(system)),
        Drain::OnNotice | Drain::Unknown => None,
    };
    [usable].into_iter().chain(drain).collect()
}

/// Who drains an interrupted node.
///
/// Source: MicrosoftDocs/azure-aks-docs articles/aks/node-auto-drain.md; maksim-paskal/aks-node-termination-handler v1.0.19
/// pkg/api/api.go, `DrainNode`, and internal/internal.go: a node that is cordoned already counts as drained.
fn drain(system: &System) -> Row {
    let provider = system.plan.provider.title;
    let (value, how) = match &system.termination_handler {
        Some(handler) => (
            format!("handler or {provider}"),
            format!(
                "whichever cordons it first: the handler polls every {}, {provider} drains by itself, best effort and with no \
                 published delay; the handler leaves a node that is already cordoned to {provider}",
                handler.period.spoken()
            ),
        ),
        None => (
            provider.to_owned(),
            "there is no termination handler; the provider drains by itself, best effort and with no published delay"
                .to_owned(),
        ),
    };
    Row {
        what: "drain of an interrupted node".to_owned(),
        value,
        how,
        is_bad: false,
    }
}
