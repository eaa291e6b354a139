//! What the caller needs from the manifests.

use super::releases::KnownChart;

/// Which `ConfigMap`s, programs of workloads and values of charts to read.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// By its name and its data.
    pub config_map: fn(name: &str, data: &mut dyn Iterator<Item = (&str, &str)>) -> bool,
    /// By the image of a workload's first container, and by the texts that start it.
    pub program: fn(image: &str, started_with: &mut dyn Iterator<Item = &str>) -> bool,
    /// Whether `Deployment`s are kept whole, to be copied.
    pub originals: bool,
    /// The chart that something is true of.
    pub chart: fn(is_it: IsChart<'_>) -> Option<KnownChart>,
}

/// A predicate on charts.
pub(super) type IsChart<'f> = &'f dyn Fn(&KnownChart) -> bool;
