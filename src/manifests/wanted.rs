//! What the caller needs from the manifests.

/// Which `ConfigMap`s and which programs of workloads to read.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// By its name and its data.
    pub config_map: fn(name: &str, data: &mut dyn Iterator<Item = (&str, &str)>) -> bool,
    /// By the image of a workload's first container.
    pub image: fn(image: &str) -> bool,
}
