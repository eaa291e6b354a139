use super::{Check, Findings, Pods, Rule};
use crate::config::{DefaultProtection, ExtraProtection};
use crate::diagnostic::Severity;
use crate::plan::{Descheduler, Namespaces, Plan, PriorityThreshold};

pub(super) const RULE: Rule = Rule {
    id: "never-fails-back",
    level: Severity::Warning,
    summary: "a workload that prefers Spot is never moved back to it",
    harm: "The descheduler passes over pods that one of its protections, limits or filters keeps, and says nothing. After \
           the first loss of Spot the workload is on on-demand for good, and so are the nodes that it is on.",
    detection: "Pods of the workload are on on-demand while Spot has room, and no event says why. The descheduler's log does, \
                at verbosity 4.",
    remedy: "Take away what stops it, or let the workload be on on-demand: `placement: {spot: Never}`. Info is what is meant \
             by default: pods with claims stay where their disks are.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go and constraints.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/utils/pod.go, `IsPodWithLocalStorage`: an emptyDir or a hostPath",
        "kubernetes-sigs/descheduler#1001, #1607: never evicts",
    ],
    check: Check::Pods(check),
};

/// Something that keeps pods where they are.
struct Reason {
    why: String,
    cure: &'static str,
    level: Severity,
}

fn check(plan: &Plan, pods: Pods<'_>, findings: &mut Findings<'_>) {
    let Some(descheduler) = &plan.descheduler else {
        return;
    };
    if !pods
        .planned
        .is_some_and(crate::plan::Workload::prefers_spot)
    {
        return;
    }
    let reasons = reasons(plan, descheduler, pods);
    let Some(worst) = reasons.iter().map(|reason| reason.level).max() else {
        return;
    };
    let why: Vec<&str> = reasons.iter().map(|reason| reason.why.as_str()).collect();
    let message = format!(
        "workload `{}` is never moved back to Spot: {}",
        pods.name(),
        why.join("; ")
    );
    pods.report(findings, &["placement", "spot"], message, |diagnostic| {
        reasons
            .iter()
            .fold(diagnostic.level(worst), |diagnostic, reason| {
                diagnostic.help(reason.cure)
            })
    });
}

fn reasons(plan: &Plan, descheduler: &Descheduler, pods: Pods<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add = |holds: bool, why: String, cure: &'static str, level: Severity| {
        if holds {
            reasons.push(Reason { why, cure, level });
        }
    };
    let evictor = &descheduler.evictor;
    let namespace = pods.namespace().unwrap_or_default().to_owned();
    let is_covered = match &descheduler.namespaces {
        Namespaces::All => true,
        Namespaces::Include(names) => names.contains(&namespace),
        Namespaces::Exclude(names) => !names.contains(&namespace),
    };
    add(
        !is_covered,
        format!("the descheduler moves nothing in namespace `{namespace}`"),
        "add its namespace to `descheduler.namespaces`, or leave `namespaces` out",
        Severity::Warning,
    );
    let least = evictor.min_replicas.filter(|least| *least > 1);
    let too_few = least.filter(|least| pods.most().is_some_and(|most| most < *least));
    add(
        too_few.is_some(),
        format!(
            "it has fewer pods than `minReplicas`, {}",
            too_few.unwrap_or(0)
        ),
        "lower `descheduler.evictor.minReplicas`",
        Severity::Warning,
    );
    if let Some(why) = too_important(descheduler, pods) {
        let cure = "raise `priorityThreshold`, or give the workload a lower priority";
        add(true, why, cure, Severity::Warning);
    }
    let Some(found) = pods.found else {
        return reasons;
    };
    add(
        found.local_storage
            && !evictor
                .default_disabled
                .contains(&DefaultProtection::PodsWithLocalStorage),
        "it has an emptyDir or a hostPath, and `PodsWithLocalStorage` are protected".to_owned(),
        "add `PodsWithLocalStorage` to `podProtections.defaultDisabled`",
        Severity::Warning,
    );
    add(
        found.claims
            && evictor
                .extra_enabled
                .contains(&ExtraProtection::PodsWithPvc)
            && evictor.protected_storage_classes.is_empty(),
        "it has a volume claim, and `PodsWithPVC` are protected".to_owned(),
        "let it be on on-demand (`spot: Never`), or name the classes of disks that are in one zone under \
         `podProtections.config.PodsWithPVC`, so that the others may move",
        Severity::Info,
    );
    add(
        pods.own_excludes_spot(plan),
        "its own nodeSelector or required affinity keeps it off Spot".to_owned(),
        "remove that from its manifest, or let it be on on-demand: `spot: Never`",
        Severity::Warning,
    );
    reasons
}

/// Why its priority keeps it.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go: evicted is what has less
/// than the threshold, unless `SystemCriticalPods` is disabled.
fn too_important(descheduler: &Descheduler, pods: Pods<'_>) -> Option<String> {
    let evictor = &descheduler.evictor;
    if evictor
        .default_disabled
        .contains(&DefaultProtection::SystemCriticalPods)
    {
        return None;
    }
    let class = pods.found?.priority_class.as_deref()?;
    if matches!(class, "system-cluster-critical" | "system-node-critical") {
        return Some(format!("pods of class `{class}` are protected"));
    }
    match evictor.priority_threshold.as_ref()? {
        PriorityThreshold::Name(name) => (name == class).then(|| {
            format!("its class `{class}` is the priority threshold, which is protected too")
        }),
        PriorityThreshold::Value(value) => {
            let own = pods.planned?.priority?.value;
            (own >= *value)
                .then(|| format!("its priority {own} is not below the threshold {value}"))
        }
    }
}
