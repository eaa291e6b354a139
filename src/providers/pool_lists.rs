//! Node pools as the clouds' own tools list them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::config::Capacity;

/// The output of a command that lists node pools.
#[derive(Debug)]
pub struct PoolList {
    pub command: &'static str,
    /// Whether an item is one of this list.
    pub(super) is_one: fn(&Json) -> bool,
    /// The pool of an item; none if it has no name.
    pub(super) pool: fn(&Json) -> Option<ListedPool>,
}

/// A node pool in such a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedPool {
    pub name: String,
    /// None where the list does not tell.
    pub capacity: Option<Capacity>,
    pub is_system: bool,
    pub is_windows: bool,
    pub vm_sizes: BTreeSet<String>,
    pub zones: BTreeSet<String>,
    /// The range of the autoscaler; of a pool that it does not scale, the number of nodes twice.
    pub nodes: Option<(i64, i64)>,
    /// Whether the range counts the whole pool where the cloud counts each zone.
    pub has_total_range: bool,
    /// Those that the cloud does not set by itself.
    pub labels: BTreeMap<String, String>,
    /// Likewise; none where the list does not tell.
    pub taints: Option<Vec<String>>,
    /// The name of its node group, where it does not follow from its own.
    pub node_group: Option<String>,
    pub max_pods: Option<i64>,
    /// The label of its Spot nodes, where it is not the one that the provider sets on most.
    pub spot_label: Option<(&'static str, &'static str)>,
    /// What becomes of an evicted VM, and the most to pay, where those are settings.
    pub eviction_policy: Option<String>,
    pub max_price: Option<f64>,
    /// The name of its cluster, and the group that Azure has it in.
    pub cluster: Option<String>,
    pub resource_group: Option<String>,
    /// Of the control plane or of the nodes.
    pub kubernetes_version: Option<String>,
    /// What people have to know of it.
    pub remarks: Vec<&'static str>,
    /// Why the autoscaler does not scale it.
    pub not_scaled: Option<&'static str>,
}

impl PoolList {
    /// The pools of a text, if it is such a list: an array of pools, a single one, or an object that has them under a key.
    pub(crate) fn read(&self, json: &Json) -> Option<Vec<ListedPool>> {
        let items = items(json);
        let is_one = items.first().is_some_and(|first| (self.is_one)(first));
        is_one.then(|| items.iter().filter_map(self.pool).collect())
    }
}

fn items(json: &Json) -> &[Json] {
    // `az aks show` and `aws eks describe-nodegroup` have them within.
    if let Some(within) = json.get("agentPoolProfiles").and_then(Json::as_array) {
        return within;
    }
    match json {
        Json::Array(items) => items,
        Json::Object(map) => std::slice::from_ref(map.get("nodegroup").unwrap_or(json)),
        _ => &[],
    }
}

pub(super) fn text_of(json: &Json, key: &str) -> Option<String> {
    let text = json.get(key)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

pub(super) fn number(json: &Json, key: &str) -> Option<i64> {
    json.get(key)?.as_i64()
}

pub(super) fn texts(json: Option<&Json>) -> Vec<String> {
    let items = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

pub(super) fn labels(json: Option<&Json>) -> BTreeMap<String, String> {
    let map = json.and_then(Json::as_object).into_iter().flatten();
    map.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The taints of EKS and GKE: `{key, value, effect: NO_SCHEDULE}`.
pub(super) fn taints(json: Option<&Json>) -> Vec<String> {
    let items = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let taint = |item: &Json| {
        let effect = match item.get("effect")?.as_str()? {
            "NO_SCHEDULE" => "NoSchedule",
            "PREFER_NO_SCHEDULE" => "PreferNoSchedule",
            "NO_EXECUTE" => "NoExecute",
            _ => return None,
        };
        let key = text_of(item, "key")?;
        Some(match text_of(item, "value") {
            Some(value) => format!("{key}={value}:{effect}"),
            None => format!("{key}:{effect}"),
        })
    };
    items.iter().filter_map(taint).collect()
}

pub(super) fn capacity(is_spot: bool) -> Capacity {
    if is_spot {
        Capacity::Spot
    } else {
        Capacity::OnDemand
    }
}
