//! What `spotgen init` and its siblings read, and what they say of the rest.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::process::{spotgen, stderr, stdout};

fn deployment(name: &str) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"namespace": "shop", "name": name},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
                {"name": "main", "image": "registry.example.com/web:1", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}},
            ]}},
        },
    })
}

fn node(name: &str, labels: &Json) -> Json {
    json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
        "status": {"allocatable": {"cpu": "3860m", "memory": "12Gi", "pods": "30"}},
    })
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("the folder can be written to");
}

/// What is drafted, and what is said beside it.
fn init(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = spotgen(["init", "-o", "-", "--provider", "generic"])
        .args(arguments)
        .in_folder(folder)
        .run();
    (stdout(&output), stderr(&output))
}

#[test]
fn json_in_a_folder_is_read_and_folders_in_it_are_named() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    fs::create_dir_all(folder.join("apps/deep")).expect("it can be made");
    write(folder, "apps/web.json", &deployment("web").to_string());
    write(folder, "apps/deep/api.yaml", &deployment("api").to_string());
    let (draft, said) = init(folder, &["apps"]);
    assert!(draft.contains("1 workload,"), "{draft}");
    assert!(
        said.contains("1 folder in apps is not read, such as apps/deep"),
        "{said}"
    );
    assert!(said.contains("'apps/**/*.yaml'"), "{said}");
    write(folder, "spot-config.yaml", &draft);
    let check = spotgen(["check", "apps", "--numbers"])
        .in_folder(folder)
        .run();
    let found = stdout(&check);
    assert!(!found.contains("unused-class-rule"), "{found}");
}

/// kubectl reads values of JSON one after the other.
#[test]
fn values_of_json_one_after_the_other_are_read_by_all() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let both = format!("{}{}\n", deployment("web"), deployment("api"));
    write(folder, "apps.json", &both);
    let (draft, said) = init(folder, &["apps.json"]);
    assert!(draft.contains("2 workloads,"), "{draft}{said}");
    write(folder, "spot-config.yaml", &draft);
    let check = spotgen(["check", "apps.json"]).in_folder(folder).run();
    let found = stdout(&check);
    assert!(
        !found.contains("[manifests]") && !found.contains("unused-class-rule"),
        "{found}"
    );
    let markers = format!("{}\n---\n{}\n", deployment("web"), deployment("api"));
    write(folder, "apps.json", &markers);
    let (draft, said) = init(folder, &["apps.json"]);
    assert!(draft.contains("2 workloads,"), "{draft}{said}");
}

#[test]
fn what_is_left_out_is_named_with_its_file() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    write(folder, "good.json", &deployment("web").to_string());
    let cut = deployment("api").to_string();
    write(folder, "cut.json", &cut[..cut.len() - 9]);
    let (_, said) = init(folder, &["good.json", "cut.json"]);
    assert!(
        said.contains("the JSON at line 1 in cut.json is left out: it ends too early"),
        "{said}"
    );
}

#[test]
fn a_list_of_pools_is_no_snapshot() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let pools = json!([{"name": "spot1", "vmSize": "Standard_D4s_v5", "scaleSetPriority": "Spot"}]);
    write(folder, "pools.json", &pools.to_string());
    let (draft, said) = init(folder, &["pools.json"]);
    assert!(draft.is_empty(), "{draft}");
    assert!(
        said.contains("pools.json is a list of node pools of the cloud"),
        "{said}"
    );
    assert!(said.contains("--pools pools.json"), "{said}");
}

#[test]
fn daemon_sets_without_requests_are_told_once() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let mut items = vec![
        node("a", &json!({"node-pool": "one"})),
        node("b", &json!({"node-pool": "two"})),
    ];
    for (name, requests) in [
        (
            "agent",
            json!({"requests": {"cpu": "50m", "memory": "64Mi"}}),
        ),
        ("bare", json!({})),
        ("empty", json!({})),
    ] {
        let mut found = deployment(name);
        found["kind"] = json!("DaemonSet");
        found["spec"]["template"]["spec"]["containers"][0]["resources"] = requests;
        items.push(found);
        for on in ["a", "b"] {
            items.push(json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"namespace": "shop", "name": format!("{name}-{on}"), "ownerReferences": [
                    {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name, "uid": "1", "controller": true},
                ]},
                "spec": {"nodeName": on}, "status": {"phase": "Running"},
            }));
        }
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    write(folder, "cluster.json", &list.to_string());
    let (draft, said) = init(folder, &["cluster.json"]);
    let line = "# 2 DaemonSets without requests, such as `bare`, are not in `daemonSetOverhead`.";
    assert_eq!(draft.matches(line).count(), 1, "{draft}{said}");
}

#[test]
fn a_pool_with_two_labels_of_spot_has_the_shared_one() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let draft_of = |first: &Json, second: &Json| {
        let items = [node("a", first), node("b", second)];
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        write(folder, "cluster.json", &list.to_string());
        init(folder, &["cluster.json"]).0
    };
    let both =
        json!({"node-pool": "one", "node.kubernetes.io/lifecycle": "spot", "lifecycle": "spot"});
    let one = json!({"node-pool": "one", "lifecycle": "spot"});
    let draft = draft_of(&both, &one);
    assert!(draft.contains("spotLabel: {lifecycle: spot}"), "{draft}");
    assert!(!draft.contains("lack the label"), "{draft}");
    let other = json!({"node-pool": "one", "node-lifecycle": "spot"});
    let draft = draft_of(&other, &one);
    assert!(
        draft.contains("1 of its 2 Spot nodes lack the label"),
        "{draft}"
    );
}

/// A descheduler that balances, and brings nothing back to Spot.
#[test]
fn a_descheduler_for_something_else_is_named() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let program = |policy: &str| {
        let mut found = deployment("balancer");
        found["spec"]["template"]["spec"] = json!({
            "containers": [{
                "name": "main", "image": "registry.k8s.io/descheduler/descheduler:v0.36.0",
                "args": ["--policy-config-file=/policy/policy.yaml", "--descheduling-interval=7m"],
                "volumeMounts": [{"name": "policy", "mountPath": "/policy"}],
            }],
            "volumes": [{"name": "policy", "configMap": {"name": "policy"}}],
        });
        let map = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "shop", "name": "policy"},
            "data": {"policy.yaml": policy},
        });
        let items = [
            node("a", &json!({"node-pool": "one"})),
            found,
            map,
            deployment("web"),
        ];
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        write(folder, "cluster.json", &list.to_string());
        init(folder, &["cluster.json"]).0
    };
    let head = "apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n";
    let draft = program(&format!(
        "{head}profiles:\n- name: balance\n  pluginConfig: [{{name: RemoveDuplicates}}]\n  plugins: {{balance: {{enabled: [RemoveDuplicates]}}}}\n"
    ));
    let words = draft
        .split_whitespace()
        .filter(|word| *word != "#")
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        words.contains("Deployment `balancer` is made by hand."),
        "{draft}"
    );
    assert!(
        words.contains("no profile of its policy brings pods back to Spot"),
        "{draft}"
    );
    let draft = program(&format!(
        "{head}maxNoOfPodsToEvictTotal: 4\nprofiles:\n- name: failback\n  pluginConfig:\n  - name: DefaultEvictor\n    \
         args: {{nodeFit: true, minReplicas: 2, minPodAge: 30m, priorityThreshold: {{value: 100}}}}\n  \
         - name: RemovePodsViolatingNodeAffinity\n    args:\n      nodeAffinityType: \
         [preferredDuringSchedulingIgnoredDuringExecution]\n      namespaces: {{exclude: [legacy]}}\n  \
         plugins: {{deschedule: {{enabled: [RemovePodsViolatingNodeAffinity]}}}}\n"
    ));
    for line in [
        "interval: 7m",
        "limits: {total: 4}",
        "namespaces: {exclude: [legacy]}",
        "evictor: {minReplicas: 2, minPodAge: 30m, priorityThreshold: {value: 100}}",
    ] {
        assert!(draft.contains(line), "no {line} in {draft}");
    }
    write(folder, "spot-config.yaml", &draft);
    let check = spotgen(["check", "cluster.json"]).in_folder(folder).run();
    assert!(
        !stdout(&check).contains("error[schema]"),
        "{}",
        stdout(&check)
    );
}

/// Each in plain words, and without a line of the object, which is none of the file.
#[test]
fn what_is_wrong_with_an_object_is_named_in_plain_words() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let mut three = deployment("three");
    three["spec"]["replicas"] = json!("three");
    let mut nameless = deployment("nameless");
    nameless["metadata"] = Json::Null;
    let mut number = deployment("number");
    number["metadata"]["name"] = json!(3);
    let items = json!([
        deployment("web"),
        three,
        nameless,
        number,
        null,
        node("a", &json!("x"))
    ]);
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    write(folder, "good.json", &deployment("api").to_string());
    write(folder, "odd.json", &list.to_string());
    let (draft, said) = init(folder, &["good.json", "odd.json"]);
    assert!(draft.contains("class: default"), "{draft}");
    for line in [
        "Deployment `shop/three` in odd.json is not read in full: `replicas` of Deployment `three` must be a whole number",
        "Deployment in odd.json is left out: it has no `metadata.name`",
        "Deployment in odd.json is left out: `name` has the number `3` where text belongs",
        "an object in odd.json is left out: there is `null` where a map belongs",
        "Node `a` in odd.json is left out: `labels` has the text \"x\" where a map belongs",
    ] {
        assert!(said.contains(line), "no `{line}` in {said}");
    }
    assert!(
        !said.contains("struct") && !said.contains("column"),
        "{said}"
    );
    let status = spotgen(["status", "odd.json"]).in_folder(folder).run();
    let said = stderr(&status);
    assert!(said.contains("`replicas` of Deployment `three`"), "{said}");
}
