//! The article's system, value for value: what its own YAML says, wherever that is legal.

use serde_json::{Value, json};

use super::golden::root;
use super::output_invariants::{documents, text};

fn article(file: &str) -> Vec<Value> {
    let text =
        std::fs::read_to_string(root().join("article").join(file)).expect("the case is there");
    documents(&text)
}

fn object<'a>(objects: &'a [Value], kind: &str, namespace: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|object| {
            text(object, "/kind") == kind
                && text(object, "/metadata/namespace") == namespace
                && text(object, "/metadata/name") == name
        })
        .unwrap_or_else(|| panic!("no {kind} {namespace}/{name}"))
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("YAML")
}

#[test]
fn priority_expander() {
    let objects = article("manifests.yaml");
    let map = object(
        &objects,
        "ConfigMap",
        "kube-system",
        "cluster-autoscaler-priority-expander",
    );
    assert_eq!(
        yaml(text(map, "/data/priorities")),
        yaml("20: [\".*spot.*\"]\n10: [\".*\"]\n")
    );
}

#[test]
fn placement() {
    let patches = article("patches.yaml");
    let pod = object(&patches, "Deployment", "default", "my-critical-app")
        .pointer("/spec/template/spec")
        .expect("a pod");
    let spot = "kubernetes.azure.com/scalesetpriority";
    assert_eq!(
        pod["tolerations"],
        json!([{"key": spot, "operator": "Equal", "value": "spot", "effect": "NoSchedule"}])
    );
    assert_eq!(
        pod["affinity"]["nodeAffinity"],
        json!({"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 100, "preference": {"matchExpressions": [{"key": spot, "operator": "In", "values": ["spot"]}]}},
        ]})
    );
    let apart = |weight: i32, key: &str| {
        let selector = json!({"matchLabels": {"app": "my-critical-app"}});
        json!({"weight": weight, "podAffinityTerm": {"labelSelector": selector, "topologyKey": key}})
    };
    assert_eq!(
        pod["affinity"]["podAntiAffinity"],
        json!({"preferredDuringSchedulingIgnoredDuringExecution": [
            apart(100, "topology.kubernetes.io/zone"),
            apart(50, "kubernetes.io/hostname"),
        ]})
    );
    assert_eq!(pod["terminationGracePeriodSeconds"], 60);
    assert_eq!(
        pod.as_object().map(serde_json::Map::len),
        Some(3),
        "nothing else is placed"
    );
}

#[test]
fn disruption_budget() {
    let objects = article("manifests.yaml");
    let budget = object(
        &objects,
        "PodDisruptionBudget",
        "default",
        "my-critical-app-pdb",
    );
    assert_eq!(
        budget["spec"],
        json!({"minAvailable": 2, "selector": {"matchLabels": {"app": "my-critical-app"}}})
    );
}

#[test]
fn overprovisioner() {
    let objects = article("manifests.yaml");
    let deployment = object(&objects, "Deployment", "default", "overprovision-spot");
    let pod = &deployment["spec"]["template"]["spec"];
    assert_eq!(
        pod["containers"][0]["resources"]["requests"],
        json!({"cpu": "2", "memory": "4Gi"})
    );
    assert_eq!(
        pod["nodeSelector"],
        json!({"kubernetes.azure.com/scalesetpriority": "spot"})
    );
    assert_eq!(
        pod["tolerations"][0]["key"],
        "kubernetes.azure.com/scalesetpriority"
    );
    assert_eq!(pod["priorityClassName"], "overprovisioning");
    assert_eq!(
        object(&objects, "PriorityClass", "", "overprovisioning")["value"],
        -1
    );
    // One replica, until the autoscaler decides: the API's own default.
    assert!(deployment["spec"].get("replicas").is_none());
}

#[test]
fn proportional_autoscaler() {
    let objects = article("manifests.yaml");
    let pod = &object(
        &objects,
        "Deployment",
        "kube-system",
        "overprovision-scaler",
    )["spec"]["template"]["spec"];
    let arguments: Vec<&str> = pod["containers"][0]["args"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for argument in [
        "--target=deployment/overprovision-spot",
        "--namespace=default",
        "--configmap=overprovision-config",
        "--nodelabels=kubernetes.azure.com/scalesetpriority=spot",
    ] {
        assert!(
            arguments.contains(&argument),
            "{argument} is not among {arguments:?}"
        );
    }
    let map = object(&objects, "ConfigMap", "default", "overprovision-config");
    assert_eq!(
        yaml(text(map, "/data/linear")),
        json!({"coresPerReplica": 4, "nodesPerReplica": 1, "preventSinglePointFailure": true, "includeUnschedulableNodes": true})
    );
    // The article's 1.8.8 was never published; from 1.8.8 on the tags have a v.
    assert!(
        text(pod, "/containers/0/image")
            .starts_with("registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.")
    );
    // What the article leaves out, and without which its autoscaler cannot work.
    object(&objects, "Role", "default", "overprovision-scaler");
    let binding = object(&objects, "RoleBinding", "default", "overprovision-scaler");
    assert_eq!(binding["subjects"][0]["namespace"], "kube-system");
}

#[test]
fn descheduler() {
    let objects = article("manifests.yaml");
    let deployment = object(&objects, "Deployment", "kube-system", "spotgen-descheduler");
    let pod = &deployment["spec"]["template"]["spec"];
    assert!(text(pod, "/containers/0/args/1").ends_with("=5m"));
    assert_eq!(pod["tolerations"][0]["value"], "spot");
    let map = object(&objects, "ConfigMap", "kube-system", "spotgen-descheduler");
    let policy = yaml(text(map, "/data/policy.yaml"));
    assert_eq!(
        policy,
        json!({
            "apiVersion": "descheduler/v1alpha2",
            "kind": "DeschedulerPolicy",
            "profiles": [{
                "name": "nodeAffinity-profile",
                "pluginConfig": [
                    // evictLocalStoragePods is deprecated since 0.34; this says the same.
                    {"name": "DefaultEvictor", "args": {"nodeFit": false, "podProtections": {"defaultDisabled": ["PodsWithLocalStorage"]}}},
                    {"name": "RemovePodsViolatingNodeAffinity", "args": {"nodeAffinityType": ["preferredDuringSchedulingIgnoredDuringExecution"]}},
                ],
                "plugins": {"deschedule": {"enabled": ["RemovePodsViolatingNodeAffinity"]}},
            }],
        })
    );
}

#[test]
fn termination_handler_and_the_cloud() {
    let objects = article("manifests.yaml");
    object(
        &objects,
        "DaemonSet",
        "spot-system",
        "spotgen-termination-handler",
    );
    let read = |name: &str| {
        std::fs::read_to_string(root().join("article").join(name)).expect("the case is there")
    };
    assert!(read("stderr.txt").contains("spotgen render --format azure-cli > pools.sh\n"));
    let script = read("azure-cli.sh");
    for line in [
        "resource_group=myResourceGroup",
        "cluster=myAKSCluster",
        "    settings=expander=priority",
        "            --priority Spot --eviction-policy Delete --spot-max-price -1 \\",
        "            --enable-cluster-autoscaler --node-count 0 --min-count 0 --max-count 10 \\",
        "            --enable-cluster-autoscaler --node-count 1 --min-count 1 --max-count 10 \\",
    ] {
        assert!(
            script.lines().any(|found| found == line),
            "no {line:?} in:\n{script}"
        );
    }
}
