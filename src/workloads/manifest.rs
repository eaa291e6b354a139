//! A workload in the manifests, as selection and resolution need it.

use smol_str::SmolStr;

use super::budget::Budgeted;
use super::selection::{self, Candidate};
use crate::config::{Autoscaling, Kind};
use crate::manifests::ManifestWorkload;
use crate::values::Int;

/// Kind, name and namespace.
pub(super) fn identity(found: &ManifestWorkload) -> (Kind, &str, Option<&str>) {
    (found.kind, &found.name, found.namespace.as_deref())
}

/// Whether the workload's manifest asks spotgen to ignore it.
pub(crate) fn is_ignored(found: &ManifestWorkload) -> bool {
    selection::is_ignored(&|key| found.annotations.get(key).map(SmolStr::as_str))
}

/// Calls `ask` with the manifest as a candidate.
pub(crate) fn with_candidate<T>(
    found: &ManifestWorkload,
    ask: impl FnOnce(&Candidate<'_>) -> T,
) -> T {
    ask(&Candidate {
        kind: found.kind.as_str(),
        name: &found.name,
        namespace: found.namespace.as_deref(),
        labels: &|key| found.labels.get(key).map(SmolStr::as_str),
        annotations: &|key| found.annotations.get(key).map(SmolStr::as_str),
        is_of_the_system: found.is_of_the_system(),
        is_listable: true,
        location: found.location,
        class_location: found.locations.class,
    })
}

/// The range of its autoscaler, as a configuration could declare it.
pub(super) fn autoscaling(found: &ManifestWorkload) -> Option<Autoscaling> {
    found.autoscaling.map(|(min, max)| Autoscaling {
        min: Int::new(min.clamp(0, 100_000)),
        max: Int::new(max.clamp(1, 100_000)),
    })
}

/// The largest number of pods.
pub(super) fn most(autoscaling: Option<Autoscaling>, replicas: Option<i64>) -> Option<i64> {
    autoscaling.map(|range| range.max.get()).or(replicas)
}

/// The facts about a workload in the manifests that its budget depends on.
pub(super) fn budgeted(found: &ManifestWorkload) -> Budgeted<'_> {
    Budgeted {
        kind: found.kind,
        name: &found.name,
        most: most(autoscaling(found), found.replicas),
    }
}
