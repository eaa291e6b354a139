use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::manifests::{Fact, ManifestWorkload};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::source::Span;

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
    let location = silent_container(found, findings).unwrap_or(found.locations.name);
    findings.once_in_manifests(location, kind, message, |diagnostic| {
        diagnostic
            .help("declare `requests` for CPU and memory in every container")
            .no_fix("the right requests follow from measured usage, which no file contains")
    });
}

/// The name of the first container that declares nothing.
fn silent_container(found: &ManifestWorkload, findings: &mut Findings<'_>) -> Option<Span> {
    let mut numbers = 0..;
    numbers.find_map(|at| {
        let container = format!("containers/{at}");
        let mut has = |path: &str| findings.has_part_of_pods(found, &format!("{container}{path}"));
        let Some(whole) = has("") else {
            return Some(None);
        };
        let keys = ["/resources/requests", "/resources/limits"];
        let is_silent = keys.iter().all(|key| has(key).is_none());
        is_silent.then(|| has("/name").or(Some(whole)))
    })?
}
