use crate::check::findings::Findings;
use crate::check::fixes::open_taints;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Mode, pointers};
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::Taint;
use crate::model::{WorkloadView, capacity};
use crate::plan::{NodePool, Plan};
use crate::providers::KnownTaint;

pub(super) const RULE: Rule = Rule {
    id: "taint-not-tolerated",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a node pool has a taint that the workloads do not tolerate",
    harm: "Workloads get tolerations for the taints that all Spot pools share. A taint on only one of the Spot pools \
           keeps the workloads off that pool: you pay for it, and it stays empty. A taint on every on-demand pool \
           keeps the workloads off on-demand, so failover has nowhere to go.",
    detection: "Pods are Pending with `untolerated taint`, or a Spot pool is scaled up for placeholders only.",
    remedy: "Give all Spot pools the same taints, and on-demand pools no `NoSchedule` taint that the Spot pools do not \
             have. A pool for other workloads does not have to be listed.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint that AKS sets itself",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/gpus: the taint of GKE on nodes with GPUs",
        "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment: that on ARM nodes",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "the pool may be for other workloads, and then need not be listed";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.workloads.is_empty() {
        return;
    }
    let has_open = |is_spot: bool| {
        let mut pools = plan.node_pools.iter();
        pools.any(|pool| pool.is_spot() == is_spot && plan.is_for_workloads(pool))
    };
    let workloads = findings.workloads(plan);
    // A DaemonSet runs on every node, and serves the workloads of others.
    let is_own = |pods: &&WorkloadView<'_>| pods.found.is_some() && pods.kind() != Kind::DaemonSet;
    let runs_on = |pool: &NodePool| {
        // An on-demand pool is for those that fail over to it.
        let is_for = |pods: &&WorkloadView<'_>| pool.is_spot() || pods.prefers_spot(plan);
        let mut found = workloads.iter().filter(is_own).filter(is_for);
        found.any(|pods| !pods.has_known_placement() || pods.may_be_on(plan, pool))
    };
    // The on-demand nodes of a mixed Spot pool take pods that fail over, too.
    let has_base = !capacity::left_of_spot(plan).is_empty();
    let (has_spot, has_on_demand) = (has_open(true), has_open(false) || has_base);
    // The taint of a System pool is meant to keep workloads off, if they have a pool of their own.
    let is_left = |pool: &NodePool| !pool.is_spot() && pool.mode == Mode::User;
    let has_user = plan.node_pools.iter().any(is_left);
    let is_of_system = |pool: &NodePool| has_user && pool.mode == Mode::System;
    let are_all_known = workloads
        .iter()
        .all(|pods| pods.planned.is_none() || pods.found.is_some());
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !plan.has_their_system(pool) {
            continue;
        }
        // One on-demand pool is enough for failover, and the other ones are often reserved for other workloads.
        if plan.lets_workloads_onto(pool) || (has_on_demand && !pool.is_spot()) {
            continue;
        }
        if is_of_system(pool) || runs_on(pool) {
            continue;
        }
        // Pods that request GPUs get onto such a pool by themselves, and nobody has said that these do not.
        if pool.gpus.is_some_and(|count| count > 0) && pool.is_for_its_hardware && !are_all_known {
            continue;
        }
        let taints: Vec<&Taint> = pool
            .taints
            .iter()
            .filter(|taint| !plan.tolerates(taint))
            .collect();
        let of_hardware = of_hardware(plan, &taints);
        let taints: Vec<String> = taints.iter().map(ToString::to_string).collect();
        let message = format!(
            "none of the workloads tolerates {} of pool `{}`, so none of them ever runs there",
            taints.join(", "),
            pool.name
        );
        let (level, help) = match pool.is_spot() {
            true if of_hardware.is_some() => (
                if has_spot {
                    Severity::Warning
                } else {
                    Severity::Error
                },
                of_hardware.unwrap_or_default(),
            ),
            true if has_spot => (
                Severity::Warning,
                "give all Spot pools the same taints, or remove this pool from `nodePools` if it is for other \
                 workloads",
            ),
            true => (
                Severity::Error,
                "give all Spot pools the same taints: otherwise nothing ever runs on Spot",
            ),
            false => (
                Severity::Error,
                "remove the taint from one on-demand pool: otherwise failover has nowhere to go",
            ),
        };
        findings.at(&pointers::pool(at).child("taints"), message, |diagnostic| {
            diagnostic
                .level(level)
                .help(help)
                .cure(match of_hardware {
                    Some(_) => Err("the provider sets the taint, and only the owner knows for which pods the pool is"),
                    None => Ok(Fix::Config(vec![open_taints::edit(plan, at)])),
                })
                .choice(CHOICE)
        });
    }
}

/// What to do about the taint that the provider sets on nodes with this hardware.
fn of_hardware(plan: &Plan, taints: &[&Taint]) -> Option<&'static str> {
    let known = &plan.provider.taints;
    let is_there = |taint: KnownTaint| taints.contains(&&Taint::known(taint));
    if known.gpu.is_some_and(is_there) {
        return Some(
            "remove this pool from `nodePools`: only pods that request GPUs run there, and the API server lets them",
        );
    }
    known.arm.filter(|taint| is_there(*taint)).map(|_| {
        "if the images are built for ARM too, make the pool without this taint and write `taints: []`, or remove the pool \
         from `nodePools`: `gcloud --node-architecture-taint-behavior=none`"
    })
}
