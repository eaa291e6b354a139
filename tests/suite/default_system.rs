//! What the least configuration must become: a set-up that works, row by row.

use serde_json::{Value, json};

use super::golden::root;
use super::system::{documents, text};

fn minimal(file: &str) -> String {
    std::fs::read_to_string(root().join("minimal").join(file)).expect("the case is there")
}

fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|object| text(object, "/kind") == kind && text(object, "/metadata/name") == name)
        .unwrap_or_else(|| panic!("no {kind} {name}"))
}

#[test]
fn expander_and_profile() {
    let objects = documents(&minimal("manifests.yaml"));
    let map = find(
        &objects,
        "ConfigMap",
        "cluster-autoscaler-priority-expander",
    );
    assert_eq!(
        text(map, "/data/priorities"),
        "20:\n  - \"^aks-spot1-[0-9]+-vmss$\"\n10:\n  - \".*\"\n"
    );
    let plan: Value = serde_saphyr::from_str(&minimal("plan.yaml")).expect("YAML");
    assert_eq!(
        plan["autoscaler"]["profile"],
        json!({
            "expander": "priority",
            "max-node-provision-time": "5m",
            "max-total-unready-percentage": "100",
            "ok-total-unready-count": "1000",
            "skip-nodes-with-local-storage": "false",
        })
    );
    assert_eq!(
        plan["nodePools"][1]["taints"],
        json!([{"key": "spotgen.dev/capacity", "value": "on-demand", "effect": "PreferNoSchedule"}])
    );
}

#[test]
fn class_default() {
    let patches = documents(&minimal("patches.yaml"));
    let pod = patches[0].pointer("/spec/template/spec").expect("a pod");
    assert_eq!(
        pod["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]["weight"],
        100
    );
    assert!(pod["affinity"].get("podAntiAffinity").is_none());
    let spread: Vec<_> = pod["topologySpreadConstraints"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(spread.len(), 2);
    for constraint in spread {
        assert_eq!(constraint["maxSkew"], 3);
        assert_eq!(constraint["whenUnsatisfiable"], "ScheduleAnyway");
    }
    assert_eq!(pod["terminationGracePeriodSeconds"], 20);
    assert_eq!(pod["tolerations"][1]["tolerationSeconds"], 30);
    let objects = documents(&minimal("manifests.yaml"));
    let budget = &find(&objects, "PodDisruptionBudget", "web-pdb")["spec"];
    assert_eq!(budget["maxUnavailable"], "25%");
    assert_eq!(budget["unhealthyPodEvictionPolicy"], "AlwaysAllow");
}

#[test]
fn placeholders() {
    let objects = documents(&minimal("manifests.yaml"));
    let spot = &find(&objects, "Deployment", "overprovisioner-spot")["spec"];
    assert_eq!(spot["replicas"], 1);
    assert_eq!(spot["strategy"]["type"], "Recreate");
    let pod = &spot["template"]["spec"];
    assert_eq!(
        pod["containers"][0]["resources"]["requests"],
        json!({"cpu": "500m", "memory": "512Mi"})
    );
    let apart =
        &pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0];
    assert_eq!(apart["topologyKey"], "kubernetes.io/hostname");
    assert_eq!(
        find(&objects, "PriorityClass", text(pod, "/priorityClassName"))["value"],
        -5
    );

    let on_demand = &find(&objects, "Deployment", "overprovisioner-on-demand")["spec"];
    assert_eq!(on_demand["replicas"], 3);
    let pod = &on_demand["template"]["spec"];
    assert_eq!(
        pod["nodeSelector"],
        json!({"kubernetes.azure.com/agentpool": "regular1"})
    );
    assert_eq!(pod["tolerations"][0]["key"], "spotgen.dev/capacity");
    assert_eq!(
        find(&objects, "PriorityClass", text(pod, "/priorityClassName"))["value"],
        -1
    );
    assert!(!objects.iter().any(
        |object| text(object, "/metadata/labels/app.kubernetes.io~1name")
            == "proportional-autoscaler"
    ));
}

#[test]
fn descheduler() {
    let objects = documents(&minimal("manifests.yaml"));
    let deployment = &find(&objects, "Deployment", "spotgen-descheduler")["spec"];
    assert_eq!(deployment["replicas"], 1);
    let pod = &deployment["template"]["spec"];
    let terms = &pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        ["nodeSelectorTerms"];
    assert_eq!(terms[0]["matchExpressions"][0]["operator"], "NotIn");
    assert!(text(pod, "/containers/0/args/1").ends_with("=5m"));
    find(&objects, "PodDisruptionBudget", "spotgen-descheduler");
    let policy = text(
        find(&objects, "ConfigMap", "spotgen-descheduler"),
        "/data/policy.yaml",
    )
    .to_owned();
    let policy: Value = serde_saphyr::from_str(&policy).expect("YAML");
    assert_eq!(policy["maxNoOfPodsToEvictTotal"], 1);
    let plugins = &policy["profiles"][0]["pluginConfig"];
    assert_eq!(
        plugins[0]["args"],
        json!({
            "nodeFit": true,
            "nodeSelector": "kubernetes.azure.com/scalesetpriority=spot",
            "minPodAge": "10m",
            "podProtections": {"defaultDisabled": ["PodsWithLocalStorage"], "extraEnabled": ["PodsWithPVC"]},
        })
    );
    assert_eq!(
        plugins[1]["args"]["namespaces"],
        json!({"include": ["shop"]})
    );
}

#[test]
fn termination_handler() {
    let objects = documents(&minimal("manifests.yaml"));
    let pod =
        &find(&objects, "DaemonSet", "spotgen-termination-handler")["spec"]["template"]["spec"];
    assert_eq!(pod["priorityClassName"], "system-node-critical");
    assert_eq!(
        pod["nodeSelector"]["kubernetes.azure.com/scalesetpriority"],
        "spot"
    );
    assert_eq!(
        pod["containers"][0]["args"],
        json!([
            "-period=1s",
            "-nodeGracePeriodSeconds=25",
            "-podGracePeriodSeconds=-1"
        ])
    );
}

#[test]
fn images() {
    let manifests = minimal("manifests.yaml");
    for image in [
        "registry.k8s.io/pause:3.10",
        "registry.k8s.io/descheduler/descheduler:v0.36.0",
        "paskalmaksim/aks-node-termination-handler:v1.0.19",
    ] {
        assert!(manifests.contains(&format!("image: {image}\n")), "{image}");
    }
}
