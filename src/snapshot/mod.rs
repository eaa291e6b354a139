//! What a cluster holds, as `kubectl get -o json` or `-o yaml` prints it: nodes, pods and events as typed values, what the
//! cluster autoscaler says of itself, and everything else as manifests.

mod autoscaler_status;
mod budget;
mod contents;
mod event;
mod items;
mod kept;
mod node;
mod owner;
mod plain;
mod pod;
mod sort;
#[cfg(test)]
mod tests;
mod time;

pub use autoscaler_status::{
    AutoscalerStatus, CONFIG_MAP as AUTOSCALER_STATUS, GroupStatus, ScaleUp,
};
pub use budget::BudgetStatus;
pub use contents::{Problem, Snapshot};
pub use event::Event;
pub(crate) use items::{Item, each};
pub use kept::Kept;
pub use node::Node;
pub use owner::{Controller, Owner};
pub use pod::{Phase, Pod};
pub use sort::IsWanted;
pub use time::{Age, Time};

/// The kinds to ask a cluster for, by their short names. Secrets are not among them.
pub const KINDS: &str =
    "ns,nodes,pods,deploy,rs,sts,ds,jobs,cronjobs,pdb,pc,hpa,pv,pvc,sc,limits,cm,events";

impl Snapshot {
    /// Reads texts: each is a `List`, lists one after the other, or single objects, as JSON or YAML. `is_wanted` chooses
    /// the `ConfigMap`s to keep; none of the others is decoded.
    pub fn read<'t>(texts: impl IntoIterator<Item = &'t str>, is_wanted: IsWanted) -> Self {
        let mut sorter = sort::Sorter::new(is_wanted);
        for (number, text) in texts.into_iter().enumerate() {
            sorter.text = number;
            items::each(text, &mut |item| sorter.add(item));
        }
        sorter.finish()
    }
}
