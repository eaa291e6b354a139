//! Whether a workload that prefers Spot is moved back to it, and what prevents that.

use crate::components::descheduler::label_selector;
use crate::components::descheduler::means::Means;
use crate::components::descheduler::policy::{NODE_AFFINITY, NODE_TAINTS};
use crate::components::descheduler::{Descheduler, Evictor, Namespaces, PriorityThreshold};
use crate::config::{DefaultProtection, ExtraProtection, Kind, pointers};
use crate::diagnostic::{Edit, Severity};
use crate::kubernetes::LabelSelector;
use crate::manifests::{JobSelector, ManifestWorkload, Storage};
use crate::model::{WorkloadView, pinning};
use crate::plan::Plan;

/// A reason why pods are not moved.
#[derive(Debug, PartialEq)]
pub(crate) struct Reason {
    pub(crate) why: String,
    pub(crate) cure: Cure,
    pub(crate) level: Severity,
    pub(crate) way: Way,
}

impl Reason {
    /// Whether it is that the descheduler does not cover the namespace.
    pub(crate) fn is_uncovered(&self) -> bool {
        self.cure == COVER
    }

    /// Whether it is that no Spot pool takes the pods: nothing brings them back then.
    pub(crate) fn is_kept_off(&self) -> bool {
        self.cure == KEPT_OFF
    }
}

/// What to do about a reason, in the words of what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cure {
    pub(crate) in_config: &'static str,
    pub(crate) in_policy: &'static str,
}

impl Cure {
    const fn anywhere(cure: &'static str) -> Self {
        Self {
            in_config: cure,
            in_policy: cure,
        }
    }
}

const SELECT: Cure = Cure {
    in_config: "select its pods in `descheduler.evictor.labelSelector`, or set `spot: Never` to keep it on \
                        on-demand",
    in_policy: "select its pods in `labelSelector` of `DefaultEvictor`, or set `spot: Never` to keep it on \
                        on-demand",
};
const SELECT_BY_PLUGIN: Cure = Cure::anywhere(
    "select its pods in that `labelSelector`, or set `spot: Never` to keep it on on-demand",
);
const COVER: Cure = Cure {
    in_config: "cover the namespace in `descheduler.namespaces`, or remove that key: by default, it covers all \
                        workloads that prefer Spot",
    in_policy: "cover the namespace in `namespaces` of `RemovePodsViolatingNodeAffinity`",
};
const FEWER: Cure = Cure {
    in_config: "lower `descheduler.evictor.minReplicas`",
    in_policy: "lower `minReplicas` of `DefaultEvictor`",
};
const PRIORITY: Cure = Cure {
    in_config: "give the workload a lower priority, or raise `descheduler.evictor.priorityThreshold`",
    in_policy: "give the workload a lower priority, or raise `priorityThreshold` of `DefaultEvictor`",
};
const LOCAL_STORAGE: Cure = Cure {
    in_config: "add `PodsWithLocalStorage` to `descheduler.evictor.podProtections.defaultDisabled`",
    in_policy: "add `PodsWithLocalStorage` to `podProtections.defaultDisabled` of `DefaultEvictor` (before \
                        version 0.34, or beside other flags: set `evictLocalStoragePods: true`)",
};
const CLAIMS: Cure = Cure::anywhere(
    "set `spot: Never` to keep it on on-demand, or list the storage classes of disks that are in one zone under \
             `podProtections.config.PodsWithPVC`, so that pods with other disks can move",
);
const KEPT_OFF: Cure = Cure::anywhere("let its pods onto a Spot pool, or set `spot: Never`");

/// How the reason is removed.
#[derive(Debug, PartialEq)]
pub(crate) enum Way {
    /// By another setting of the descheduler.
    Setting(Edit),
    /// By keeping the workload on on-demand.
    OnDemand,
    /// In one of several ways; the reason why spotgen cannot choose.
    Choice(&'static str),
}

/// Whether the label selectors of the evictor and of the plugin select a workload's pods.
pub(crate) fn is_selected(descheduler: &Descheduler, pods: WorkloadView<'_>) -> bool {
    selects(&descheduler.evictor.label_selector, pods) && selects(&descheduler.moves, pods)
}

/// The same of one selector.
pub(crate) fn selects(selector: &LabelSelector, pods: WorkloadView<'_>) -> bool {
    let labels = (pods.labels(), pods.found.is_some());
    label_selector::selects(selector, has_job_labels(pods), labels)
}

/// Whether the controller of Jobs labels the pods. It does not where the Job selects its pods by itself.
/// Source: kubernetes/kubernetes `pkg/registry/batch/job/strategy.go`, `generateSelectorIfNeeded`.
pub(crate) fn has_job_labels(pods: WorkloadView<'_>) -> bool {
    let job = pods.found.and_then(|found| found.job);
    pods.kind().is_job() && job.is_none_or(|job| job.selector == JobSelector::Generated)
}

fn plugin(means: &Means) -> &'static str {
    match means {
        Means::Preference => NODE_AFFINITY,
        Means::Taints { .. } => NODE_TAINTS,
    }
}

/// Reasons so far.
struct Reasons(Vec<Reason>);

impl Reasons {
    fn add(
        &mut self,
        holds: bool,
        why: impl FnOnce() -> String,
        cure: Cure,
        level: Severity,
        way: &dyn Fn() -> Way,
    ) {
        if holds {
            self.0.push(Reason {
                why: why(),
                cure,
                level,
                way: way(),
            });
        }
    }
}

/// Why the descheduler leaves a workload's pods on on-demand.
pub(crate) fn reasons(
    plan: &Plan,
    descheduler: &Descheduler,
    pods: WorkloadView<'_>,
) -> Vec<Reason> {
    let mut reasons = Reasons(Vec::new());
    // Nothing would create it again.
    // Source: kubernetes-sigs/descheduler README.md, "Pod Evictions": "standalone pods".
    if pods.kind() == Kind::Pod {
        return reasons.0;
    }
    let is_selected = selects(&descheduler.evictor.label_selector, pods);
    let is_moved = selects(&descheduler.moves, pods);
    // Pods of a Job stay until it ends, and the next one starts where there is room.
    if pods.kind().is_job() && !(is_selected && is_moved) {
        return reasons.0;
    }
    reasons.add(
        !is_selected,
        || "`labelSelector` of the descheduler's evictor does not select its pods".to_owned(),
        SELECT,
        Severity::Warning,
        &|| Way::Choice("the selector may exclude it on purpose"),
    );
    reasons.add(
        !is_moved,
        || {
            format!(
                "`labelSelector` of `{}` does not select its pods",
                plugin(&descheduler.means)
            )
        },
        SELECT_BY_PLUGIN,
        Severity::Warning,
        &|| Way::Choice("the selector may exclude it on purpose"),
    );
    let namespace = pods.namespace().unwrap_or_default();
    reasons.add(
        !descheduler.namespaces.have(namespace),
        || format!("the descheduler does not cover namespace `{namespace}`"),
        COVER,
        Severity::Warning,
        &|| Way::Setting(cover(&descheduler.namespaces, namespace)),
    );
    reasons.0.append(&mut others(plan, descheduler, pods));
    reasons.0
}

/// The same of pods that are selected, in a namespace that is covered: of those without a manifest, it depends on none of
/// their names and labels.
pub(super) fn others(
    plan: &Plan,
    descheduler: &Descheduler,
    pods: WorkloadView<'_>,
) -> Vec<Reason> {
    let mut reasons = Reasons(Vec::new());
    let evictor = &descheduler.evictor;
    let least = evictor.min_replicas.filter(|least| *least > 1);
    let too_few = least.filter(|least| pods.most().is_some_and(|most| most < *least));
    reasons.add(
        too_few.is_some(),
        || {
            format!(
                "it has fewer pods than `minReplicas` ({})",
                too_few.unwrap_or(0)
            )
        },
        FEWER,
        Severity::Warning,
        &|| Way::Setting(least_replicas(pods.most().unwrap_or_default())),
    );
    if let Some(why) = too_important(descheduler, pods) {
        let reason =
            "either the priority or the threshold is wrong, and only the owner knows which";
        reasons.add(true, || why, PRIORITY, Severity::Warning, &|| {
            Way::Choice(reason)
        });
    }
    if tolerates(plan, descheduler, pods) {
        let why = || {
            "it tolerates the taints of on-demand nodes, and `RemovePodsViolatingNodeTaints` evicts only pods that do \
             not"
            .to_owned()
        };
        let cure = Cure::anywhere("remove the toleration of these taints from its manifest");
        reasons.add(true, why, cure, Severity::Warning, &|| {
            Way::Choice("the toleration may be there on purpose")
        });
    }
    if let Some(found) = pods.found {
        by_manifest(plan, evictor, (pods, found), &mut reasons);
    }
    reasons.0
}

/// The reasons that only its manifest tells.
fn by_manifest(
    plan: &Plan,
    evictor: &Evictor,
    (pods, found): (WorkloadView<'_>, &ManifestWorkload),
    reasons: &mut Reasons,
) {
    reasons.add(
        found.local_storage
            && !evictor
                .default_disabled
                .contains(&DefaultProtection::PodsWithLocalStorage),
        || {
            "it has an emptyDir or hostPath volume, and the descheduler protects `PodsWithLocalStorage`"
                .to_owned()
        },
        LOCAL_STORAGE,
        Severity::Warning,
        &|| {
            Way::Setting(Edit::Append {
                pointer: pointers::spec("descheduler/evictor/podProtections/defaultDisabled"),
                value: "PodsWithLocalStorage".into(),
            })
        },
    );
    reasons.add(
        evictor
            .extra_enabled
            .contains(&ExtraProtection::PodsWithPvc)
            && found
                .storage
                .iter()
                .any(|storage| is_protected(evictor, storage)),
        || "it has a volume claim, and the descheduler protects `PodsWithPVC`".to_owned(),
        CLAIMS,
        Severity::Info,
        &|| Way::OnDemand,
    );
    // What no pool at all has is a fault of its own.
    let is_known = !pinning::is_met_nowhere(plan, found);
    if let Some(kept_off) = pods.kept_off_spot(plan).filter(|_| is_known) {
        reasons.add(
            true,
            || kept_off.why(),
            KEPT_OFF,
            Severity::Warning,
            &|| Way::OnDemand,
        );
    }
}

/// Whether no taint makes the descheduler move its pods, though taints are what it goes by.
fn tolerates(plan: &Plan, descheduler: &Descheduler, pods: WorkloadView<'_>) -> bool {
    let pools = plan.node_pools.iter().filter(|pool| !pool.is_spot());
    let taints = pools.flat_map(|pool| &pool.taints);
    let mut counting = taints
        .filter(|taint| descheduler.means.counts(taint))
        .peekable();
    counting.peek().is_some() && counting.all(|taint| pods.own_tolerates(taint))
}

/// Makes the descheduler cover a namespace.
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

/// Sets `minReplicas` so that workloads with this many pods are moved. A value below 2 protects nothing.
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

/// Whether a claim protects its pod: any claim does, unless storage classes are listed.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go.
fn is_protected(evictor: &Evictor, storage: &Storage) -> bool {
    let classes = &evictor.protected_storage_classes;
    classes.is_empty()
        || storage
            .class
            .as_ref()
            .is_some_and(|class| classes.contains(class))
}

/// Why the priority of the workload protects its pods.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go: only pods below the
/// threshold are evicted, unless `SystemCriticalPods` is disabled.
fn too_important(descheduler: &Descheduler, pods: WorkloadView<'_>) -> Option<String> {
    let evictor = &descheduler.evictor;
    if evictor
        .default_disabled
        .contains(&DefaultProtection::SystemCriticalPods)
    {
        return None;
    }
    let class = pods.found?.priority_class.as_deref();
    if let Some(class @ ("system-cluster-critical" | "system-node-critical")) = class {
        return Some(format!(
            "the descheduler protects pods of PriorityClass `{class}`"
        ));
    }
    match evictor.priority_threshold.as_ref()? {
        PriorityThreshold::Name(name) => (Some(name.as_str()) == class).then(|| {
            format!("the descheduler protects its PriorityClass `{name}`, which is the priority threshold")
        }),
        PriorityThreshold::Value(value) => {
            let own = pods.priority()?.value;
            (own >= *value)
                .then(|| format!("its priority {own} is not below the priority threshold {value} of the descheduler"))
        }
    }
}
