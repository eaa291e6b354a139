use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Scrape, pointers};
use crate::diagnostic::{Fix, Severity};
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "unused-monitor-labels",
    levels: &[Severity::Info],
    summary: "labels or annotations of `monitoring` are set, and nothing gets them or selects by them",
    harm: "`monitoring.labels` are the labels of the ServiceMonitor, the PodMonitor and the PrometheusRule. With \
           `scrape: Annotations` there are none of these: pods are found by their annotations, and the rules are a ConfigMap. \
           Whoever expects that something selects by these labels waits for metrics and alerts that do not come.\n\n\
           `dashboard.labels` and `dashboard.annotations` are those of the ConfigMap with the dashboard: with \
           `dashboard.enabled: false` there is none. `dashboard.labels: {}` takes the default label away, so that no sidecar of \
           Grafana loads it.",
    detection: "No generated object has the labels or annotations, or Grafana has no dashboard.",
    remedy: "Remove the labels, or set `scrape: PrometheusOperator` if a Prometheus of the operator is to select by them. The \
             ConfigMap of the dashboard has labels of its own, `monitoring.dashboard.labels`. Remove what belongs to a dashboard \
             that is off, and an empty `dashboard.labels`. If the dashboard is to be loaded in another way, allow the finding.",
    sources: &[
        "A rule of spotgen's own: a setting without an effect is not ignored in silence.",
        "kiwigrid/k8s-sidecar README.md: `LABEL`, the label that a ConfigMap must have",
    ],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let Some(monitoring) = &systems.planned().monitoring else {
        return;
    };
    if monitoring.scrape == Scrape::Annotations && !monitoring.labels.is_empty() {
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
    match &monitoring.dashboard {
        None => unused(findings),
        Some(dashboard) if dashboard.labels.is_empty() => unselected(findings),
        Some(_) => {}
    }
}

/// What is said of a dashboard that is not made.
fn unused(findings: &mut Findings<'_>) {
    for key in ["labels", "annotations"] {
        let pointer = pointers::spec("monitoring/dashboard").child(key);
        let node = findings.document.node(&pointer);
        if node.map_or(&[][..], Node::entries).is_empty() {
            continue;
        }
        let message = format!(
            "`dashboard.{key}` have no effect with `dashboard.enabled: false`: there is no ConfigMap that gets them"
        );
        findings.at(&pointer.clone().at_key(), message, |diagnostic| {
            diagnostic
                .help("remove them, or set `dashboard.enabled: true`")
                .fix(Fix::remove(pointer.clone()))
                .choice("the dashboard is wanted: set `dashboard.enabled: true`")
        });
    }
}

fn unselected(findings: &mut Findings<'_>) {
    let pointer = pointers::spec("monitoring/dashboard/labels");
    let message = "`dashboard.labels` is empty: the dashboard has no label, so no sidecar of Grafana loads it";
    findings.at(
        &pointer.clone().at_key(),
        message.to_owned(),
        |diagnostic| {
            diagnostic
                .help("remove it: the default label is the one that the charts of Grafana select")
                .fix(Fix::remove(pointer.clone()))
                .choice("a sidecar selects by another label: set that one")
        },
    );
}
