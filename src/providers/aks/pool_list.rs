//! Node pools as `az` lists them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::providers::pool_lists::{
    ListedPool, PoolList, capacity, labels, number, text_of, texts,
};

pub(super) const LISTS: &[PoolList] = &[PoolList {
    command: "az aks nodepool list -o json",
    is_one: |item| item.get("vmSize").is_some() || item.get("virtualMachinesProfile").is_some(),
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
    // Of the type `VirtualMachines`, which has sizes and ranges of its own, and no scale set.
    let machines = Machines::of(json);
    let range = if let Some(machines) = &machines {
        machines.nodes
    } else if scales {
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
        vm_sizes: match &machines {
            Some(machines) if !machines.sizes.is_empty() => machines.sizes.clone(),
            _ => text_of(json, "vmSize").into_iter().collect(),
        },
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
        cluster: of_id(json, "managedClusters"),
        resource_group: text_of(json, "resourceGroup").or_else(|| of_id(json, "resourceGroups")),
        kubernetes_version: text_of(json, "currentOrchestratorVersion")
            .or_else(|| text_of(json, "orchestratorVersion")),
        remarks: remarks(json, machines.as_ref()),
        not_scaled: (!scales && machines.is_none()).then_some(
            "the autoscaler does not scale it: `az aks nodepool update --enable-cluster-autoscaler` lets it",
        ),
        ..ListedPool::default()
    })
}

/// What follows a word in the `id`, whose words Azure writes in any case:
/// `/subscriptions/…/resourcegroups/…/providers/Microsoft.ContainerService/managedClusters/…/agentPools/…`.
/// Source: <https://learn.microsoft.com/en-us/rest/api/aks/agent-pools/list>.
fn of_id(json: &Json, word: &str) -> Option<String> {
    let id = text_of(json, "id")?;
    let mut words = id.split('/');
    words.find(|own| own.eq_ignore_ascii_case(word))?;
    let found = words.next().filter(|found| !found.is_empty())?;
    Some(found.to_owned())
}

/// The sizes and the range of a pool of single machines.
/// Source: Azure/bicep-types-az microsoft.containerservice, `VirtualMachinesProfile`, `ScaleProfile`, `ManualScaleProfile`
/// and `AutoScaleProfile`.
struct Machines {
    sizes: BTreeSet<String>,
    nodes: Option<(i64, i64)>,
}

impl Machines {
    fn of(json: &Json) -> Option<Self> {
        let scale = json.get("virtualMachinesProfile")?.get("scale")?;
        let profiles = |key: &str| match scale.get(key) {
            Some(Json::Array(items)) => items.as_slice(),
            Some(item @ Json::Object(_)) => std::slice::from_ref(item),
            _ => &[],
        };
        let (manual, scaled) = (profiles("manual"), profiles("autoscale"));
        let all = manual.iter().chain(scaled);
        let sizes = all.flat_map(|own| {
            let sizes = texts(own.get("sizes"));
            text_of(own, "size").into_iter().chain(sizes)
        });
        let fixed = manual.iter().filter_map(|own| number(own, "count"));
        let fixed = fixed.map(|count| (count, count));
        let ranges = scaled
            .iter()
            .filter_map(|own| number(own, "minCount").zip(number(own, "maxCount")));
        let all = fixed.chain(ranges);
        Some(Self {
            sizes: sizes.collect(),
            nodes: all.reduce(|one, other| (one.0 + other.0, one.1 + other.1)),
        })
    }
}

/// What people have to know of a pool.
fn remarks(json: &Json, machines: Option<&Machines>) -> Vec<&'static str> {
    let state = json
        .get("powerState")
        .and_then(|state| text_of(state, "code"));
    let is_stopped = state.is_some_and(|state| state.eq_ignore_ascii_case("Stopped"));
    let stopped = is_stopped.then_some(
        "it is stopped, so it takes no pods: `az aks nodepool start` starts it; or remove it here",
    );
    let of_machines = machines.map(|_| {
        "it is of the type `VirtualMachines`, which has no scale set: see under which name the cluster autoscaler knows it, and write that as `nodeGroup`"
    });
    stopped.into_iter().chain(of_machines).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pool_of_machines_has_its_sizes_in_a_profile() {
        let json = json!({
            "name": "vms", "vmSize": null, "type": "VirtualMachines", "enableAutoScaling": false, "count": 3,
            "virtualMachinesProfile": {"scale": {
                "manual": [{"size": "Standard_D2s_v5", "count": 1}, {"size": "Standard_D4s_v5", "count": 2}],
                "autoscale": null,
            }},
        });
        let all = LISTS[0].read(&json!([json])).expect("it is such a list");
        let [found] = all.as_slice() else {
            panic!("{all:?}");
        };
        let sizes: Vec<&str> = found.vm_sizes.iter().map(String::as_str).collect();
        assert_eq!(sizes, ["Standard_D2s_v5", "Standard_D4s_v5"]);
        assert_eq!((found.nodes, found.not_scaled), (Some((3, 3)), None));
        assert_eq!(found.remarks.len(), 1);
        let scaled = json!({
            "name": "vms", "virtualMachinesProfile": {"scale": {
                "autoscale": {"size": "Standard_D2s_v5", "minCount": 1, "maxCount": 5},
            }},
        });
        assert_eq!(pool(&scaled).expect("a pool").nodes, Some((1, 5)));
    }

    #[test]
    fn an_id_tells_the_cluster_and_its_group() {
        let pool = |id: &str| {
            pool(&json!({"name": "a", "vmSize": "Standard_D2s_v5", "id": id})).expect("a pool")
        };
        let found = pool(
            "/subscriptions/0/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/shop/agentPools/a",
        );
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        assert_eq!(text(&found.cluster), "shop");
        assert_eq!(text(&found.resource_group), "rg");
        let other = pool("/subscriptions/0");
        assert_eq!((other.cluster, other.resource_group), (None, None));
    }

    #[test]
    fn a_stopped_pool_is_told() {
        let of = |code: &str| json!({"name": "a", "vmSize": "Standard_D2s_v5", "powerState": {"code": code}});
        assert!(pool(&of("Stopped")).expect("a pool").remarks[0].starts_with("it is stopped"));
        assert_eq!(pool(&of("Running")).expect("a pool").remarks, [""; 0]);
    }
}
