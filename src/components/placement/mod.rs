//! Where the pods of a workload run: tolerations, affinity, spread, grace.

mod additions;
pub(crate) mod deletion_candidates;
mod explain;
mod fields;
mod merge;
mod patch;

use super::{Component, Makes};

pub(crate) use additions::{Additions, RequiredAdditions, Wanted, additions};
pub(crate) use fields::{
    RequiredNodes, among, is_of_any_value, only_on_spot, pod_fields, required_nodes,
};
pub(crate) use merge::MissingRequirement;
pub(super) use patch::patch_of;
pub(crate) use patch::{Patch, pod_patch};

pub(super) const COMPONENT: Component = Component {
    name: "placement",
    summary: "tolerations, affinity, spread and grace period of each workload",
    validate: None,
    makes: Makes::PatchEach(patch_of, patch::likeness),
    reads_workloads: true,
    chart: None,
    section: None,
    image: None,
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: None,
};
