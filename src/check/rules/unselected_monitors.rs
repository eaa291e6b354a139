use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System, monitoring};
use crate::config::{Scrape, pointers};
use crate::diagnostic::Severity;
use crate::kubernetes::{Labels, Object};
use crate::manifests::ManifestWatcher;

pub(super) const RULE: Rule = Rule {
    id: "unselected-monitors",
    levels: &[Severity::Warning],
    summary: "no Prometheus in the manifests selects the monitors or rules that are made",
    harm: "A Prometheus of the operator reads only the ServiceMonitors, PodMonitors and PrometheusRules that its \
           selectors choose. One without a selector chooses nothing, and one without a selector of namespaces looks into \
           its own alone. What it does not choose is ignored in silence: nothing is scraped, and no alert ever fires.",
    detection: "The pages of Prometheus show no target for the descheduler, and no rules of the group `spotgen.alerts`.",
    remedy: "Set `monitoring.labels` to the labels that the Prometheus selects, and `monitoring.namespace` to a namespace \
             that it looks into. Only a Prometheus that is among the manifests is judged.",
    sources: &[
        "prometheus-operator/prometheus-operator Documentation/api-reference/api.md: `serviceMonitorSelector`, \
         `podMonitorSelector`, `ruleSelector` and the selectors of namespaces",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let Some(planned) = &system.monitoring else {
        return;
    };
    if planned.scrape != Scrape::PrometheusOperator {
        return;
    }
    let watchers = &installed.manifests.watchers;
    let objects = monitoring::build(system);
    let ignored: Vec<String> = objects
        .iter()
        .filter_map(|made| ignored(&made.value, watchers))
        .collect();
    if ignored.is_empty() {
        return;
    }
    let message = format!(
        "no Prometheus of the manifests selects {}: they are ignored",
        ignored.join(", ")
    );
    let pointer = pointers::spec("monitoring").at_key();
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("set `monitoring.labels` to the labels that it selects, and `monitoring.namespace` to a namespace that it looks into")
            .no_fix("only the cluster's owner knows which Prometheus is to read them")
    });
}

/// An object that some of them may choose, and none does.
fn ignored(object: &Object, watchers: &[ManifestWatcher]) -> Option<String> {
    let kind = match object {
        Object::ServiceMonitor(_) => "ServiceMonitor",
        Object::PodMonitor(_) => "PodMonitor",
        Object::PrometheusRule(_) => "PrometheusRule",
        _ => return None,
    };
    let ObjectMeta {
        name,
        namespace,
        labels,
        ..
    } = object.metadata();
    let namespace = namespace.as_deref().unwrap_or_default();
    let labels: Labels = labels.clone().unwrap_or_default().into_iter().collect();
    let mut choosing = watchers
        .iter()
        .filter(|watcher| watcher.chooses(kind))
        .peekable();
    let is_ignored = choosing.peek().is_some()
        && !choosing.any(|watcher| watcher.selects(kind, namespace, &labels));
    is_ignored.then(|| format!("{kind} `{}`", name.as_deref().unwrap_or_default()))
}
