use std::collections::BTreeMap;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::monitoring;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "alert-without-component",
    levels: &[Severity::Info],
    summary: "monitoring leaves out alerts, because what they watch is not there",
    harm: "An alert that is left out never fires. Whoever relies on it takes silence for health: nobody is told that \
           failback is stuck where there is no descheduler, or that the autoscaler has stopped where the provider \
           publishes no metrics of it.",
    detection: "The alert is not in the PrometheusRule.",
    remedy: "Turn the component on, or watch in another way what the alert would have watched. Events and the \
             provider's own logs tell of an autoscaler without metrics. If the part is left out on purpose, allow the \
             finding.",
    sources: &["A rule of spotgen's own: what is left out is not left out in silence."],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let planned = systems.planned();
    if planned.monitoring.is_none() {
        return;
    }
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (alert, reason) in monitoring::left_out(planned) {
        by_reason.entry(reason).or_default().push(alert);
    }
    if by_reason.is_empty() {
        return;
    }
    let reasons = by_reason.iter();
    let reasons = reasons.map(|(reason, alerts)| format!("{} ({reason})", alerts.join(", ")));
    let reasons: Vec<String> = reasons.collect();
    let message = format!("monitoring leaves out alerts: {}", reasons.join("; "));
    let pointer = pointers::spec("monitoring").at_key();
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("turn on what they watch, or watch it in another way")
            .no_fix("only the cluster's owner knows whether the part is left out on purpose")
    });
}
