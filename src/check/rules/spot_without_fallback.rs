use crate::check::draft::{Complete, Draft};
use crate::check::findings::Findings;
use crate::check::fixes::spot_requirement::take_out;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Fix, Severity};
use crate::model::{WorkloadView, pinning};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spot-without-fallback",
    levels: &[Severity::Error, Severity::Warning, Severity::Info],
    summary: "a workload can run only on Spot, so it has no failover",
    harm: "A whole Spot pool can be lost at once. The pods then stay Pending until Spot returns: there is no failover. \
           A manifest that requires Spot overrides a class that only prefers it. Pods that request GPUs can run only where \
           there are GPUs. If the configuration itself sets \
           `spot: Required`, the finding is only an info.",
    detection: "Pods are Pending with `didn't match Pod's node affinity/selector` while on-demand nodes have free \
                capacity.",
    remedy: "Set `spot: Preferred` instead, and remove the `nodeSelector` and the required node affinity for Spot from \
             the manifest. For batch work that can wait, `Required` is right, unless the manifest excludes Spot: then set \
             `spot: Never`.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: no SLA, one fault domain; its sample requires Spot",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    ],
    check: Check::EachWorkload(check),
};

const GPU: &str =
    "nodes with GPUs cost money, and only the owner knows whether the workload can wait for Spot";

const EXCLUDES: &str = "the manifest may exclude Spot by mistake";

const CHOICE: &str = "it may be meant for Spot alone";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let asks = |pods: &WorkloadView<'_>| {
        pods.spot() == Some(Spot::Required) || pods.own_requires_spot(plan)
    };
    let asking = all.iter().filter(|pods| asks(pods));
    for pods in asking.filter(|pods| !is_pending_anyway(plan, **pods)) {
        let can_wait = pods.kind().is_job() || pods.kind() == Kind::DaemonSet;
        let name = pods.name();
        let gpu = pods.gpu_on_spot_alone(plan);
        let why = match gpu {
            Some(gpu) => format!("requests `{gpu}`, and only Spot pools have GPUs"),
            None => "requires Spot".to_owned(),
        };
        let (message, level) = match pods.spot() {
            Some(Spot::Required) if pods.own_excludes_spot(plan) => {
                nowhere(plan, *pods, findings);
                continue;
            }
            Some(Spot::Required) if !can_wait => {
                let message = format!(
                    "workload `{name}` has `spot: Required` and so no failover: without Spot, its pods stay Pending"
                );
                (message, Severity::Info)
            }
            Some(Spot::Never) if pods.own_requires_spot(plan) => {
                let message = format!(
                    "workload `{name}` has `spot: Never`, but its manifest {why}: it cannot run on any node"
                );
                (message, Severity::Error)
            }
            Some(spot @ (Spot::Preferred | Spot::Avoided)) if pods.own_requires_spot(plan) => {
                let message = format!(
                    "workload `{name}` has `spot: {spot:?}`, but its manifest {why}: without Spot, its pods \
                     stay Pending"
                );
                (message, Severity::Error)
            }
            None if pods.own_requires_spot(plan) && !can_wait => {
                let message = format!(
                    "the manifest of workload `{name}` {why}: without Spot, its pods stay Pending"
                );
                (message, Severity::Warning)
            }
            _ => continue,
        };
        if !findings.are_shown(level) {
            continue;
        }
        let manifest = pods.found.filter(|_| level == Severity::Error);
        let written = pods.setting(findings.document, &["placement", "spot"]);
        findings.at_workload(*pods, &["placement", "spot"], message, |diagnostic| {
            let diagnostic = match manifest {
                Some(found) => diagnostic.related(found.locations.nodes, "its manifest"),
                None => diagnostic,
            };
            if gpu.is_some() && level != Severity::Info {
                return diagnostic
                    .level(level)
                    .help("add an on-demand pool with GPUs, or set `spot: Required` if the workload can wait for Spot")
                    .no_fix(GPU);
            }
            let help = match level {
                Severity::Error => {
                    "remove the `nodeSelector` or required node affinity for Spot from the manifest"
                }
                Severity::Warning => {
                    "choose a class with `spot: Preferred`, and remove the requirement from the \
                     manifest"
                }
                Severity::Info => {
                    "set `spot: Preferred` to let it run on on-demand nodes while there is no Spot"
                }
            };
            let diagnostic = diagnostic.level(level).help(help);
            match (level, written) {
                (Severity::Info, Some(written)) => diagnostic
                    .fix(Fix::set(written, "Preferred"))
                    .choice(CHOICE),
                _ => prefer_in_manifest(diagnostic, plan, *pods),
            }
        });
    }
}

/// Whether its pods stay Pending with Spot too, which other rules say.
fn is_pending_anyway(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    let is_covered = pods.planned.is_some() && pods.kind() != Kind::DaemonSet;
    let contradicts = |found| is_covered && pinning::contradicts_itself(plan, found);
    let is_closed = pods.nowhere(plan).is_some() && !pods.lacks_spot_toleration(plan);
    is_closed || pods.found.is_some_and(contradicts)
}

/// A workload that has to be on Spot, and whose manifest keeps it off.
fn nowhere(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let why = match pods.gpu_off_spot(plan) {
        Some(gpu) => format!("it requests `{gpu}`, and no Spot pool has GPUs"),
        None => "its manifest excludes Spot".to_owned(),
    };
    let message = format!(
        "workload `{}` has `spot: Required`, but {why}: it cannot run on any node",
        pods.name()
    );
    let path = ["placement", "spot"];
    findings.at_workload(pods, &path, message, |diagnostic| {
        let diagnostic = match pods.found {
            Some(found) => diagnostic.related(found.locations.nodes, "its manifest"),
            None => diagnostic,
        };
        diagnostic
            .help(
                "set `spot: Never`, or remove the `nodeSelector` or required node affinity that excludes Spot from the \
                 manifest",
            )
            .cure(workload_setting::fix(pods, &path, "Never"))
            .choice(EXCLUDES)
    });
}

fn prefer_in_manifest(diagnostic: Draft, plan: &Plan, pods: WorkloadView<'_>) -> Complete {
    if pods.planned.is_none() && !pods.own_prefers_spot(plan) {
        return diagnostic.no_fix(
            "its manifest has to change, and it has to be listed, so that the descheduler brings it back",
        );
    }
    match pods.found.and_then(|found| take_out(plan, found)) {
        Some(edits) => diagnostic.fix(Fix::Manifest(edits)).choice(CHOICE),
        None => diagnostic.no_fix(
            "labels other than the Spot label also restrict it to Spot, and it may need them",
        ),
    }
}
