use crate::check::draft::{Complete, Draft};
use crate::check::findings::Findings;
use crate::check::fixes::spot_requirement::{prefer, take_out};
use crate::check::reported::Reported;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spot-without-fallback",
    level: Severity::Error,
    summary: "a workload runs on Spot or nowhere",
    harm: "When Spot is gone, and a whole pool can go at once, the pods stay Pending until it returns: there is no failover. \
           A manifest that requires Spot also wins over a class that only prefers it. Info is what the configuration asks \
           for with `spot: Required`.",
    detection: "Pods are Pending with `didn't match Pod's node affinity/selector` while on-demand has room.",
    remedy: "Prefer Spot instead: `spot: Preferred`, and take `nodeSelector` and required affinity for Spot out of the \
             manifest. For batch work that can wait, `Required` is right.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: no SLA, one fault domain; its sample requires Spot",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    ],
    check: Check::Workloads(check),
};

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // What is written in one place is said once.
    let mut said = Reported::default();
    for pods in all {
        let can_wait = matches!(pods.kind(), Kind::Job | Kind::CronJob | Kind::DaemonSet);
        let name = pods.name();
        let (message, level) = match pods.spot() {
            Some(Spot::Required) if !can_wait => {
                let pointer = pods.setting(findings.document, &["placement", "spot"]);
                if pointer
                    .as_ref()
                    .is_some_and(|pointer| !said.is_first(pointer))
                {
                    continue;
                }
                let message =
                    format!("workload `{name}` has no failover: without Spot it does not run");
                (message, Severity::Info)
            }
            Some(Spot::Never) if pods.own_requires_spot(plan) => {
                let message = format!(
                    "workload `{name}` is to keep off Spot, and its manifest requires it: it runs nowhere"
                );
                (message, Severity::Error)
            }
            Some(Spot::Preferred) if pods.own_requires_spot(plan) => {
                let message = format!(
                    "workload `{name}` is to prefer Spot, and its manifest requires it: without Spot it does not run"
                );
                (message, Severity::Error)
            }
            None if pods.own_requires_spot(plan) && !can_wait => {
                let message =
                    format!("workload `{name}` requires Spot: without Spot it does not run");
                (message, Severity::Warning)
            }
            _ => continue,
        };
        let manifest = pods.found.filter(|_| level == Severity::Error);
        let written = pods.setting(findings.document, &["placement", "spot"]);
        findings.at_workload(*pods, &["placement", "spot"], message, |diagnostic| {
            let diagnostic = match manifest {
                Some(found) => diagnostic.related(found.locations.name, "its manifest"),
                None => diagnostic,
            };
            let help = match level {
                Severity::Error => "take the `nodeSelector` or required affinity for Spot out of the manifest",
                Severity::Warning => "prefer Spot instead: choose a class with `spot: Preferred` and take the requirement out",
                Severity::Info => "`spot: Preferred` runs it on on-demand meanwhile",
            };
            let diagnostic = diagnostic.level(level).help(help);
            match (level, written) {
                (Severity::Info, Some(written)) => diagnostic.fix(Fix::set(written, "Preferred")),
                _ => prefer_in_manifest(diagnostic, plan, *pods),
            }
        });
    }
}

fn prefer_in_manifest(diagnostic: Draft, plan: &Plan, pods: WorkloadView<'_>) -> Complete {
    let edits = pods.found.and_then(|found| {
        let mut edits = take_out(plan, found)?;
        if pods.planned.is_none() && !pods.own_prefers_spot(plan) {
            edits.push(prefer(plan, found));
        }
        Some(edits)
    });
    match edits {
        Some(edits) => diagnostic.fix(Fix::Manifest(edits)),
        None => {
            diagnostic.no_fix("other labels than that of Spot keep it there, and it may need them")
        }
    }
}
