//! What the least configuration must become: a set-up that works, row by row.

use serde_json::{Value, json};

use super::golden::root;
use super::library;
use super::output_invariants::{documents, text};
use spotgen::components::ComponentId;

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
    let text = library::config(config).render("plan");
    serde_saphyr::from_str(&text.expect("it is valid")).expect("a plan is YAML")
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

/// Of two pools with the same CPU, the one with four times the memory is larger to pods that want memory, and no larger to
/// others.
#[test]
fn nodes_are_as_large_as_what_they_hold_of_the_pods() {
    let (much, little) = (
        spot("much", "Standard_E4s_v5", 20),
        spot("little", "Standard_F4s_v2", 20),
    );
    let orders = [much.clone() + &little + REGULAR, little + &much + REGULAR];
    let pod = |requests: &str| {
        format!(
            "    - {{name: web, namespace: shop, selector: {{app: web}}, replicas: 20, requests: {{{requests}}}}}\n"
        )
    };
    let [one, other] = &orders;
    // CPU and memory; memory only.
    for (requests, nodes) in [("cpu: 400m, memory: 2Gi", 4), ("memory: 2Gi", 3)] {
        let plans = [one, other].map(|pools| plan(&config(pools, &pod(requests))));
        for plan in &plans {
            // A few of the large nodes do, and when one of them is lost; of the small ones many are needed.
            let steps = steps(plan).as_array().expect("steps");
            assert_eq!(steps[0], json!([0, nodes]), "{requests}");
            let most = steps.last().and_then(|step| step[1].as_i64());
            assert!(most > Some(9), "{requests}: {most:?}");
            let first = &plan["autoscaler"]["priorities"][0];
            assert_eq!(
                first["patterns"],
                json!(["^aks-much-[0-9]+-vmss$"]),
                "{requests}"
            );
        }
        assert_eq!(steps(&plans[0]), steps(&plans[1]));
    }
    for requests in ["cpu: 400m, memory: 128Mi", "cpu: 400m"] {
        for pools in [one, other] {
            let plan = plan(&config(pools, &pod(requests)));
            let placeholder = &plan["overprovisioner"]["placeholders"][0];
            assert_eq!(placeholder["replicas"], 4, "{requests}");
            let first = &plan["autoscaler"]["priorities"][0]["patterns"];
            assert_eq!(first.as_array().map(Vec::len), Some(2), "{requests}");
        }
    }
}

/// Sizes of one family differ a little in what a core's share of memory is: that is no reason to begin with the largest.
#[test]
fn nodes_of_one_family_are_grown_from_the_smallest_on() {
    let pools = spot("spot1", "Standard_D64s_v5", 4)
        + &spot("spot2", "Standard_D4s_v5", 6)
        + &spot("spot3", "Standard_D16s_v5", 6)
        + REGULAR;
    for cpu in ["500m", "10m"] {
        let plan = plan(&config(&pools, &workload("web", "replicas: 60", cpu)));
        let tiers = plan["autoscaler"]["priorities"].as_array().expect("tiers");
        let first: Vec<&str> = tiers.iter().map(|tier| text(tier, "/patterns/0")).collect();
        assert_eq!(
            first,
            [
                "^aks-spot2-[0-9]+-vmss$",
                "^aks-spot3-[0-9]+-vmss$",
                "^aks-spot1-[0-9]+-vmss$",
                ".*"
            ],
            "{cpu}"
        );
    }
}

/// The last step of the ladder.
fn most(plan: &Value) -> i64 {
    let steps = steps(plan).as_array().expect("steps");
    steps
        .last()
        .and_then(|step| step[1].as_i64())
        .expect("a step")
}

/// Work that nobody listed would keep all that can be added, for good.
#[test]
fn no_more_placeholders_are_added_than_hold_the_stated_maximum_and_a_quarter_more() {
    let pools = spot("spot1", "Standard_D4s_v5", 40)
        + "    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 40}}\n";
    // Nodes that hold the maximum beside placeholders of 500m, with one to spare; then a quarter more.
    for (max, nodes, most_added) in [(6, 3, 4), (9, 3, 4), (40, 8, 10), (120, 25, 32)] {
        let range = format!("replicas: 3, autoscaling: {{min: 3, max: {max}}}");
        let scaled = plan(&config(&pools, &workload("web", &range, "500m")));
        assert_eq!(most(&scaled), most_added, "{max}");
        // The nodes that are kept where there never are fewer replicas.
        let fixed = format!("replicas: {max}");
        let fixed = plan(&config(&pools, &workload("web", &fixed, "500m")));
        let kept = &fixed["overprovisioner"]["placeholders"][0]["replicas"];
        assert_eq!(*kept, nodes, "{max}");
    }
}

/// What was measured: with three times the replicas of the mid-size system all Spot nodes were needed.
#[test]
fn nothing_is_scaled_where_nothing_could_be_added() {
    let pools =
        spot("spot1", "Standard_D4s_v5", 1) + &spot("spot2", "Standard_D8s_v5", 1) + REGULAR;
    let web = workload("web", "autoscaling: {min: 20, max: 40}", "500m");
    let plan = plan(&config(&pools, &web));
    // Each Spot node has its placeholder from the start.
    let placeholder = &plan["overprovisioner"]["placeholders"][0];
    assert_eq!(placeholder["replicas"], 2, "{placeholder}");
    assert!(plan.get("proportionalAutoscaler").is_none());
}

#[test]
fn all_spot_nodes_may_be_added_where_the_stated_maximum_needs_them() {
    let text = std::fs::read_to_string(root().join("mid-size/spot-config.yaml")).expect("a case");
    let mut config: Value = serde_saphyr::from_str(&text).expect("YAML");
    let workloads = config["spec"]["workloads"].as_array_mut();
    for workload in workloads.into_iter().flatten() {
        let replicas = workload["replicas"].as_i64().expect("replicas");
        workload["autoscaling"] = json!({"min": replicas, "max": 3 * replicas});
    }
    let measured = json!([[0, 5], [3, 6], [4, 7], [5, 8], [6, 9], [7, 10]]);
    assert_eq!(steps(&plan(&config.to_string())), &measured);
}

/// Of nodes whose size nobody knows there may have to be one for each pod.
#[test]
fn nodes_of_unknown_size_do_not_limit_what_is_added() {
    let pools = "    - {name: spot1, capacity: Spot, nodes: {min: 0, max: 40}}\n    - {name: regular1, capacity: OnDemand, \
                 vmSize: Standard_D4s_v5, nodes: {min: 1, max: 40}}\n";
    let web = workload("web", "replicas: 3, autoscaling: {min: 3, max: 12}", "500m");
    assert_eq!(most(&plan(&config(pools, &web))), 15);
}

/// The on-demand pool, the Spot pools, what a pod requests of CPU, and how many are added for a node.
#[test]
fn a_node_of_overflow_adds_as_many_as_hold_its_pods() {
    for (on_demand, spot_sizes, cpu, expected) in [
        // Of one size, one: 2960m beside a placeholder for 3460m.
        ("D4s_v5", &["D4s_v5"][..], "500m", 1),
        // 1960m beside a placeholder: two would take more than there is.
        ("D4s_v5", &["D4s_v5"], "1500m", 1),
        // No pod fits beside a placeholder: more of them would take nothing back.
        ("D4s_v5", &["D4s_v5"], "2500m", 1),
        // Five times 2960m for 15340m.
        ("D16s_v5", &["D4s_v5"], "500m", 5),
        ("D16s_v5", &["D4s_v5", "D8s_v5"], "500m", 5),
        // Never more than four nodes' pods at once on the largest.
        ("D16s_v5", &["D4s_v5", "D16s_v5"], "500m", 4),
        // But on the smallest half a node's at least.
        ("D16s_v5", &["D4s_v5", "D64s_v5"], "500m", 3),
        ("D4s_v5", &["D64s_v5"], "500m", 1),
    ] {
        let spot: String = spot_sizes
            .iter()
            .map(|size| {
                spot(
                    &size[..3].to_lowercase().replace('_', ""),
                    &format!("Standard_{size}"),
                    100,
                )
            })
            .collect();
        let pools = format!(
            "{spot}    - {{name: regular1, capacity: OnDemand, vmSize: Standard_{on_demand}, nodes: {{min: 1, max: 10}}}}\n"
        );
        let web = workload("web", "replicas: 3, autoscaling: {min: 3, max: 900}", cpu);
        let plan = plan(&config(&pools, &web));
        let steps = steps(&plan);
        let each = steps[1][1].as_i64().zip(steps[0][1].as_i64());
        let each = each.map(|(second, first)| second - first);
        assert_eq!(each, Some(expected), "{on_demand} {spot_sizes:?} {cpu}");
    }
}

/// Beside a placeholder of the size of the largest pod there may be little room for many small ones.
#[test]
fn more_are_added_where_a_placeholder_takes_most_of_a_node() {
    let pools = spot("spot1", "Standard_D4s_v5", 40) + REGULAR;
    let small = workload(
        "web",
        "replicas: 9, autoscaling: {min: 9, max: 900}",
        "100m",
    );
    let large = workload("report", "replicas: 1", "2500m");
    let plan = plan(&config(&pools, &(small + &large)));
    let [first, second] = [0, 1].map(|at| steps(&plan)[at][1].as_i64().expect("a number"));
    // Three times 960m of 3460m.
    assert_eq!(second - first, 3);
}

#[test]
fn how_strong_the_feedback_is_is_printed_for_the_smallest_and_the_largest_nodes() {
    let added = |config: &str| {
        let rows = library::config(config).numbers("").into_iter();
        let mut rows = rows.filter(|row| row.what.contains("added for overflow"));
        rows.next().expect("there is a row").how
    };
    let case = |name: &str| {
        std::fs::read_to_string(root().join(name).join("spot-config.yaml")).expect("a case")
    };
    let mid_size = added(&case("mid-size"));
    assert!(
        mid_size.contains("the Spot nodes that they add hold 57 to 171 % of the pods of that node"),
        "{mid_size}"
    );
    assert!(mid_size.ends_with("a node that only unlisted workloads need also counts"));
    let one_size = added(&case("autoscaled"));
    assert!(
        one_size.contains("the Spot nodes that they add hold 86 % of the pods of that node"),
        "{one_size}"
    );
    // By memory where it is used up first: 10.7Gi and 26.7Gi of 13.2Gi.
    let pools =
        spot("spot1", "Standard_D4s_v5", 9) + &spot("spot2", "Standard_E4s_v5", 9) + REGULAR;
    let cache = "    - {name: cache, namespace: shop, selector: {app: cache}, replicas: 9, requests: {cpu: 100m, memory: 2560Mi}}\n";
    let memory = added(&config(&pools, cache));
    assert!(memory.contains("hold 81 to 202 %"), "{memory}");
}

/// Which notes of `render` say that there are no placeholders.
fn notes_on_placeholders(config: &str) -> Vec<String> {
    let mut notes = library::config(config).notes("manifests");
    notes.retain(|note| note.contains("placeholders"));
    notes
}

#[test]
fn why_there_are_no_placeholders_is_said() {
    let pools = spot("spot1", "Standard_D4s_v5", 10) + &REGULAR.replace("D4s_v5", "D16s_v5");
    let of = |name: &str, replicas: &str, requests: &str| {
        format!(
            "    - {{name: {name}, namespace: shop, selector: {{app: {name}}}, replicas: {replicas}{requests}}}\n"
        )
    };
    let nothing = ", requests: {cpu: 0, memory: 0}";
    let something = ", requests: {cpu: 500m, memory: 512Mi}";
    let unsaid = "no workload that prefers Spot declares requests";
    let zero = "the requests of the workloads that prefer Spot are 0";
    let none_run = "the workloads that prefer Spot have 0 replicas";
    let too_large = "no pod that prefers Spot fits on a node of a Spot pool";
    for (workloads, expected) in [
        (of("web", "3", ""), Some(unsaid)),
        (of("web", "3", nothing), Some(zero)),
        (of("web", "3", "") + &of("api", "3", nothing), Some(zero)),
        (of("web", "0", something), Some(none_run)),
        (
            of("web", "3", nothing) + &of("api", "0", something),
            Some(none_run),
        ),
        (
            of("web", "3", ", requests: {cpu: 6, memory: 1Gi}"),
            Some(too_large),
        ),
        (of("web", "3", something), None),
        (of("web", "3", ", requests: {cpu: 500m, memory: 0}"), None),
        (of("web", "3", ", requests: {cpu: 0, memory: 512Mi}"), None),
        (of("web", "3", nothing) + &of("api", "3", something), None),
        (
            of("web", "0, autoscaling: {min: 0, max: 3}", something),
            None,
        ),
    ] {
        let expected: Vec<String> = expected
            .iter()
            .map(|why| format!("there are no placeholders: {why}"))
            .collect();
        let notes = notes_on_placeholders(&config(&pools, &workloads));
        let notes: Vec<String> = notes
            .into_iter()
            .filter(|note| note.contains("no placeholders"))
            .collect();
        assert_eq!(notes, expected, "{workloads}");
    }
}

/// A pool for much CPU and one for much memory: a placeholder that is large enough for either kind of pod fits on neither.
#[test]
fn a_placeholder_that_fits_on_no_spot_node_is_said() {
    let pools =
        spot("spot1", "Standard_F8s_v2", 4) + &spot("spot2", "Standard_E4s_v5", 4) + REGULAR;
    let large = |name: &str, cpu: &str, memory: &str| {
        format!(
            "    - {{name: {name}, namespace: shop, selector: {{app: {name}}}, replicas: 2, requests: {{cpu: {cpu}, memory: {memory}}}}}\n"
        )
    };
    let workloads = large("reckons", "6", "4Gi") + &large("remembers", "1", "20Gi");
    let notes = notes_on_placeholders(&config(&pools, &workloads));
    assert_eq!(
        notes,
        [
            "there are no placeholders on Spot: one with the largest CPU request and the largest memory request of all pods fits on no Spot node"
        ]
    );
}

/// What requests nothing is on the nodes that the others need, and does not make them look smaller.
#[test]
fn pods_that_request_nothing_or_are_not_there_do_not_count() {
    let pools = spot("spot1", "Standard_D4s_v5", 20) + REGULAR;
    let web = workload("web", "replicas: 12", "500m");
    let alone = plan(&config(&pools, &web));
    let others = "    - {name: none, namespace: shop, selector: {app: none}, replicas: 90, requests: {cpu: 0, memory: 0}}\n".to_owned()
        + &workload("asleep", "replicas: 0", "3");
    let beside = plan(&config(&pools, &(web + &others)));
    let placeholders = |plan: &Value| plan["overprovisioner"]["placeholders"].clone();
    assert_eq!(placeholders(&beside), placeholders(&alone));
    // But its replicas are not to be lost all at once.
    let single = workload("single", "replicas: 1", "500m");
    for (workloads, nodes) in [(single.clone(), 1), (single + &others, 2)] {
        let plan = plan(&config(&pools, &workloads));
        assert_eq!(placeholders(&plan)[0]["replicas"], nodes);
    }
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
    assert!(text(pod, "/containers/0/args/1").ends_with("=1m"));
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
            "labelSelector": {"matchExpressions": [{"key": "batch.kubernetes.io/job-name", "operator": "DoesNotExist"}]},
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

/// A workload that its own manifest keeps off Spot needs no room there, and fails over to nothing.
#[test]
fn no_placeholder_is_for_pods_that_are_never_on_spot() {
    let workload = |name: &str, cpu: &str, pod: &str| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 3\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
             {pod}\n      containers: [{{name: a, image: a:1, resources: {{requests: {{cpu: {cpu}, memory: 1Gi}}}}}}]\n"
        )
    };
    let web = workload("web", "500m", "enableServiceLinks: false");
    let given = |other: &str| library::config(PINNED).manifests(&format!("{web}{other}"));
    let requests = |other: &str| {
        let manifests =
            given(other).render_only("manifests", |id| id == ComponentId::Overprovisioner);
        let manifests = manifests.expect("it is rendered");
        let mut requests: Vec<String> = documents(&manifests)
            .iter()
            .filter_map(|object| {
                object.pointer("/spec/template/spec/containers/0/resources/requests")
            })
            .map(Value::to_string)
            .collect();
        requests.dedup();
        requests
    };
    let alone = requests("");
    assert!(!alone.is_empty(), "there are placeholders");
    let pinned = |label: &str| workload("big", "3", &format!("nodeSelector: {{{label}}}"));
    assert_eq!(
        requests(&pinned("kubernetes.azure.com/scalesetpriority: regular")),
        alone
    );
    // One edit apart, it may be on Spot.
    assert_ne!(requests(&pinned("kubernetes.io/os: linux")), alone);
}

const PINNED: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D8s_v5, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D8s_v5, nodes: {min: 1, max: 10}}
  classRules:
    - {match: {}, class: default}
";
