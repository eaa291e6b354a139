//! What the control plane does about nodes that do not answer.
//!
//! `monitor` finds them and taints them, at the rate of their zone; `taint_eviction` deletes their pods once these do not
//! tolerate it any longer; `cloud_nodes` deletes nodes without a machine; `pod_collector` deletes pods without a node.

mod admission;
mod beat;
mod cloud_nodes;
mod monitor;
mod pod_collector;
mod taint_eviction;
mod zones;

pub use admission::tolerate_loss;
pub use cloud_nodes::CloudNodes;
pub use monitor::{Monitor, Reason};
pub use pod_collector::PodCollector;
pub use taint_eviction::TaintEviction;
pub use zones::ZoneState;
