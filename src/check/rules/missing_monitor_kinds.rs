use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System, monitoring};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::kubernetes::Object;
use crate::manifests::CustomObject;

pub(super) const RULE: Rule = Rule {
    id: "missing-monitor-kinds",
    levels: &[Severity::Info],
    summary: "the manifests define custom kinds, but not those of the monitors and rules that are made",
    harm: "A ServiceMonitor, a PodMonitor and a PrometheusRule are custom kinds: the API server refuses them until their \
           CustomResourceDefinitions are there. A tool that applies everything at once, such as Flux or Argo CD, then fails \
           with all the rest, too. Even if they are there, nothing reads them without the operator or the agent that brings them.",
    detection: "`kubectl apply` answers `no matches for kind \"PrometheusRule\" in version \"monitoring.coreos.com/v1\"`, or with \
                `azmonitoring.coreos.com/v1` for Azure's managed Prometheus.",
    remedy: "Install the Prometheus operator first, or switch on Azure Monitor. For a Prometheus without the operator, set \
             `scrape: Annotations`. If they come from elsewhere, allow the finding. Only manifests with CustomResourceDefinitions \
             are judged: others do not tell which kinds the cluster has.",
    sources: &[
        "kubernetes/website content/en/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions.md: the \
         name of a definition is `<plural>.<group>`",
        "prometheus-operator/prometheus-operator example/prometheus-operator-crd: the names of its definitions",
        "MicrosoftDocs/azure-monitor-docs articles/azure-monitor/containers/prometheus-metrics-scrape-crd.md: the group \
         `azmonitoring.coreos.com`",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    if system.monitoring.is_none() || installed.manifests.has_unreadable {
        return;
    }
    let definitions: Vec<&str> = installed
        .manifests
        .custom_objects
        .iter()
        .filter(|found| is_definition(found))
        .map(|found| found.name.as_str())
        .collect();
    if definitions.is_empty() {
        return;
    }
    let made = monitoring::build(system);
    let mut missing: Vec<String> = made
        .iter()
        .filter_map(|made| definition(&made.value))
        .filter(|name| !definitions.contains(&name.as_str()))
        .collect();
    missing.dedup();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "the manifests define custom kinds, but not those of the monitoring that is made: {}",
        missing.join(", ")
    );
    let pointer = pointers::spec("monitoring").at_key();
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("install the operator or the agent that brings them first, or set `scrape: Annotations`")
            .no_fix("only the cluster's owner knows whether they come from elsewhere")
    });
}

fn is_definition(found: &CustomObject) -> bool {
    found.kind == "CustomResourceDefinition"
        && found.api_version.starts_with("apiextensions.k8s.io/")
}

/// The name of the definition that an object needs.
fn definition(object: &Object) -> Option<String> {
    let (api_version, plural) = match object {
        Object::ServiceMonitor(made) => (&made.api_version, "servicemonitors"),
        Object::PodMonitor(made) => (&made.api_version, "podmonitors"),
        Object::PrometheusRule(made) => (&made.api_version, "prometheusrules"),
        _ => return None,
    };
    let (group, _) = api_version.split_once('/')?;
    Some(format!("{plural}.{group}"))
}
