//! Node pools as the clouds' own tools list them: what no node tells, such as a Spot pool that is at zero.

use serde_json::Value as Json;

use super::groups;
use super::pool::Pool;
use crate::providers::{CLOUDS, Facts, ListedPool};
use crate::values::words::one_of;

/// What `--pools` names, and where it comes from.
#[derive(Clone, Debug)]
pub struct CloudPools {
    pub provider: &'static Facts,
    pub pools: Vec<Pool>,
    /// The Kubernetes version that the pools have.
    pub kubernetes_version: Option<String>,
    /// The name of the cluster, and its resource group.
    pub cluster: Option<String>,
    pub resource_group: Option<String>,
}

/// Reads the output of a command that lists the node pools of a cloud.
///
/// # Errors
/// Why it is none of them.
pub fn read(text: &str) -> Result<CloudPools, String> {
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("it is not JSON: {error}"))?;
    if json.as_array().is_some_and(Vec::is_empty) {
        return Err("it lists no node pool".to_owned());
    }
    let all = CLOUDS
        .into_iter()
        .flat_map(|facts| facts.pool_lists.iter().map(move |list| (facts, list)));
    let mut found = all
        .clone()
        .filter_map(|(facts, list)| Some((facts, list.read(&json)?)));
    let Some((provider, listed)) = found.next() else {
        let commands: Vec<String> = all.map(|(_, list)| format!("`{}`", list.command)).collect();
        return Err(format!("it is not the output of {}", one_of(&commands)));
    };
    let mut versions = listed
        .iter()
        .filter_map(|pool| pool.kubernetes_version.clone());
    // A whole cluster has its pools within.
    let of_cluster = |key: &str| {
        let text = json.get("agentPoolProfiles").and(json.get(key))?.as_str()?;
        Some(text.to_owned())
    };
    let listed_cluster = listed.iter().find_map(|pool| pool.cluster.clone());
    let listed_group = listed.iter().find_map(|pool| pool.resource_group.clone());
    Ok(CloudPools {
        provider,
        cluster: of_cluster("name").or(listed_cluster),
        resource_group: of_cluster("resourceGroup").or(listed_group),
        kubernetes_version: versions.find(|version| version.starts_with("1.")),
        pools: listed
            .into_iter()
            .map(|listed| {
                let mut pool = Pool::from(listed);
                // A group that is made again has another end of its name, which the cloud's rule takes too.
                let group = pool.node_group.take();
                pool.node_group = group.filter(|group| !groups::follows(&pool, group, provider));
                pool
            })
            .collect(),
    })
}

impl From<ListedPool> for Pool {
    fn from(listed: ListedPool) -> Self {
        Self {
            capacity: listed.capacity,
            is_system: listed.is_system,
            is_windows: listed.is_windows,
            vm_sizes: listed.vm_sizes,
            zones: listed.zones,
            nodes: listed.nodes,
            has_total_range: listed.has_total_range,
            labels: listed.labels,
            taints: listed.taints,
            node_group: listed.node_group,
            spot_label: listed
                .spot_label
                .map(|(key, value)| (key.to_owned(), value.to_owned())),
            eviction_policy: listed.eviction_policy,
            max_price: listed.max_price,
            is_listed: true,
            max_pods: listed.max_pods,
            remarks: listed
                .remarks
                .into_iter()
                .chain(listed.not_scaled)
                .map(str::to_owned)
                .collect(),
            ..Self::named(listed.name)
        }
    }
}
