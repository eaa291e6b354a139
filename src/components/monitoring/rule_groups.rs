//! The rules of Prometheus: recording rules and alerts.

use super::alerts::{ALL, Alert, Condition};
use super::{Monitoring, records};
use crate::components::System;
use crate::kubernetes::Labels;
use crate::kubernetes::prometheus::{PrometheusRule, RuleGroup, RuleGroups};

/// No group has more than 20 rules: Azure takes no more, and Mimir's default is the same.
///
/// Source: Azure/prometheus-collector#742; grafana/mimir pkg/util/validation/limits.go, `ruler_max_rules_per_rule_group`.
pub(super) fn groups(system: &System, monitoring: &Monitoring) -> RuleGroups {
    let alerts = ALL.into_iter().filter_map(|alert| {
        let condition = (alert.condition)(system)?;
        Some(rule(alert, &condition, monitoring))
    });
    let mut groups = split("spotgen.pods", records::of_pods(system));
    groups.extend(split("spotgen.system", records::of_system(system)));
    groups.extend(split("spotgen.alerts", alerts.collect()));
    RuleGroups { groups }
}

const MOST_RULES: usize = 20;

/// The rules as groups that are small enough: there is a rule for each budget. The second has a number behind its name.
fn split(name: &str, rules: Vec<PrometheusRule>) -> Vec<RuleGroup> {
    let rules: Vec<PrometheusRule> = rules.into_iter().map(in_lines).collect();
    let parts = rules.chunks(MOST_RULES).enumerate();
    let groups = parts.map(|(number, rules)| RuleGroup {
        name: match number {
            0 => name.to_owned(),
            number => format!("{name}.{}", number + 1),
        },
        rules: rules.to_vec(),
    });
    groups.collect()
}

fn rule(alert: &Alert, condition: &Condition, monitoring: &Monitoring) -> PrometheusRule {
    let texts = |pairs: &[(&str, &str)]| -> Labels {
        let owned = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        owned.collect()
    };
    let runbook = format!("{}/{}", monitoring.runbook_url, alert.page_name());
    PrometheusRule::Alert {
        alert: alert.name,
        expr: condition.text(),
        pending: condition.pending.text(),
        labels: texts(&[("severity", alert.severity.as_str())]),
        annotations: texts(&[
            ("summary", alert.summary),
            ("description", alert.description),
            ("runbook_url", &runbook),
        ]),
    }
}

/// Text of several lines ends with one, so that it is written as lines.
fn in_lines(mut rule: PrometheusRule) -> PrometheusRule {
    let (PrometheusRule::Record { expr, .. } | PrometheusRule::Alert { expr, .. }) = &mut rule;
    if expr.contains('\n') {
        expr.push('\n');
    }
    rule
}
