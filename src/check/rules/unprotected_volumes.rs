use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::ExtraProtection;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "unprotected-volumes",
    level: Severity::Error,
    summary: "pods with volumes are moved, and their disks may not be able to follow",
    harm: "A disk that is in one zone ties its pod to that zone. The descheduler asks whether a Spot node has CPU and memory \
           for the pod, not in which zone it is: it evicts the pod, and the new one goes back to where it was or stays \
           Pending. Its own chart protects pods with claims; a policy that names its protections has to say so itself.",
    detection: "Pods with a claim are evicted in every round, or Pending with `volume node affinity conflict`.",
    remedy: "Add `PodsWithPVC` to `extraEnabled`, which is the default, or name the classes of disks that are in one zone \
             under `podProtections.config`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 charts/descheduler/values.yaml and pkg/descheduler/node/node.go, `NodeFit`",
        "kubernetes-sigs/descheduler#6",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: node affinity conflicts of volumes",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // One that protects them has nothing to say of any workload.
    let leaves_open = |system: &System| {
        let descheduler = system.descheduler.as_ref()?;
        let enabled = &descheduler.evictor.extra_enabled;
        (!enabled.contains(&ExtraProtection::PodsWithPvc)).then_some(())
    };
    for (version, ()) in systems.distinct(leaves_open) {
        let findings = findings.of(version);
        for pods in all {
            judge(*pods, findings);
        }
    }
}

fn judge(pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let prefers_spot = pods.planned.is_some_and(Workload::prefers_spot);
    let Some(found) = pods
        .found
        .filter(|found| prefers_spot && found.may_be_bound_to_zone())
    else {
        return;
    };
    let pointer = pointers::spec("descheduler/evictor/podProtections/extraEnabled");
    let origin = findings.origin(&pointer);
    let message = format!(
        "pods of workload `{}` are moved with their volumes, which may not be able to follow to another zone",
        pods.name()
    );
    let or = origin.unless_manifest(", or leave `extraEnabled` out");
    findings.in_manifest(found.locations.name, message, |diagnostic| {
        let diagnostic = diagnostic
            .related(origin.span(), "`PodsWithPVC` is missing here")
            .help(format!("add `PodsWithPVC` to `extraEnabled`{or}"));
        if origin.is_manifest() {
            diagnostic.no_fix("the policy is a text inside a ConfigMap")
        } else {
            diagnostic.fix(Fix::append(pointer, "PodsWithPVC"))
        }
    });
}
