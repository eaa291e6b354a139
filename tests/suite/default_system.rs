//! What the least configuration must become: a set-up that works, row by row.

use serde_json::{Value, json};

use super::golden::root;
use super::program::spotgen;
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
    assert_eq!(pod["tolerations"][1]["tolerationSeconds"], 5);
    let objects = documents(&minimal("manifests.yaml"));
    let budget = &find(&objects, "PodDisruptionBudget", "web-pdb")["spec"];
    assert_eq!(budget["maxUnavailable"], "50%");
    assert_eq!(budget["unhealthyPodEvictionPolicy"], "AlwaysAllow");
}

#[test]
fn placeholders() {
    let objects = documents(&minimal("manifests.yaml"));
    let spot = &find(&objects, "Deployment", "overprovisioner-spot")["spec"];
    // On one node all replicas would go at once.
    assert_eq!(spot["replicas"], 2);
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
    // As many as the budget lets go at once: with three, the three pods and the descheduler, one would not fit on the node.
    assert_eq!(on_demand["replicas"], 2);
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

fn plan(config: &str) -> Value {
    let arguments = ["render", "--no-check", "--format", "plan", "-f", "-"];
    let output = spotgen(&root(), &arguments, config.as_bytes());
    let text = String::from_utf8(output.stdout).expect("it is text");
    serde_saphyr::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A configuration of these pools and workloads.
fn config(pools: &str, workloads: &str) -> String {
    format!(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: shop}}\nspec:\n  provider: aks\n  \
         nodePools:\n{pools}  workloads:\n{workloads}"
    )
}

const REGULAR: &str = "    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}\n";

fn spot(name: &str, size: &str, max: i64) -> String {
    format!(
        "    - {{name: {name}, capacity: Spot, vmSize: {size}, nodes: {{min: 0, max: {max}}}}}\n"
    )
}

fn workload(name: &str, more: &str, cpu: &str) -> String {
    format!(
        "    - {{name: {name}, namespace: shop, selector: {{app: {name}}}, {more}, requests: {{cpu: {cpu}, memory: 512Mi}}}}\n"
    )
}

fn steps(plan: &Value) -> &Value {
    &plan["overprovisioner"]["placeholders"][0]["scaling"]["control"]["ladder"]["nodesToReplicas"]
}

#[test]
fn spot_nodes_are_counted_by_what_must_come_back() {
    let one_size = spot("spot1", "Standard_D4s_v5", 20);
    // Beside a placeholder of 500m a node holds 2960m: workloads, and nodes that are kept.
    for (replicas, nodes) in [(1, 1), (2, 2), (5, 2), (6, 3), (12, 4), (100, 22)] {
        let pools = one_size.clone() + REGULAR;
        let workloads = workload("web", &format!("replicas: {replicas}"), "500m");
        let plan = plan(&config(&pools, &workloads));
        let placeholder = &plan["overprovisioner"]["placeholders"][0];
        let kept = if replicas == 100 { 20 } else { nodes };
        assert_eq!(placeholder["replicas"], kept, "{replicas}");
    }
}

#[test]
fn nodes_of_different_sizes_are_brought_in_an_order() {
    let pools =
        spot("spot1", "Standard_D4s_v5", 6) + &spot("spot2", "Standard_D64s_v5", 4) + REGULAR;
    let tiers = |plan: &Value| -> Vec<String> {
        let tiers = plan["autoscaler"]["priorities"].as_array().cloned();
        let text = |tier: &Value| format!("{} {}", tier["priority"], tier["patterns"][0]);
        tiers.unwrap_or_default().iter().map(text).collect()
    };
    // A node of 64 vCPUs is too much for three small pods, and better than many for many.
    let few = plan(&config(&pools, &workload("web", "replicas: 3", "500m")));
    assert_eq!(
        tiers(&few),
        [
            r#"21 "^aks-spot1-[0-9]+-vmss$""#,
            r#"20 "^aks-spot2-[0-9]+-vmss$""#,
            r#"10 ".*""#
        ]
    );
    // Two nodes of either size hold them: no need to add any.
    assert_eq!(few["overprovisioner"]["placeholders"][0]["replicas"], 2);
    // Where the sizes matter, as many as do on the large ones are kept, and more are added while pods are left.
    let many = plan(&config(&pools, &workload("web", "replicas: 60", "500m")));
    assert_eq!(steps(&many)[0], json!([0, 2]));
    let most = steps(&many)
        .as_array()
        .and_then(|steps| steps.last())
        .expect("steps");
    assert_eq!(most[1], 7);
}

#[test]
fn overflow_adds_placeholders_above_the_nodes_that_there_are_anyway() {
    let pools = spot("spot1", "Standard_D4s_v5", 4) + REGULAR;
    let web = workload("web", "replicas: 3, autoscaling: {min: 2, max: 30}", "500m");
    let alone = plan(&config(&pools, &web));
    // No more than the pool has nodes.
    assert_eq!(steps(&alone), &json!([[0, 2], [2, 3], [3, 4]]));
    // What lives on on-demand for good keeps two nodes busy: these are no overflow.
    let never = "    - {name: db, namespace: shop, selector: {app: db}, replicas: 3, placement: {spot: Never}, requests: {cpu: \
                 \"1\", memory: 1Gi}}\n";
    let beside = plan(&config(&pools, &(web + never)));
    assert_eq!(steps(&beside), &json!([[0, 2], [3, 3], [4, 4]]));
}

/// Where a placeholder does not fit, it would stay pending, and ask for Spot for ever.
#[test]
fn nodes_that_cannot_hold_a_placeholder_do_not_count() {
    let pools =
        spot("spot1", "Standard_D4s_v5", 10) + &spot("spot2", "Standard_D16s_v5", 3) + REGULAR;
    let large = plan(&config(&pools, &workload("db", "replicas: 6", "6")));
    assert_eq!(large["overprovisioner"]["placeholders"][0]["replicas"], 3);
    let none = spot("spot1", "Standard_D4s_v5", 0) + REGULAR;
    let none = plan(&config(&none, &workload("web", "replicas: 3", "500m")));
    let placeholders = none["overprovisioner"]["placeholders"].as_array().cloned();
    let names: Vec<Value> = placeholders
        .unwrap_or_default()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["on-demand"]);
}

#[test]
fn a_statefulset_goes_one_by_one() {
    let pools = spot("spot1", "Standard_D4s_v5", 4) + REGULAR;
    let set = workload("queue", "kind: StatefulSet, replicas: 5", "500m");
    let plan = plan(&config(&pools, &set));
    assert_eq!(
        plan["workloads"][0]["disruptionBudget"]["maxUnavailable"],
        1
    );
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
