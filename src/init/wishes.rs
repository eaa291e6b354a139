//! What people say themselves.

use crate::providers::Facts;

/// What people say themselves. What is `None` follows from the rest.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Of the configuration, which becomes a label of everything that it makes.
    pub name: Option<String>,
    pub provider: Option<&'static Facts>,
    pub kubernetes_version: Option<String>,
    /// The names of pools that are still to be made, where there are none.
    pub spot_pool: Option<String>,
    pub on_demand_pool: Option<String>,
    /// Of pools that are still to be made.
    pub vm_size: Option<String>,
}
