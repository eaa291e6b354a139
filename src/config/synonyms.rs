//! What people write who come from Kubernetes, a cloud or Terraform, and what it is called here.

use serde_json::Value;

use super::alternatives::property;

/// Keys in lower case, without `-` and `_`, with the paths that can be meant. In a given map, the first path that exists
/// there is.
const KEYS: &[(&str, &[&str])] = &[
    // Node pools: `az aks nodepool`, EKS node groups, GKE node pools, Karpenter, and their Terraform resources.
    ("agentpools", &["nodePools"]),
    ("agentpoolprofiles", &["nodePools"]),
    ("managednodegroups", &["nodePools"]),
    ("nodegroups", &["nodePools"]),
    ("nodes", &["nodePools", "node"]),
    ("pools", &["nodePools"]),
    ("capacitytype", &["capacity"]),
    ("lifecycle", &["capacity"]),
    ("preemptible", &["capacity"]),
    ("spotinstances", &["capacity"]),
    (
        "priority",
        &["capacity", "priorityClass.value", "priorities"],
    ),
    ("provisioningmodel", &["capacity"]),
    ("scalesetpriority", &["capacity"]),
    ("evictionpolicy", &["spot.evictionPolicy"]),
    ("scalesetevictionpolicy", &["spot.evictionPolicy"]),
    ("maxprice", &["spot.maxPrice"]),
    ("spotmaxprice", &["spot.maxPrice"]),
    ("instancetype", &["vmSize"]),
    ("instancetypes", &["vmSize"]),
    ("machinetype", &["vmSize"]),
    ("nodevmsize", &["vmSize"]),
    ("size", &["vmSize", "replicas"]),
    ("sku", &["vmSize"]),
    ("availabilityzones", &["zones"]),
    ("locations", &["zones"]),
    ("nodelocations", &["zones"]),
    ("min", &["nodes.min", "autoscaling.min", "minAvailable"]),
    ("max", &["nodes.max", "autoscaling.max", "maxUnavailable"]),
    ("minimum", &["min", "nodes.min", "autoscaling.min"]),
    ("maximum", &["max", "nodes.max", "autoscaling.max"]),
    ("mincount", &["min", "nodes.min"]),
    ("maxcount", &["max", "nodes.max"]),
    ("minnodecount", &["min", "nodes.min"]),
    ("maxnodecount", &["max", "nodes.max"]),
    ("minnodes", &["min", "nodes.min"]),
    ("maxnodes", &["max", "nodes.max"]),
    ("minsize", &["min", "nodes.min"]),
    ("maxsize", &["max", "nodes.max"]),
    ("count", &["replicas", "nodes"]),
    ("desiredsize", &["nodes"]),
    ("autoscaling", &["nodes"]),
    ("autoscalingconfig", &["nodes"]),
    ("desiredcapacity", &["nodes"]),
    ("enableautoscaling", &["nodes"]),
    ("nodecount", &["nodes"]),
    ("nodelabels", &["labels"]),
    ("nodetaints", &["taints"]),
    ("os", &["osType"]),
    ("asg", &["nodeGroup"]),
    ("asgname", &["nodeGroup"]),
    ("autoscalinggroup", &["nodeGroup"]),
    ("autoscalinggroupname", &["nodeGroup"]),
    ("group", &["nodeGroup"]),
    ("instancegroup", &["nodeGroup"]),
    ("nodegroupname", &["nodeGroup"]),
    ("nodegrouppattern", &["nodeGroup"]),
    ("pattern", &["nodeGroup"]),
    ("scaleset", &["nodeGroup"]),
    ("vmss", &["nodeGroup"]),
    ("mixedinstancespolicy", &["instancesDistribution"]),
    ("mixedinstances", &["instancesDistribution"]),
    (
        "ondemandbasecapacity",
        &["instancesDistribution.onDemandBaseCapacity"],
    ),
    (
        "ondemandpercentageabovebasecapacity",
        &["instancesDistribution.onDemandPercentageAboveBaseCapacity"],
    ),
    ("ondemandbase", &["onDemandBaseCapacity"]),
    ("maxpodspernode", &["maxPods"]),
    ("arch", &["architecture"]),
    ("acceleratorcount", &["gpus"]),
    ("gpu", &["gpus"]),
    ("gpucount", &["gpus"]),
    ("totalmin", &["min"]),
    ("totalmax", &["max"]),
    ("totalminnodecount", &["min", "nodes.min"]),
    ("totalmaxnodecount", &["max", "nodes.max"]),
    ("lifecyclelabel", &["spotLabel"]),
    ("capacitylabel", &["spotLabel"]),
    ("spotlabels", &["spotLabel"]),
    ("spottaint", &["taints"]),
    ("spottaints", &["taints"]),
    // Workloads and classes: fields of Kubernetes, and what its objects are called for short.
    ("apps", &["workloads"]),
    ("deployments", &["workloads"]),
    ("services", &["workloads"]),
    ("matchlabels", &["selector", "labels"]),
    ("labelselector", &["selector", "match.labels"]),
    ("podlabels", &["selector"]),
    ("labels", &["selector", "match.labels", "commonLabels"]),
    ("replicacount", &["replicas"]),
    ("hpa", &["autoscaling"]),
    ("horizontalpodautoscaler", &["autoscaling"]),
    ("keda", &["autoscaling"]),
    ("scaledobject", &["autoscaling"]),
    ("scaling", &["autoscaling", "nodes"]),
    ("scalingconfig", &["nodes"]),
    ("minreplicas", &["min", "autoscaling.min"]),
    ("maxreplicas", &["max", "autoscaling.max"]),
    ("minreplicacount", &["min", "autoscaling.min"]),
    ("maxreplicacount", &["max", "autoscaling.max"]),
    ("resources", &["requests"]),
    ("cpu", &["requests.cpu", "allocatable.cpu"]),
    ("memory", &["requests.memory", "allocatable.memory"]),
    ("mem", &["memory", "requests.memory", "allocatable.memory"]),
    ("cores", &["cpu"]),
    ("budget", &["disruptionBudget"]),
    ("pdb", &["disruptionBudget"]),
    ("poddisruptionbudget", &["disruptionBudget"]),
    ("minavailable", &["disruptionBudget.minAvailable"]),
    ("maxunavailable", &["disruptionBudget.maxUnavailable"]),
    ("spot", &["placement.spot"]),
    ("weight", &["placement.weight"]),
    ("spread", &["placement.spread"]),
    ("topologyspreadconstraints", &["spread", "placement.spread"]),
    ("podantiaffinity", &["spread", "placement.spread"]),
    ("antiaffinity", &["spread", "placement.spread"]),
    ("tolerations", &["taints"]),
    ("hostname", &["node"]),
    ("topologykey", &["topologyKeys"]),
    (
        "graceperiodseconds",
        &["terminationGracePeriodSeconds", "podGracePeriodSeconds"],
    ),
    (
        "grace",
        &["terminationGracePeriodSeconds", "podGracePeriodSeconds"],
    ),
    (
        "graceperiod",
        &["terminationGracePeriodSeconds", "podGracePeriodSeconds"],
    ),
    ("terminationgraceperiod", &["terminationGracePeriodSeconds"]),
    ("tolerationseconds", &["nodeLossTolerationSeconds"]),
    ("inherits", &["extends"]),
    ("namespaces", &["match.namespaces"]),
    ("namespace", &["match.namespaces"]),
    ("ns", &["namespace", "match.namespaces"]),
    ("kinds", &["match.kinds"]),
    ("kind", &["match.kinds"]),
    ("names", &["match.names"]),
    ("name", &["match.names"]),
    // The cluster, and what else is under `spec`.
    ("clustername", &["name", "cluster.name"]),
    ("resourcegroup", &["cluster.resourceGroup"]),
    (
        "resourcegroupname",
        &["resourceGroup", "cluster.resourceGroup"],
    ),
    ("kubernetesversion", &["cluster.kubernetesVersion"]),
    (
        "k8sversion",
        &["kubernetesVersion", "cluster.kubernetesVersion"],
    ),
    (
        "version",
        &[
            "kubernetesVersion",
            "cluster.kubernetesVersion",
            "chart.version",
        ],
    ),
    ("cloud", &["provider"]),
    ("platform", &["provider"]),
    ("clusterautoscaler", &["autoscaler"]),
    ("autoscalerprofile", &["profile", "autoscaler.profile"]),
    (
        "clusterautoscalerprofile",
        &["profile", "autoscaler.profile"],
    ),
    ("expander", &["autoscaler.expander"]),
    ("annotations", &["commonAnnotations"]),
    ("rules", &["classRules"]),
    ("placeholders", &["overprovisioner.placeholders"]),
    ("nodeterminationhandler", &["terminationHandler"]),
    ("allow", &["check.allow"]),
    // The components.
    ("priorityclassname", &["priorityClass.name"]),
    ("nodepools", &["pools"]),
    ("deschedulinginterval", &["interval"]),
    ("schedule", &["interval"]),
    (
        "maxnoofpodstoevictpernamespace",
        &["perNamespace", "limits.perNamespace"],
    ),
    ("maxnoofpodstoevictpernode", &["perNode", "limits.perNode"]),
    ("maxnoofpodstoevicttotal", &["total", "limits.total"]),
];

/// Words in lower case, without `-` and `_`, with the words that can be meant.
const WORDS: &[(&str, &[&str])] = &[
    ("amazon", &["eks"]),
    ("aws", &["eks"]),
    ("azure", &["aks"]),
    ("azurerm", &["aks"]),
    ("gcp", &["gke"]),
    ("google", &["gke"]),
    ("googlecloud", &["gke"]),
    ("low", &["Spot"]),
    ("preemptible", &["Spot"]),
    ("regular", &["OnDemand", "Never"]),
    ("standard", &["OnDemand"]),
    ("ondemand", &["Never"]),
    ("always", &["Required"]),
    ("only", &["Required"]),
    ("spotonly", &["Required"]),
    ("allowed", &["Tolerated"]),
    ("optional", &["Tolerated"]),
    ("spot", &["Preferred"]),
    ("true", &["Preferred", "Spot"]),
    ("yes", &["Preferred", "Spot"]),
    ("on", &["Preferred", "Spot"]),
    ("false", &["Never", "OnDemand", "None"]),
    ("no", &["Never", "OnDemand", "None"]),
    ("off", &["Never", "OnDemand", "None"]),
    ("avoid", &["Avoided"]),
    ("fallback", &["Avoided"]),
    ("lastresort", &["Avoided"]),
    ("ondemandfirst", &["Avoided"]),
    ("ondemandpreferred", &["Avoided"]),
    ("antiaffinity", &["PodAntiAffinity"]),
    ("topologyspreadconstraints", &["TopologySpread"]),
    ("disabled", &["None"]),
    // What `kubectl` calls kinds for short.
    ("cj", &["CronJob"]),
    ("deploy", &["Deployment"]),
    ("ds", &["DaemonSet"]),
    ("po", &["Pod"]),
    ("rc", &["ReplicationController"]),
    ("rs", &["ReplicaSet"]),
    ("sts", &["StatefulSet"]),
];

/// Fields of a pod, in lower case, that stay in the manifest of its workload.
const POD_FIELDS: &[&str] = &[
    "affinity",
    "args",
    "command",
    "containers",
    "env",
    "image",
    "limits",
    "livenessprobe",
    "nodeselector",
    "ports",
    "priorityclassname",
    "readinessprobe",
    "securitycontext",
    "serviceaccountname",
    "tolerations",
    "volumes",
];

/// Whether an unknown key is a field of the pods of the workload that a map of this schema describes.
pub(crate) fn is_pod_field(root: &Value, map: &Value, key: &str) -> bool {
    property(root, map, "placement").is_some() && POD_FIELDS.contains(&folded(key).as_str())
}

/// The path of keys that is meant by an unknown key in a map of this schema.
pub(crate) fn meant_path(root: &Value, map: &Value, key: &str) -> Option<Vec<&'static str>> {
    let key = folded(key);
    let (_, paths) = KEYS.iter().find(|(written, _)| *written == key)?;
    let mut paths = paths.iter().map(|path| path.split('.').collect());
    paths.find(|path: &Vec<&str>| target(root, map, path).is_some())
}

/// The schema at the end of a path of keys.
pub(crate) fn target<'s>(root: &'s Value, map: &'s Value, path: &[&str]) -> Option<&'s Value> {
    path.iter()
        .try_fold(map, |schema, key| property(root, schema, key))
}

/// The one of `options` that a word stands for.
pub(crate) fn meant_word<'o>(options: &[&'o str], written: &str) -> Option<&'o str> {
    let written = folded(written);
    let (_, meant) = WORDS.iter().find(|(word, _)| *word == written)?;
    let mut options = options.iter().copied();
    options.find(|option| meant.contains(option))
}

/// A key as it is compared: in lower case, without `-` and `_`.
pub(crate) fn folded(written: &str) -> String {
    let written = written
        .chars()
        .filter(|letter| !matches!(letter, '-' | '_'));
    written.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use foldhash::HashSet;

    use serde_json::Value;

    use super::super::alternatives::alternatives;
    use super::super::strict_schema;
    use super::{KEYS, WORDS, folded, meant_path, target};

    fn schema() -> Value {
        strict_schema()
    }

    fn maps(root: &Value) -> impl Iterator<Item = &Value> {
        let types = root["$defs"].as_object().expect("there are types");
        types.values().chain([root])
    }

    #[test]
    fn every_path_leads_somewhere_from_where_the_key_is_unknown() {
        let root = schema();
        for (written, paths) in KEYS {
            assert_eq!(folded(written), *written);
            for path in *paths {
                let keys: Vec<&str> = path.split('.').collect();
                let mut maps = maps(&root).filter(|map| target(&root, map, &keys).is_some());
                let is_unknown = |map: &Value| {
                    let known = map["properties"].as_object().expect("a map has keys");
                    known.keys().all(|key| folded(key) != *written)
                };
                assert!(maps.any(is_unknown), "{written}: {path}");
            }
        }
    }

    #[test]
    fn a_key_is_listed_once() {
        let keys: HashSet<&str> = KEYS.iter().map(|(written, _)| *written).collect();
        assert_eq!(keys.len(), KEYS.len());
    }

    #[test]
    fn the_map_decides_what_is_meant() {
        let root = schema();
        let of = |map: &str, key: &str| {
            let path = meant_path(&root, &root["$defs"][map], key);
            path.map(|path| path.join("."))
        };
        for (map, key, path) in [
            ("Workload", "minReplicas", "autoscaling.min"),
            ("Autoscaling", "minReplicas", "min"),
            ("NodePool", "min_count", "nodes.min"),
            ("NodePool", "max", "nodes.max"),
            ("Workload", "max", "autoscaling.max"),
            ("Workload", "labels", "selector"),
            ("Spec", "labels", "commonLabels"),
            ("Workload", "pod-disruption-budget", "disruptionBudget"),
        ] {
            assert_eq!(of(map, key).as_deref(), Some(path), "{map}: {key}");
        }
        assert_eq!(of("Cluster", "pdb"), None);
    }

    #[test]
    fn every_word_is_one_of_the_schema() {
        let root = schema();
        let text = root.to_string();
        for (written, meant) in WORDS {
            assert_eq!(folded(written), *written);
            for meant in *meant {
                assert!(text.contains(&format!("\"{meant}\"")), "{meant}");
            }
        }
        assert!(maps(&root).all(|map| !alternatives(&root, map).is_empty()));
    }
}
