/// What is known of the provider's VM sizes, each a function of the name of a size.
#[derive(Debug)]
pub struct VmSizes {
    /// What a node of this size leaves to pods and `DaemonSet`s; `None` where the size is not known.
    pub allocatable: fn(&str) -> Option<Allocatable>,
    /// Whether a size can be had as Spot.
    pub is_sold_as_spot: fn(&str) -> bool,
}

/// What of a node pods can request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocatable {
    pub cpu_millis: i64,
    pub memory_bytes: i64,
}

/// The quota of vCPUs of a subscription in a region.
#[derive(Debug)]
pub struct Quota {
    /// The command that shows what is used and what there is.
    pub command: &'static str,
    /// The name of the quota of Spot vCPUs, one figure for all sizes.
    pub spot: &'static str,
    /// The name of the quota of all regular vCPUs.
    pub regular: &'static str,
    /// The name of the quota of regular vCPUs that a size counts against beside that; `None` where it is not known.
    pub family: fn(&str) -> Option<&'static str>,
    /// vCPUs that a size counts with; `None` where that is not known.
    pub vcpus: fn(&str) -> Option<u32>,
}
