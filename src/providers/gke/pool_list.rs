//! Node pools as `gcloud` lists them.

use serde_json::Value as Json;

use crate::providers::pool_lists::{
    ListedPool, PoolList, capacity, labels, number, taints, text_of, texts,
};

pub(super) const LISTS: &[PoolList] = &[PoolList {
    command: "gcloud container node-pools list --format json",
    is_one: |item| item.get("config").is_some() && item.get("name").is_some(),
    pool,
}];

/// Source: <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools>.
fn pool(json: &Json) -> Option<ListedPool> {
    let name = text_of(json, "name")?;
    let config = json.get("config")?;
    let is = |key: &str| config.get(key).and_then(Json::as_bool) == Some(true);
    let autoscaling = json.get("autoscaling");
    let of_scaling = |key: &str| autoscaling.and_then(|scaling| number(scaling, key));
    let scales = autoscaling
        .and_then(|scaling| scaling.get("enabled"))
        .and_then(Json::as_bool)
        == Some(true);
    let nodes = of_scaling("maxNodeCount")
        .filter(|_| scales)
        .map(|max| (of_scaling("minNodeCount").unwrap_or(0), max));
    let most = json
        .get("maxPodsConstraint")
        .and_then(|limit| limit.get("maxPodsPerNode"));
    // Numbers of 64 bits are texts in Google's JSON.
    let most = most.and_then(|most| most.as_i64().or_else(|| most.as_str()?.parse().ok()));
    let of_pool = of_scaling("totalMaxNodeCount")
        .filter(|_| scales)
        .map(|max| (of_scaling("totalMinNodeCount").unwrap_or(0), max));
    Some(ListedPool {
        name,
        capacity: Some(capacity(is("spot") || is("preemptible"))),
        vm_sizes: text_of(config, "machineType").into_iter().collect(),
        zones: texts(json.get("locations")).into_iter().collect(),
        nodes: nodes.or(of_pool),
        has_total_range: nodes.is_none() && of_pool.is_some(),
        labels: labels(config.get("labels"))
            .into_iter()
            .filter(|(key, _)| !key.starts_with("cloud.google.com/"))
            .collect(),
        taints: Some(taints(config.get("taints"))),
        max_pods: most,
        // Source: <https://cloud.google.com/kubernetes-engine/docs/concepts/preemptible-vms>.
        spot_label: (is("preemptible") && !is("spot"))
            .then_some(("cloud.google.com/gke-preemptible", "true")),
        cluster: cluster(json),
        kubernetes_version: text_of(json, "version"),
        ..ListedPool::default()
    })
}

/// In the link of a pool: `https://container.googleapis.com/v1/projects/…/locations/…/clusters/…/nodePools/…`.
fn cluster(json: &Json) -> Option<String> {
    let link = text_of(json, "selfLink")?;
    let (_, rest) = link.split_once("/clusters/")?;
    let name = rest.split('/').next().filter(|name| !name.is_empty())?;
    Some(name.to_owned())
}
