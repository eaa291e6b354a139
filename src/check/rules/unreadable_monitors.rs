use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Scrape, pointers};
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unreadable-monitors",
    levels: &[Severity::Warning],
    summary: "monitors are made for Azure's managed Prometheus, which this provider does not have",
    harm: "`scrape: AzureManagedPrometheus` makes a ServiceMonitor and a PodMonitor of the group \
           `azmonitoring.coreos.com`. Only the agent of Azure Monitor reads it, and it serves AKS and clusters that are \
           connected to Azure by Azure Arc. Elsewhere the API server refuses the objects, or nothing scrapes the \
           descheduler and the termination handler, and no alert about them ever fires.",
    detection: "`kubectl apply` answers `no matches for kind \"ServiceMonitor\" in version \
                \"azmonitoring.coreos.com/v1\"`, or Prometheus has no target for the descheduler.",
    remedy: "Set `scrape: PrometheusOperator`, or `Annotations` for a Prometheus without the operator. If the cluster is \
             connected by Azure Arc and Azure Monitor is on, allow the finding.",
    sources: &[
        "MicrosoftDocs/azure-monitor-docs articles/azure-monitor/containers/prometheus-metrics-scrape-crd.md: the group \
         `azmonitoring.coreos.com`",
    ],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let planned = systems.planned();
    let Some(monitoring) = &planned.monitoring else {
        return;
    };
    let provider = planned.plan.provider;
    if monitoring.scrape != Scrape::AzureManagedPrometheus || provider.azure_monitor {
        return;
    }
    let pointer = pointers::spec("monitoring/scrape");
    let message = format!(
        "`scrape: AzureManagedPrometheus` makes monitors that nothing on {} reads: nothing is scraped",
        provider.title
    );
    let fix = Fix::set(pointer.clone(), "PrometheusOperator");
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help("set `scrape: PrometheusOperator`, or `Annotations` for a Prometheus without the operator")
            .fix(fix)
            .choice("a Prometheus without the operator reads annotations")
    });
}
