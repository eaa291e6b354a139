//! What `spotgen init` leaves to those who made it, and whom it names.

use serde_json::{Value as Json, json};

use super::process::{spotgen, stderr, stdout};

fn workload(kind: &str, namespace: &str, name: &str) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"namespace": namespace, "name": name},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
                {"name": "main", "image": "registry.example.com/web:1", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}},
            ]}},
        },
    })
}

/// Placeholders on Spot that another hand has made.
fn placeholders(name: &str, class: &str) -> Json {
    let mut found = workload("Deployment", "tools", name);
    let pods = &mut found["spec"]["template"]["spec"];
    pods["containers"][0]["image"] = json!("registry.k8s.io/pause:3.10");
    pods["priorityClassName"] = json!(class);
    pods["nodeSelector"] = json!({"kubernetes.azure.com/scalesetpriority": "spot"});
    pods["tolerations"] =
        json!([{"key": "kubernetes.azure.com/scalesetpriority", "operator": "Exists"}]);
    found
}

fn class(name: &str, value: i64) -> Json {
    json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value,
        "preemptionPolicy": "PreemptLowerPriority",
    })
}

fn of_helm(mut object: Json, release: &str) -> Json {
    object["metadata"]["annotations"] = json!({
        "meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "tools",
    });
    object
}

fn of_spotgen(mut object: Json) -> Json {
    object["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "spotgen"});
    object["preemptionPolicy"] = json!("Never");
    object
}

/// The draft in one line, without the marks of comments.
fn draft(items: &[Json]) -> String {
    let web = workload("Deployment", "shop", "web");
    let items: Vec<&Json> = items.iter().chain([&web]).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let output = spotgen(["init", "-", "-o", "-", "--provider", "aks"])
        .stdin(list.to_string())
        .run();
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with('#'))
    {
        assert!(line.chars().count() <= 120, "{line}");
    }
    let words = text.split_whitespace().filter(|word| *word != "#");
    words.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn has(draft: &str, line: &str) {
    assert!(draft.contains(line), "no `{line}` in {draft}");
}

/// A class cannot be changed, and uninstalling a release deletes its own.
#[test]
fn only_the_value_of_another_hands_priority_class_is_taken_over() {
    let reserve = || placeholders("reserve", "overprovision");
    let found = draft(&[reserve(), of_helm(class("overprovision", -1), "over")]);
    has(
        &found,
        "priorityClass: {name: spotgen-placeholder-spot, value: -1}",
    );
    has(
        &found,
        "Of PriorityClass `overprovision`, which is of the Helm release `over` in `tools`, only the value is taken over",
    );
    has(
        &draft(&[reserve(), class("overprovision", -1)]),
        "PriorityClass `overprovision`, which is made by hand, only the value",
    );
    // The default has that value, and needs no word.
    let default = draft(&[reserve(), class("overprovision", -5)]);
    assert!(!default.contains("priorityClass:"), "{default}");
    let ours = draft(&[reserve(), of_spotgen(class("overprovision", -1))]);
    has(&ours, "priorityClass: {name: overprovision, value: -1}");
    let unknown = draft(&[reserve()]);
    assert!(!unknown.contains("priorityClass:"), "{unknown}");
    has(
        &unknown,
        "PriorityClass `overprovision` is not in the input",
    );
}

/// Two values need two classes, and a live class keeps its value.
#[test]
fn every_value_gets_a_class_of_its_own() {
    let items = [
        placeholders("one", "low"),
        placeholders("two", "lower"),
        of_helm(class("low", -1), "over"),
        of_helm(class("lower", -7), "over"),
    ];
    let both = draft(&items);
    has(&both, "{name: spotgen-placeholder-spot, value: -1}");
    has(&both, "{name: spotgen-placeholder-spot-2, value: -7}");
    let live = of_spotgen(class("spotgen-placeholder-spot", -5));
    let beside = draft(&[items[0].clone(), items[2].clone(), live]);
    has(&beside, "{name: spotgen-placeholder-spot-2, value: -1}");
}

#[test]
fn names_of_other_hands_are_not_used_again() {
    let own = || placeholders("overprovisioner-spot", "low");
    let found = draft(&[of_helm(own(), "over"), class("low", -1)]);
    has(&found, "{name: spot-2, capacity: Spot");
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tools"}});
    let kept = draft(&[own(), namespace.clone()]);
    has(&kept, "overprovisioner: namespace: tools");
    let gone = draft(&[own(), of_helm(namespace, "over")]);
    assert!(!gone.contains("namespace: tools"), "{gone}");
    has(
        &gone,
        "Namespace `tools` is of the Helm release `over` in `tools` and goes with it",
    );
}

/// Whatever else has a name of spotgen's is told first.
#[test]
fn objects_of_other_hands_with_names_of_spotgen_are_told() {
    let mut account = workload("Deployment", "kube-system", "tool");
    account["spec"]["template"]["spec"]["serviceAccountName"] = json!("spotgen-descheduler");
    let mover = workload("Deployment", "kube-system", "spotgen-descheduler");
    let found = draft(&[of_helm(account, "tool"), of_helm(mover, "mover")]);
    has(
        &found,
        "`spotgen render` writes Deployment `kube-system/spotgen-descheduler`, which is of the Helm release `mover`",
    );
    has(
        &found,
        "writes ServiceAccount `kube-system/spotgen-descheduler`, which Deployment `tool` uses, and that is of",
    );
    assert!(!draft(&[]).contains("`spotgen render` writes"));
}

#[test]
fn whose_the_priorities_are_is_told() {
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"namespace": "kube-system", "name": "cluster-autoscaler-priority-expander"},
        "data": {"priorities": "50:\n- .*spot.*\n10:\n- .*\n"},
    });
    let found = draft(&[of_helm(map.clone(), "autoscaler")]);
    has(
        &found,
        "in `kube-system`, which is of the Helm release `autoscaler` in `tools`; without them",
    );
    has(&found, "drop `expanderPriorities`");
    assert!(!found.contains("`spotgen render` writes"), "{found}");
    has(&draft(&[map]), "delete the file that made it");
}

#[test]
fn what_a_rollout_makes_is_named_by_the_rollout() {
    let mut set = workload("ReplicaSet", "shop", "checkout-5d8f7c6b9");
    set["metadata"]["ownerReferences"] = json!([
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "checkout", "uid": "1", "controller": true},
    ]);
    let mut former = set.clone();
    former["metadata"]["name"] = json!("checkout-66c4b8d7f");
    let alone = draft(&[set.clone(), former.clone()]);
    has(
        &alone,
        "1 workload of operators left out (Rollout `shop/checkout`)",
    );
    let mut rollout = workload("Rollout", "shop", "checkout");
    rollout["apiVersion"] = json!("argoproj.io/v1alpha1");
    let covered = draft(&[set, former, rollout]);
    assert!(!covered.contains("of operators"), "{covered}");
    has(&covered, "2 workloads, 2 in the class `default`");
}
