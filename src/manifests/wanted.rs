//! What somebody wants to know of the manifests.

/// What is worth reading of the `ConfigMap`s and of the programs that workloads run.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// By its name and its data.
    pub config_map: fn(name: &str, data: &mut dyn Iterator<Item = (&str, &str)>) -> bool,
    /// By the image of a workload's first container.
    pub image: fn(image: &str) -> bool,
}
