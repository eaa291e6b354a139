use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::descheduler::IGNORE_PVC_PODS;
use crate::config::ExtraProtection;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "unprotected-volumes",
    levels: &[Severity::Error],
    summary: "the descheduler evicts pods whose disks may not be able to follow",
    harm: "A disk in one zone ties its pod to that zone. The descheduler checks whether a Spot node has CPU and memory \
           for the pod, but not which zone the node is in. It evicts the pod, and the new pod returns to its old node \
           or stays Pending. The chart of the descheduler protects pods with claims. A policy that lists its own \
           protections must include this one.",
    detection: "Pods with a claim are evicted in every round, or are Pending with `volume node affinity conflict`.",
    remedy: "Add `PodsWithPVC` to `extraEnabled`, which is the default. To protect only pods whose disks are in one \
             zone, also list the storage classes of these disks under `podProtections.config`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 charts/descheduler/values.yaml and pkg/descheduler/node/node.go, `NodeFit`",
        "kubernetes-sigs/descheduler#6",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: node affinity conflicts of volumes",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // A descheduler that protects claims needs no finding for any workload.
    let leaves_open = |system: &System| {
        let descheduler = system.descheduler.as_ref()?;
        let enabled = &descheduler.evictor.extra_enabled;
        (!enabled.contains(&ExtraProtection::PodsWithPvc)).then_some(())
    };
    let plan = &systems.planned().plan;
    for (version, ()) in systems.distinct(leaves_open) {
        let findings = findings.of_part(version, &pointers::spec("descheduler"));
        for pods in all {
            judge(plan, *pods, findings);
        }
    }
}

fn judge(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let prefers_spot = pods.prefers_spot(plan);
    let Some(found) = pods
        .found
        .filter(|found| prefers_spot && found.may_be_bound_to_zone())
    else {
        return;
    };
    let pointer = pointers::spec("descheduler/evictor/podProtections/extraEnabled");
    let origin = findings.origin(&pointer);
    let message = format!(
        "the descheduler evicts pods of workload `{}` although their volumes may not be able to follow to another \
         zone: the new pods can stay Pending",
        pods.name()
    );
    let flag = pointers::spec("descheduler/evictor").child(IGNORE_PVC_PODS);
    // A policy with both kinds of protections is refused.
    let (help, fix) = if findings.place(&flag).is_some() {
        let help = format!("add `{IGNORE_PVC_PODS}: true` to the arguments of `DefaultEvictor`");
        (help, Fix::set(flag, true))
    } else {
        let or = origin.unless_manifest(", or remove `extraEnabled`: the default includes it");
        let help = format!("add `PodsWithPVC` to `extraEnabled`{or}");
        (help, Fix::append(pointer, "PodsWithPVC"))
    };
    let cure = findings.wherever(fix);
    let location = findings.part_of_claims(found);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .related(origin.span(), "pods with claims are not protected here")
            .help(help)
            .cure(cure)
    });
}
