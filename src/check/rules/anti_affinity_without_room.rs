use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::model::WorkloadView;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::config::SpreadMethod;
use crate::diagnostic::Severity;
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::plan::{NodePool, Plan};
use crate::values::IntOrPercent;

pub(super) const RULE: Rule = Rule {
    id: "anti-affinity-without-room",
    level: Severity::Error,
    summary: "pods must keep apart, and there are fewer nodes or zones than pods",
    harm: "With anti-affinity that must be kept, a zone or a node takes one pod of the workload. What there is no zone or \
           node for stays Pending for ever, and no autoscaler helps. With just as many, a rollout that first makes a new pod \
           and then takes an old one away cannot begin.",
    detection: "Pods are Pending with `didn't match pod anti-affinity rules`.",
    remedy: "Run fewer replicas, prefer to keep apart (`ScheduleAnyway`), or use topology spread with a larger `maxSkew`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(replicas) = pods.most() else {
        return;
    };
    let spreads = pods.hard_spreads();
    let apart = spreads
        .iter()
        .filter(|spread| spread.method == SpreadMethod::PodAntiAffinity);
    for key in apart.map(|spread| spread.key) {
        let Some((count, what)) = domains(plan, pods, key) else {
            continue;
        };
        if replicas <= count {
            if replicas == count && needs_one_more(pods, replicas) {
                rollout(pods, replicas, what, findings);
                return;
            }
            continue;
        }
        let message = format!(
            "{} of {replicas} pods of workload `{}` stay Pending: one goes to each of {count} {what}",
            replicas - count,
            pods.name()
        );
        findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
            diagnostic.help("use `whenUnsatisfiable: ScheduleAnyway`, or topology spread with a larger `maxSkew`")
        });
        return;
    }
}

/// Whether pods are replaced by first making a new one.
fn needs_one_more(pods: WorkloadView<'_>, replicas: i64) -> bool {
    // Pods of two generations that are told apart do not keep apart.
    let terms = pods.own().map(|own| &own.pod_anti_affinity_required);
    let mut terms = terms.into_iter().flatten();
    let are_told_apart = terms.any(|term| {
        let keys = term.get("matchLabelKeys").and_then(Json::as_array);
        keys.is_some_and(|keys| keys.iter().any(|key| key == "pod-template-hash"))
    });
    let missing = pods.found.and_then(|found| found.missing_in_rollout);
    let missing = missing.filter(|_| !are_told_apart);
    missing.is_some_and(|missing| match missing {
        IntOrPercent::Int(count) => count == 0,
        // Rounded down.
        IntOrPercent::Percent(percent) => i64::from(percent) * replicas < 100,
    })
}

fn rollout(pods: WorkloadView<'_>, replicas: i64, what: &str, findings: &mut Findings<'_>) {
    let message = format!(
        "a rollout of workload `{}` stands still: its {replicas} pods have all {replicas} {what}, and the first new one none",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help("let one pod be missing meanwhile, `rollingUpdate: {maxUnavailable: 1}`, or use `whenUnsatisfiable: ScheduleAnyway`")
    });
}

/// How many zones or nodes there can be for a workload; none where that is not known.
fn domains(plan: &Plan, pods: WorkloadView<'_>, key: &str) -> Option<(i64, &'static str)> {
    let is_open = |pool: &&NodePool| pods.may_be_on(plan, pool);
    let pools = || plan.node_pools.iter().filter(is_open);
    pools().next()?;
    match key {
        HOSTNAME => {
            let nodes: Option<i64> = pools().map(|pool| Some(pool.nodes?.max)).sum();
            Some((nodes?, "nodes at most"))
        }
        ZONE => {
            if pools().any(|pool| pool.zones.is_empty()) {
                return None;
            }
            let zones: BTreeSet<&String> = pools().flat_map(|pool| &pool.zones).collect();
            Some((i64::try_from(zones.len()).ok()?, "zones"))
        }
        _ => None,
    }
}
