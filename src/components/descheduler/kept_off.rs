//! Which pods the evictor leaves alone because they prefer on-demand.
//!
//! The descheduler evicts a pod where some node, full or not, meets its preferences better. The evictor asks for room as
//! well, but on Spot nodes alone, which is right for pods that are to return to Spot. A pod that prefers on-demand, and is
//! on Spot because on-demand is full, would be evicted as soon as another Spot node has room for it, and start on Spot
//! again. One profile cannot tell the two directions apart, so these pods stay where they are until they are replaced.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0
//! `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go` (the best weight of all nodes) and
//! `pkg/framework/plugins/defaultevictor/defaultevictor.go`, `PreEvictionFilter` (room on the nodes of `nodeSelector`).

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt as _};

use crate::config::Spot;
use crate::kubernetes::{Operator, Requirement};
use crate::plan::Workload;

/// How many workloads have a label.
#[derive(Clone, Copy, Default)]
struct Having {
    all: usize,
    /// Those that are moved back to Spot.
    moved: usize,
}

/// Conditions on labels that leave these pods out, and none that are moved. A workload whose labels all occur on moved
/// pods cannot be left out.
pub(super) fn conditions(workloads: &[Workload]) -> Vec<Requirement> {
    if !workloads.iter().any(is_kept_off) {
        return Vec::new();
    }
    let mut having: HashMap<(&str, &str), Having> = HashMap::new();
    for workload in workloads {
        for (key, value) in workload.selector.iter() {
            let count = having.entry((key, value)).or_default();
            count.all += 1;
            count.moved += usize::from(workload.prefers_spot());
        }
    }
    let mut left_out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for workload in workloads.iter().filter(|workload| is_kept_off(workload)) {
        let labels = workload.selector.iter();
        let labels = labels.map(|(key, value)| (key.as_str(), value.as_str()));
        let own = labels.filter(|label| having[label].moved == 0);
        if let Some((key, value)) = own.min_by_key(|label| having[label].all) {
            left_out.entry(key).or_default().insert(value);
        }
    }
    let conditions = left_out.into_iter().map(|(key, values)| {
        let values = values.into_iter().map(str::to_owned).collect();
        Requirement::new(key, Operator::NotIn(values))
    });
    conditions.collect()
}

/// The pods of Jobs are left out already.
fn is_kept_off(workload: &Workload) -> bool {
    workload.placement.spot() == Some(Spot::Avoided) && !workload.kind.is_job()
}
