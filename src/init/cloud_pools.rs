//! Node pools as the clouds' own tools list them: what no node tells, such as a Spot pool that is at zero.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::pool::Pool;
use crate::config::{Capacity, ProviderName};

/// What `--pools` names, and where it comes from.
#[derive(Clone, Debug)]
pub struct CloudPools {
    pub provider: ProviderName,
    pub pools: Vec<Pool>,
    /// The Kubernetes version that the pools have.
    pub kubernetes_version: Option<String>,
}

/// The commands whose output is understood.
pub const COMMANDS: &str = "`az aks nodepool list -o json`, `eksctl get nodegroup -o json`, `aws eks describe-nodegroup` or \
                            `gcloud container node-pools list --format json`";

/// Reads the output of one of those commands.
///
/// # Errors
/// Why it is none of them.
pub fn read(text: &str) -> Result<CloudPools, String> {
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("it is not JSON: {error}"))?;
    let items = match &json {
        Json::Array(items) => items.clone(),
        // `az aks show` has them within.
        Json::Object(map) if map.contains_key("agentPoolProfiles") => map["agentPoolProfiles"]
            .as_array()
            .cloned()
            .unwrap_or_default(),
        Json::Object(map) if map.contains_key("nodegroup") => vec![map["nodegroup"].clone()],
        Json::Object(_) => vec![json.clone()],
        _ => Vec::new(),
    };
    let first = items.first().ok_or("it lists no node pool")?;
    let has = |key: &str| first.get(key).is_some();
    let (provider, read): (_, fn(&Json) -> Option<Pool>) =
        if has("vmSize") || has("scaleSetPriority") {
            (ProviderName::Aks, aks)
        } else if has("AutoScalingGroupName") || has("NodeGroupType") {
            (ProviderName::Eks, eksctl)
        } else if has("nodegroupName") {
            (ProviderName::Eks, eks)
        } else if has("config") && has("name") {
            (ProviderName::Gke, gke)
        } else {
            return Err(format!("it is not the output of {COMMANDS}"));
        };
    let versions = [
        "currentOrchestratorVersion",
        "orchestratorVersion",
        "version",
        "Version",
    ];
    let version = versions.iter().find_map(|key| text_of(first, key));
    Ok(CloudPools {
        provider,
        pools: items.iter().filter_map(read).collect(),
        kubernetes_version: version.filter(|version| version.starts_with("1.")),
    })
}

fn text_of(json: &Json, key: &str) -> Option<String> {
    let text = json.get(key)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(json: &Json, key: &str) -> Option<i64> {
    json.get(key)?.as_i64()
}

fn texts(json: Option<&Json>) -> Vec<String> {
    let items = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn labels(json: Option<&Json>) -> BTreeMap<String, String> {
    let map = json.and_then(Json::as_object).into_iter().flatten();
    map.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn capacity(is_spot: bool) -> Capacity {
    if is_spot {
        Capacity::Spot
    } else {
        Capacity::OnDemand
    }
}

/// Source: Azure/bicep-types-az microsoft.containerservice, `ManagedClusterAgentPoolProfile`.
fn aks(json: &Json) -> Option<Pool> {
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
    let mut remarks = Vec::new();
    if !scales {
        let switch = "`az aks nodepool update --enable-cluster-autoscaler`";
        remarks.push(format!(
            "the autoscaler does not scale it: {switch} lets it"
        ));
    }
    let spot_taint = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";
    let taints = texts(json.get("nodeTaints"));
    Some(Pool {
        capacity: Some(capacity(is("scaleSetPriority", "Spot"))),
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
        remarks,
        ..Pool::named(name)
    })
}

/// It does not say how the nodes are bought.
/// Source: eksctl-io/eksctl pkg/actions/nodegroup/get.go, `Summary`.
fn eksctl(json: &Json) -> Option<Pool> {
    let name = text_of(json, "Name")?;
    let is_managed = text_of(json, "NodeGroupType").is_none_or(|kind| kind == "managed");
    Some(Pool {
        vm_sizes: instance_types(text_of(json, "InstanceType")),
        nodes: number(json, "MinSize").zip(number(json, "MaxSize")),
        node_group: text_of(json, "AutoScalingGroupName").filter(|_| !is_managed),
        ..Pool::named(name)
    })
}

/// Several are in one text: `m5.large,m5a.large`. `-` is for a launch template that says.
fn instance_types(text: Option<String>) -> std::collections::BTreeSet<String> {
    let text = text.unwrap_or_default();
    let types = text.split(',').map(str::trim);
    types
        .filter(|name| !name.is_empty() && *name != "-")
        .map(str::to_owned)
        .collect()
}

/// Source: <https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html>.
fn eks(json: &Json) -> Option<Pool> {
    let name = text_of(json, "nodegroupName")?;
    let scaling = json.get("scalingConfig");
    let of_scaling = |key: &str| scaling.and_then(|scaling| number(scaling, key));
    Some(Pool {
        capacity: Some(capacity(
            text_of(json, "capacityType").as_deref() == Some("SPOT"),
        )),
        vm_sizes: texts(json.get("instanceTypes")).into_iter().collect(),
        nodes: of_scaling("minSize").zip(of_scaling("maxSize")),
        labels: labels(json.get("labels")),
        taints: Some(taints(json.get("taints"))),
        ..Pool::named(name)
    })
}

/// The taints of EKS and GKE: `{key, value, effect: NO_SCHEDULE}`.
fn taints(json: Option<&Json>) -> Vec<String> {
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

/// Source: <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools>.
fn gke(json: &Json) -> Option<Pool> {
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
    Some(Pool {
        capacity: Some(capacity(is("spot") || is("preemptible"))),
        vm_sizes: text_of(config, "machineType").into_iter().collect(),
        zones: texts(json.get("locations")).into_iter().collect(),
        nodes: nodes.or(of_pool),
        is_range_of_pool: nodes.is_none() && of_pool.is_some(),
        labels: labels(config.get("labels"))
            .into_iter()
            .filter(|(key, _)| !key.starts_with("cloud.google.com/"))
            .collect(),
        taints: Some(taints(config.get("taints"))),
        max_pods: most,
        ..Pool::named(name)
    })
}
