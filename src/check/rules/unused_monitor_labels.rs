use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Scrape, pointers};
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unused-monitor-labels",
    levels: &[Severity::Info],
    summary: "`monitoring.labels` are set, and no object gets them",
    harm: "`monitoring.labels` are the labels of the ServiceMonitor, the PodMonitor and the PrometheusRule. With \
           `scrape: Annotations` there are none of these: pods are found by their annotations, and the rules are a ConfigMap. \
           Whoever expects that something selects by these labels waits for metrics and alerts that do not come.",
    detection: "No generated object has the labels.",
    remedy: "Remove the labels, or set `scrape: PrometheusOperator` if a Prometheus of the operator is to select by them. The \
             ConfigMap of the dashboard has labels of its own, `monitoring.dashboard.labels`.",
    sources: &["A rule of spotgen's own: a setting without an effect is not ignored in silence."],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let Some(monitoring) = &systems.planned().monitoring else {
        return;
    };
    if monitoring.scrape != Scrape::Annotations || monitoring.labels.is_empty() {
        return;
    }
    let pointer = pointers::spec("monitoring/labels");
    let message = "`monitoring.labels` have no effect with `scrape: Annotations`: there is no monitor and no PrometheusRule \
                   that gets them";
    findings.at(&pointer.clone().at_key(), message.to_owned(), |diagnostic| {
        diagnostic
            .help("remove them, or set `scrape: PrometheusOperator`")
            .fix(Fix::remove(pointer.clone()))
            .choice("a Prometheus of the operator selects by them: set `scrape: PrometheusOperator`")
    });
}
