use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::manifests::Fact;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-requests",
    levels: &[Severity::Warning],
    summary: "a container on Spot declares no resource requests",
    harm: "The autoscaler and the scheduler use requests, not actual usage. Pods without requests are never Pending \
           for lack of capacity, so they trigger no scale-up. All of them can land on one node. All capacity that \
           spotgen calculates as needed is too low.",
    detection: "Nodes run out of memory although `kubectl describe node` shows hardly any requests on them.",
    remedy: "Declare CPU and memory requests for every container.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: pending pods, not pressure",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let is_silent =
        found.requests.is_none() && pods.requests().is_none() && !pods.is_unread(Fact::Requests);
    if !is_silent || pods.kind() == Kind::DaemonSet || !pods.can_be_on_spot(plan) {
        return;
    }
    let message = format!(
        "a container of workload `{}` has no requests for CPU and memory, so the capacity that its pods need is \
         unknown, and too few nodes can be added for them",
        pods.name()
    );
    let kind = (String::new(), ("workload", pods.name()));
    findings.once_in_manifests(found.locations.name, kind, message, |diagnostic| {
        diagnostic
            .help("declare `requests` for CPU and memory in every container")
            .no_fix("the right requests follow from measured usage, which no file contains")
    });
}
