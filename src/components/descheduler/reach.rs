//! Whether a workload that prefers Spot comes back to it, and what stops it.

use crate::components::descheduler::{Descheduler, Evictor, Namespaces, PriorityThreshold};
use crate::config::pointers;
use crate::config::{DefaultProtection, ExtraProtection};
use crate::diagnostic::{Edit, Severity};
use crate::manifests::Storage;
use crate::model::WorkloadView;
use crate::plan::Plan;

/// Something that keeps pods where they are.
#[derive(Debug, PartialEq)]
pub(crate) struct Reason {
    pub(crate) why: String,
    pub(crate) cure: &'static str,
    pub(crate) level: Severity,
    pub(crate) way: Way,
}

/// What takes it away.
#[derive(Debug, PartialEq)]
pub(crate) enum Way {
    /// Another setting of the descheduler.
    Setting(Edit),
    /// To let the workload be on on-demand.
    OnDemand,
    /// One of several things, for this reason.
    Choice(&'static str),
}

/// What of the descheduler's doing keeps a workload's pods on on-demand.
pub(crate) fn reasons(
    plan: &Plan,
    descheduler: &Descheduler,
    pods: WorkloadView<'_>,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut add =
        |holds: bool, why: String, cure: &'static str, level: Severity, way: &dyn Fn() -> Way| {
            if holds {
                reasons.push(Reason {
                    why,
                    cure,
                    level,
                    way: way(),
                });
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
        &|| Way::Setting(cover(&descheduler.namespaces, &namespace)),
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
        &|| Way::Setting(least_replicas(pods.most().unwrap_or_default())),
    );
    if let Some(why) = too_important(descheduler, pods) {
        let cure = "raise `priorityThreshold`, or give the workload a lower priority";
        let reason = "its priority or the threshold is wrong, and only their owner knows which";
        add(true, why, cure, Severity::Warning, &|| Way::Choice(reason));
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
        &|| {
            Way::Setting(Edit::Append {
                pointer: pointers::spec("descheduler/evictor/podProtections/defaultDisabled"),
                value: "PodsWithLocalStorage".into(),
            })
        },
    );
    add(
        evictor
            .extra_enabled
            .contains(&ExtraProtection::PodsWithPvc)
            && found
                .storage
                .iter()
                .any(|storage| is_protected(evictor, storage)),
        "it has a volume claim, and `PodsWithPVC` are protected".to_owned(),
        "let it be on on-demand (`spot: Never`), or name the classes of disks that are in one zone under \
         `podProtections.config.PodsWithPVC`, so that the others may move",
        Severity::Info,
        &|| Way::OnDemand,
    );
    add(
        pods.own_excludes_spot(plan),
        "its own nodeSelector or required affinity keeps it off Spot".to_owned(),
        "remove that from its manifest, or let it be on on-demand: `spot: Never`",
        Severity::Warning,
        &|| Way::OnDemand,
    );
    reasons
}

/// Lets pods of a namespace be moved.
fn cover(namespaces: &Namespaces, namespace: &str) -> Edit {
    let pointer = pointers::spec("descheduler/namespaces");
    let excluded = match namespaces {
        Namespaces::Exclude(names) => names.iter().position(|name| name == namespace),
        Namespaces::All | Namespaces::Include(_) => None,
    };
    match excluded {
        Some(at) => Edit::Remove {
            pointer: pointer.child("exclude").child(at),
        },
        None => Edit::Append {
            pointer: pointer.child("include"),
            value: namespace.into(),
        },
    }
}

/// Lets workloads with so many pods be moved. One below 2 protects nothing.
fn least_replicas(count: i64) -> Edit {
    let pointer = pointers::spec("descheduler/evictor/minReplicas");
    if count < 2 {
        Edit::Remove { pointer }
    } else {
        Edit::Set {
            pointer,
            value: count.into(),
        }
    }
}

/// Whether a claim keeps its pod: any does, unless classes are named.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go.
fn is_protected(evictor: &Evictor, storage: &Storage) -> bool {
    let classes = &evictor.protected_storage_classes;
    classes.is_empty()
        || storage
            .class
            .as_ref()
            .is_some_and(|class| classes.contains(class))
}

/// Why its priority keeps it.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go: evicted is what has less
/// than the threshold, unless `SystemCriticalPods` is disabled.
fn too_important(descheduler: &Descheduler, pods: WorkloadView<'_>) -> Option<String> {
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
