use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-holds-nothing",
    level: Severity::Error,
    summary: "placeholders without requests hold no room",
    harm: "The scheduler and the autoscaler reckon by requests. A pod that requests nothing fits beside anything, brings no node \
           and keeps no room on one. In the chart `deployments` is a list: who overrides it drops the requests along with the \
           rest.",
    detection: "`kubectl describe node` shows the placeholders with 0 CPU and 0 memory.",
    remedy: "Let them request what the largest pod does that they make room for, both CPU and memory.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner values.yaml: `deployments`",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: overprovisioning",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for placeholders in installed.placeholders() {
        let program = placeholders.program.as_deref();
        let holds_others = program.is_some_and(|program| program.requests_others);
        if holds_others || placeholders.replicas == Some(0) {
            continue;
        }
        let requests = placeholders.requests.as_ref();
        let missing = match requests.map(|own| (own.cpu.millis(), own.memory.bytes())) {
            None | Some((0, 0)) => "nothing",
            Some((0, _)) => "no CPU",
            Some((_, 0)) => "no memory",
            Some(_) => continue,
        };
        let message = format!(
            "placeholders `{}` request {missing}: they hold no room",
            placeholders.name
        );
        findings.in_manifest(placeholders.places.requests, message, |diagnostic| {
            diagnostic.help("request what the largest pod does that they make room for")
        });
    }
}
