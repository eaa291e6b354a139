use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::{InstalledPolicy, hidden};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "policy-hides-spot",
    levels: &[Severity::Error],
    summary: "the `nodeSelector` of the descheduler's policy hides Spot or on-demand nodes from it",
    harm: "The `nodeSelector` of the policy itself, unlike that of the evictor, limits what every plugin sees: the \
           nodes that pods are evicted from and the nodes that they could move to. If one kind of node is hidden, no \
           visible node is better than the current one, and nothing is ever moved.",
    detection: "The descheduler's log shows rounds without evictions, or `the cluster size is 0 or 1`.",
    remedy: "Remove the policy's `nodeSelector`. To limit where pods may go, use the `nodeSelector` of \
             `DefaultEvictor`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go: the nodes of a round are those of the selector",
        "kubernetes-sigs/descheduler#1627: `agentpool=nodepool1`, and nothing is evicted",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let brings_back = |found: &&InstalledPolicy<'_>| found.policy.failbacks(plan).next().is_some();
    for found in installed.policies.iter().filter(brings_back) {
        let Some(selector) = &found.policy.node_selector else {
            continue;
        };
        let Some(which) = hidden(plan, selector) else {
            continue;
        };
        let message = format!(
            "the policy's `nodeSelector` limits the descheduler to nodes with `{selector}`: it sees {which}, so it \
             never moves pods back to Spot"
        );
        let location = found.top("nodeSelector").unwrap_or(found.text.location);
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help(
                    "remove the policy's `nodeSelector`; to limit where pods may go, use the `nodeSelector` of \
                     `DefaultEvictor`",
                )
                .fix(leave_out(found))
        });
    }
}

/// Removes the policy's `nodeSelector`.
fn leave_out(found: &InstalledPolicy<'_>) -> Fix {
    let pointer = found.text.pointer().child("nodeSelector");
    Fix::manifest(found.text.location, Edit::Remove { pointer })
}
