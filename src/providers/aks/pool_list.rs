//! Node pools as `az` lists them.

use serde_json::Value as Json;

use crate::providers::pool_lists::{
    ListedPool, PoolList, capacity, labels, number, text_of, texts,
};

pub(super) const LISTS: &[PoolList] = &[PoolList {
    command: "az aks nodepool list -o json",
    is_one: |item| item.get("vmSize").is_some(),
    pool,
}];

/// Source: Azure/bicep-types-az microsoft.containerservice, `ManagedClusterAgentPoolProfile`.
fn pool(json: &Json) -> Option<ListedPool> {
    let is = |key: &str, value: &str| {
        text_of(json, key).is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    let scales = json.get("enableAutoScaling").and_then(Json::as_bool) == Some(true);
    let name = text_of(json, "name")?;
    let fixed = number(json, "count").map(|count| (count, count));
    let range = if scales {
        number(json, "minCount").zip(number(json, "maxCount"))
    } else {
        fixed
    };
    let is_spot = is("scaleSetPriority", "Spot");
    let spot_taint = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";
    let taints = texts(json.get("nodeTaints"));
    Some(ListedPool {
        name,
        capacity: Some(capacity(is_spot)),
        is_system: is("mode", "System"),
        is_windows: is("osType", "Windows"),
        vm_sizes: text_of(json, "vmSize").into_iter().collect(),
        zones: texts(json.get("availabilityZones")).into_iter().collect(),
        nodes: range,
        labels: labels(json.get("nodeLabels"))
            .into_iter()
            .filter(|(key, _)| !key.starts_with("kubernetes.azure.com/"))
            .collect(),
        taints: Some(
            taints
                .into_iter()
                .filter(|taint| taint != spot_taint)
                .collect(),
        ),
        max_pods: number(json, "maxPods"),
        eviction_policy: text_of(json, "scaleSetEvictionPolicy").filter(|_| is_spot),
        max_price: json
            .get("spotMaxPrice")
            .and_then(Json::as_f64)
            .filter(|_| is_spot),
        kubernetes_version: text_of(json, "currentOrchestratorVersion")
            .or_else(|| text_of(json, "orchestratorVersion")),
        not_scaled: (!scales).then_some(
            "the autoscaler does not scale it: `az aks nodepool update --enable-cluster-autoscaler` lets it",
        ),
        ..ListedPool::default()
    })
}
