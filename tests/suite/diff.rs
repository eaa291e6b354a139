//! `spotgen diff`: what is applied is no difference, and each difference is told by object and field.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use regex::Regex;
use serde_json::{Value as Json, json};
use spotgen::diff::{Ending, Fate, Objects, PRUNED, Scope, live, outputs, read};
use spotgen::source::Sources;
use tempfile::TempDir;

use super::golden::{self, cases, root};
use super::library;
use super::process::{passes, spotgen, stderr, stdout};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn objects(text: &str) -> Objects {
    let mut sources = Sources::default();
    let id = sources.add("text", text);
    read(&sources, &[id]).unwrap_or_else(|failure| panic!("{}", failure.message))
}

fn scope() -> Scope {
    Scope {
        part_of: "shop".to_owned(),
        managed_by: "spotgen",
        components: None,
    }
}

/// The manifests of a golden case.
fn manifests(case: &str) -> String {
    fs::read_to_string(root().join(case).join("manifests.yaml")).expect("the case has manifests")
}

/// The same as `kubectl get -o json` prints it after `kubectl apply`.
fn applied(text: &str) -> Vec<Json> {
    let objects = objects(text);
    let live = objects.iter().enumerate().map(|(number, (_, object))| {
        let mut live = object.clone();
        let metadata = &mut live["metadata"];
        metadata["uid"] = json!(format!("uid-{number}"));
        metadata["resourceVersion"] = json!("1");
        metadata["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
        // kubectl always writes a map of annotations, and controllers write into it.
        let mut before = object.clone();
        if before["metadata"]["annotations"].is_null() {
            before["metadata"]["annotations"] = json!({});
        }
        metadata["annotations"][LAST_APPLIED] = json!(before.to_string());
        metadata["annotations"]["deployment.kubernetes.io/revision"] = json!("1");
        live["status"] = json!({"observedGeneration": 1});
        live
    });
    live.collect()
}

fn list(items: &[Json]) -> String {
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

/// The first object of a kind whose name begins like this.
fn one<'o>(items: &'o mut [Json], kind: &str, name: &str) -> &'o mut Json {
    let is_it = |item: &&mut Json| {
        let own = item["metadata"]["name"].as_str().unwrap_or_default();
        item["kind"] == kind && own.starts_with(name)
    };
    items
        .iter_mut()
        .find(is_it)
        .unwrap_or_else(|| panic!("there is no {kind} {name}"))
}

/// The minimal system, compared with this.
fn diff(live: &str, arguments: &[&str]) -> Output {
    let config = root().join("minimal/spot-config.yaml");
    spotgen(["diff".as_ref(), "-f".as_ref(), config.as_os_str()])
        .args(["-"])
        .args(arguments)
        .stdin(live)
        .run()
}

#[track_caller]
fn says(output: &Output, lines: &[&str]) {
    passes(output);
    let text = stdout(output);
    for line in lines {
        assert!(
            text.contains(line),
            "no {line:?} in:\n{text}{}",
            stderr(output)
        );
    }
}

#[test]
fn an_output_does_not_differ_from_itself() {
    let mut count = 0;
    for case in cases(&root()) {
        let path = case.join("manifests.yaml");
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let own = objects(&text);
        let differing = |found: &[spotgen::diff::ObjectChange]| format!("{path:?}: {found:#?}");
        let found = outputs(&own, &own);
        assert!(found.is_empty(), "{}", differing(&found));
        let found = live(&own, &own, &scope(), "kubectl");
        assert!(found.is_empty(), "{}", differing(&found));
        let there = objects(&list(&applied(&text)));
        let found = live(&own, &there, &scope(), "kubectl");
        assert!(found.is_empty(), "{}", differing(&found));
        count += 1;
    }
    assert!(count > 10, "{count}");
}

/// The objects are made as data: what stands in the text has to be the same.
#[test]
fn what_is_rendered_is_what_is_compared() {
    for case in ["minimal", "article", "everything", "monitoring"] {
        let config = root().join(case).join("spot-config.yaml");
        let output = spotgen(["diff".as_ref(), "-f".as_ref(), config.as_os_str()])
            .args(["-", "--exit-code"])
            .stdin(manifests(case))
            .run();
        says(&output, &["no differences in "]);
    }
}

#[test]
fn changes_by_hand_are_told_by_field() {
    let mut items = applied(&manifests("minimal"));
    let deployment = one(&mut items, "Deployment", "spotgen-descheduler");
    deployment["spec"]["replicas"] = json!(0);
    deployment["spec"]["progressDeadlineSeconds"] = json!(600);
    deployment["metadata"]["managedFields"] = json!([
        {"manager": "kubectl-client-side-apply", "operation": "Update", "fieldsV1": {"f:spec": {"f:template": {}}}},
        {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
    ]);
    let container = &mut deployment["spec"]["template"]["spec"]["containers"][0];
    container["resources"]["requests"]["cpu"] = json!("0.5");
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "~ Deployment kube-system/spotgen-descheduler\n",
            "  ~ spec.replicas: 0 → 1 (set by `kubectl-edit`)\n",
            ": 0 added, 1 changed, 0 no longer generated\n",
        ],
    );
    assert!(!stdout(&output).contains("cpu"), "{}", stdout(&output));
    assert!(!stdout(&output).contains("progress"), "{}", stdout(&output));
    let output = diff(&list(&items), &["--exit-code"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_an_earlier_version_applied_goes() {
    let mut items = applied(&manifests("minimal"));
    let account = one(&mut items, "ServiceAccount", "overprovisioner");
    let mut before = account.clone();
    before["metadata"]["labels"]["old"] = json!("x");
    account["metadata"]["labels"]["old"] = json!("x");
    account["metadata"]["labels"]["foreign"] = json!("y");
    account["metadata"]["annotations"][LAST_APPLIED] = json!(before.to_string());
    let output = diff(&list(&items), &[]);
    says(&output, &["  - metadata.labels.old: x\n"]);
    assert!(!stdout(&output).contains("foreign"), "{}", stdout(&output));

    // The same on the server's side.
    let account = one(&mut items, "ServiceAccount", "overprovisioner");
    account["metadata"]["annotations"] = json!({});
    let fields = json!({"f:metadata": {"f:labels": {"f:old": {}}}});
    account["metadata"]["managedFields"] =
        json!([{"manager": "kubectl", "operation": "Apply", "fieldsV1": fields}]);
    let output = diff(&list(&items), &[]);
    says(&output, &["  - metadata.labels.old: x\n"]);

    // Another manager's, and then nothing at all is known.
    let output = diff(&list(&items), &["--field-manager", "ci"]);
    says(&output, &["the field manager `kubectl` applies it"]);
    assert!(stderr(&output).contains("1 object says nothing about what was applied before"));
    assert!(
        !stdout(&output).contains("labels.old"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn immutable_fields_come_with_the_way_that_works() {
    let mut items = applied(&manifests("minimal"));
    one(&mut items, "PriorityClass", "spotgen-placeholder-spot")["value"] = json!(-7);
    one(&mut items, "Deployment", "spotgen-descheduler")["spec"]["selector"]["matchLabels"]["app.kubernetes.io/instance"] =
        json!("other");
    one(&mut items, "ClusterRoleBinding", "spotgen-descheduler")["roleRef"]["name"] = json!("view");
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "  ~ value: -7 → -5\n    cannot be changed in place: give the class another name, or delete it and apply again: \
             kubectl delete priorityclass.scheduling.k8s.io spotgen-placeholder-spot; running pods keep the priority",
            "cannot be changed in place: delete it with its pods, and apply again: kubectl delete deployment.apps \
             spotgen-descheduler --namespace kube-system\n",
            "  ~ roleRef.name: view → spotgen-descheduler\n    cannot be changed in place: ",
        ],
    );
}

#[test]
fn a_policy_is_compared_by_its_fields() {
    let mut items = applied(&manifests("minimal"));
    let map = one(&mut items, "ConfigMap", "spotgen-descheduler");
    let data = map["data"].as_object_mut().expect("it has data");
    let text = data["policy.yaml"].as_str().expect("a text").to_owned();
    let changed = text.replacen("minPodAge: 10m", "minPodAge: 20m", 1);
    assert_ne!(text, changed, "{text}");
    data["policy.yaml"] = json!(changed);
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "  ~ data[\"policy.yaml\"] > profiles[spot-failback].pluginConfig[DefaultEvictor].args.minPodAge: 20m → 10m\n",
        ],
    );
}

#[test]
fn objects_that_left_are_told_from_those_of_others() {
    let mut items = applied(&manifests("minimal"));
    let budget = |name: &str, namespace: &str, labels: &Json| {
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"name": name, "namespace": namespace, "uid": name, "labels": labels,
                "annotations": {LAST_APPLIED: "{}"}},
        })
    };
    let own =
        json!({"app.kubernetes.io/managed-by": "spotgen", "app.kubernetes.io/part-of": "shop"});
    let other =
        json!({"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/part-of": "shop"});
    let other_system =
        json!({"app.kubernetes.io/managed-by": "spotgen", "app.kubernetes.io/part-of": "else"});
    items.push(budget("gone", "shop", &own));
    items.push(budget("far", "elsewhere", &own));
    items.push(budget("helm", "shop", &other));
    items.push(budget("else", "shop", &other_system));
    let mut by_server = budget("by-server", "shop", &own);
    by_server["metadata"]["annotations"] = json!({});
    items.push(by_server);
    // What a controller copied the labels to has an owner, and was never applied. A prune looks at no owner.
    let references = json!([{"apiVersion": "v1", "kind": "Service", "name": "x", "uid": "x", "controller": true}]);
    let mut owned = budget("owned", "shop", &own);
    owned["metadata"]["ownerReferences"] = references;
    let mut slice = owned.clone();
    slice["metadata"]["name"] = json!("slice");
    slice["metadata"]["annotations"] = json!({});
    let mut by_server_and_owned = slice.clone();
    by_server_and_owned["metadata"]["name"] = json!("by-both");
    by_server_and_owned["metadata"]["managedFields"] =
        json!([{"manager": "kubectl", "operation": "Apply", "fieldsV1": {}}]);
    items.extend([owned, slice, by_server_and_owned]);
    items.push(json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "old", "uid": "n", "labels": own},
    }));
    items.push(json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hidden", "uid": "s", "labels": own},
        "data": {"password": "eA=="},
    }));
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "- PodDisruptionBudget shop/gone: is no longer generated: a prune would delete it\n",
            "- PodDisruptionBudget shop/owned: is no longer generated: a prune would delete it\n",
            "- PodDisruptionBudget shop/by-both: is no longer generated; a prune leaves it, since `kubectl apply` did",
            "- PodDisruptionBudget elsewhere/far: is no longer generated; a prune leaves it, since the output has no",
            "- PodDisruptionBudget shop/by-server: is no longer generated; a prune leaves it, since `kubectl apply` did",
            "to delete it: kubectl delete poddisruptionbudget.policy by-server --namespace shop\n",
            "- Namespace old: is no longer generated; a prune leaves namespaces",
            ": 0 added, 0 changed, 6 no longer generated\n",
        ],
    );
    let text = stdout(&output);
    for unnamed in ["helm", "else:", "slice", "hidden", "eA=="] {
        assert!(!text.contains(unnamed), "{unnamed} in:\n{text}");
    }
    // What a part of the output leaves out has not left.
    let output = diff(&list(&items), &["--only", "descheduler"]);
    assert!(
        !stdout(&output).contains("no longer generated:"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_left_and_is_being_deleted_needs_no_prune() {
    let mut items = applied(&manifests("minimal"));
    let budget = |name: &str, namespace: &str, more: &Json| {
        let mut metadata = json!({"name": name, "namespace": namespace, "uid": name, "annotations": more["annotations"],
            "labels": {"app.kubernetes.io/managed-by": "spotgen", "app.kubernetes.io/part-of": "shop"}});
        metadata["deletionTimestamp"] = more["deletionTimestamp"].clone();
        json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata})
    };
    let time = "2026-01-01T00:00:00Z";
    let applied = json!({LAST_APPLIED: "{}"});
    items.push(budget(
        "one",
        "shop",
        &json!({"annotations": applied, "deletionTimestamp": time}),
    ));
    items.push(budget(
        "two",
        "shop",
        &json!({"annotations": {}, "deletionTimestamp": time}),
    ));
    items.push(budget("three", "old", &json!({"annotations": applied})));
    items.push(budget("four", "shop", &json!({"annotations": applied})));
    items.push(json!({"apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": "old", "uid": "old", "deletionTimestamp": time}}));
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "- PodDisruptionBudget shop/one: is no longer generated, and is being deleted\n",
            "- PodDisruptionBudget shop/two: is no longer generated, and is being deleted\n",
            "- PodDisruptionBudget old/three: is no longer generated, and is being deleted with its namespace\n",
            "- PodDisruptionBudget shop/four: is no longer generated: a prune would delete it\n",
        ],
    );
    let text = stdout(&output);
    assert!(!text.contains("to delete it"), "{text}");
    assert!(!text.contains("apply when"), "{text}");
    let report = stdout(&diff(&list(&items), &["--report", "json"]));
    let report: Json = serde_json::from_str(&report).expect("JSON");
    let objects = report["objects"].as_array().expect("a list");
    for (name, ending) in [
        ("one", json!("object")),
        ("two", json!("object")),
        ("three", json!("namespace")),
        ("four", Json::Null),
    ] {
        let found = objects
            .iter()
            .find(|own| own["name"] == name)
            .expect("it is named");
        assert_eq!(found["ending"], ending, "{found:#}");
    }
}

#[test]
fn a_strategy_that_a_server_side_apply_cannot_change_comes_with_the_way_that_works() {
    let mut items = applied(&manifests("minimal"));
    let strategy = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
    let deployment = one(&mut items, "Deployment", "overprovisioner");
    let name = deployment["metadata"]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    deployment["spec"]["strategy"] = strategy;
    // By whatever it was made.
    for annotations in [deployment["metadata"]["annotations"].clone(), json!({})] {
        one(&mut items, "Deployment", &name)["metadata"]["annotations"] = annotations;
        let output = diff(&list(&items), &[]);
        let way = format!(
            "  ~ spec.strategy.type: RollingUpdate → Recreate\n    cannot be changed by `kubectl apply --server-side`: it leaves \
             `spec.strategy.rollingUpdate` there, and the API server refuses that beside `Recreate`; an apply without \
             `--server-side` removes it, or change both at once: kubectl patch deployment.apps {name} --namespace spot-system"
        );
        says(&output, &[&way]);
        let report = stdout(&diff(&list(&items), &["--report", "json"]));
        let report: Json = serde_json::from_str(&report).expect("JSON");
        let change = &report["objects"][0]["changes"][0];
        assert_eq!(
            (&change["path"], &change["inPlace"]),
            (&json!("/spec/strategy/type"), &json!(false))
        );
    }
}

#[test]
fn the_documents_prune_the_kinds_that_are_called_pruned() {
    let page = fs::read_to_string(root().join("../docs/operations.md")).expect("the page is there");
    let flag = Regex::new(r"--prune-allowlist=([\w.]+)/v1/(\w+)").expect("a regex");
    let named: BTreeSet<(String, String)> = flag
        .captures_iter(&page)
        .map(|found| {
            let group = Some(&found[1]).filter(|group| *group != "core");
            (group.unwrap_or_default().to_owned(), found[2].to_owned())
        })
        .collect();
    let known = PRUNED
        .iter()
        // The page names this group in words.
        .filter(|(group, _)| *group != "azmonitoring.coreos.com")
        .map(|(group, kind)| ((*group).to_owned(), (*kind).to_owned()));
    assert_eq!(named, known.collect());
}

#[test]
fn who_else_manages_an_object_is_said() {
    let mut items = applied(&manifests("minimal"));
    let map = one(
        &mut items,
        "ConfigMap",
        "cluster-autoscaler-priority-expander",
    );
    map["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("Helm");
    map["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "autoscaler", "meta.helm.sh/release-namespace": "kube-system"});
    let account = one(&mut items, "ServiceAccount", "overprovisioner");
    account["metadata"]["labels"]["kustomize.toolkit.fluxcd.io/name"] = json!("apps");
    let output = diff(&list(&items), &[]);
    says(
        &output,
        &[
            "    the Helm release `kube-system/autoscaler` manages it: the next `helm upgrade` undoes what is applied\n",
            "managed-by\"]: Helm → spotgen\n",
            "  ServiceAccount spot-system/overprovisioner: no difference\n    Flux manages it (`apps`)",
        ],
    );
}

#[test]
fn the_report_for_programs_has_pointers() {
    let mut items = applied(&manifests("minimal"));
    one(&mut items, "PriorityClass", "spotgen-placeholder-spot")["value"] = json!(-7);
    one(&mut items, "Namespace", "spot-system")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] =
        json!("baseline");
    items.retain(|item| item["kind"] != "PodDisruptionBudget");
    let output = diff(&list(&items), &["--report", "json"]);
    passes(&output);
    let report: Json = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(report["version"], 1);
    assert_eq!(report["counts"]["changed"], 2);
    let objects = report["objects"].as_array().expect("a list");
    let named = |kind: &str| {
        let mut objects = objects.iter();
        objects
            .find(|own| own["kind"] == kind)
            .expect("it is there")
    };
    let class = named("PriorityClass");
    assert_eq!(class["apiVersion"], "scheduling.k8s.io/v1");
    assert_eq!(class["change"], "changed");
    let change = &class["changes"][0];
    assert_eq!(change["path"], "/value");
    assert_eq!((&change["old"], &change["new"]), (&json!(-7), &json!(-5)));
    assert_eq!(change["inPlace"], false);
    assert!(change["way"].is_string());
    let namespace = &named("Namespace")["changes"][0];
    assert_eq!(
        namespace["path"],
        "/metadata/labels/pod-security.kubernetes.io~1enforce"
    );
    assert_eq!(namespace["inPlace"], true);
    assert_eq!(named("PodDisruptionBudget")["change"], "added");
    let order: Vec<(&str, &str, &str)> = objects
        .iter()
        .map(|own| {
            let text = |key: &str| own[key].as_str().unwrap_or_default();
            (text("kind"), text("namespace"), text("name"))
        })
        .collect();
    assert!(order.is_sorted(), "{order:?}");
}

/// A folder with two configurations.
fn two(new: &str, old: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in [("new.yaml", new), ("old.yaml", old)] {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    folder
}

fn against(folder: &Path, arguments: &[&str]) -> Output {
    spotgen(["diff", "-f", "new.yaml", "--against", "old.yaml"])
        .args(arguments)
        .in_folder(folder)
        .run()
}

#[test]
fn two_configurations_differ_in_objects_pools_and_settings() {
    let old = fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
    let new = old
        .replace(
            "{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}",
            "{name: spot1, capacity: Spot, vmSize: Standard_D8s_v5, nodes: {min: 0, max: 20}, labels: {a: b}}\n    \
             - {name: spot2, capacity: Spot, vmSize: Standard_D4as_v5, nodes: {min: 0, max: 10}}",
        )
        .replace("name: web,", "name: shop-web,")
        + "  autoscaler:\n    profile: {scan-interval: 20s}\n";
    let folder = two(&new, &old);
    let output = against(folder.path(), &[]);
    says(
        &output,
        &[
            "~ node pool spot1\n",
            "  ~ vmSize: Standard_D4s_v5 → Standard_D8s_v5\n    cannot be changed in place: AKS changes this on no existing pool",
            "  ~ nodes.max: 10 → 20\n",
            "  + labels.a: b\n",
            "+ node pool spot2: is new\n",
            "profile.scan-interval: ",
            "- PodDisruptionBudget shop/web-pdb: is no longer generated, and stays in the cluster until it is pruned\n",
            "+ PodDisruptionBudget shop/shop-web-pdb: is new\n",
            "2 node pools differ; the settings of the autoscaler differ\n",
        ],
    );
    let output = against(folder.path(), &["--exit-code", "--report", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Json = serde_json::from_str(&stdout(&output)).expect("JSON");
    let size = &report["nodePools"][0]["changes"][0];
    assert_eq!(
        (&size["path"], &size["inPlace"]),
        (&json!("/vmSize"), &json!(false))
    );
    let output = against(folder.path(), &["--only", "disruption-budgets"]);
    assert!(
        !stdout(&output).contains("node pool"),
        "{}",
        stdout(&output)
    );
    // The other way round it leaves.
    let folder = two(&old, &new);
    says(
        &against(folder.path(), &[]),
        &["- node pool spot2: has left the configuration; spotgen deletes no pools\n"],
    );
    let folder = two(&old, &old);
    says(
        &against(folder.path(), &["--exit-code"]),
        &["no differences in "],
    );
}

/// What each provider changes in place.
#[test]
fn pools_differ_by_provider() {
    let old = |provider: &str| {
        let text =
            fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
        let text = text.replace("provider: aks", &format!("provider: {provider}"));
        text.replace(
            ", vmSize: Standard_D4s_v5",
            ", allocatable: {cpu: 3, memory: 12Gi}",
        )
    };
    for (provider, is_fixed) in [
        ("aks", true),
        ("eks", true),
        ("gke", false),
        ("generic", false),
    ] {
        let old = old(provider);
        let new = old.replace("capacity: Spot,", "capacity: Spot, zones: ['1', '2'],");
        let folder = two(&new, &old);
        let output = against(folder.path(), &["--only", "node-pools"]);
        says(&output, &["~ node pool spot1\n", "  + zones"]);
        let text = stdout(&output);
        assert_eq!(
            text.contains("cannot be changed in place"),
            is_fixed,
            "{provider}: {text}"
        );
    }
}

#[test]
fn what_cannot_be_compared_is_no_difference() {
    let unable = |output: &Output, message: &str| {
        let said = stderr(output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "no {message:?} in:\n{said}");
        assert!(output.stdout.is_empty());
    };
    unable(
        &diff("", &["--exit-code"]),
        "there are no objects to compare with",
    );
    unable(&diff("a: [\n", &["--exit-code"]), "<stdin>, line ");
    let minimal = fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
    unable(&diff(&minimal, &["--exit-code"]), "--against");
    unable(&diff("a: 1\n", &[]), "not a Kubernetes object");
    let none = diff(&manifests("minimal"), &["--only", "node-pools"]);
    unable(&none, "there is nothing to compare");
    let config = root().join("minimal/spot-config.yaml");
    let nothing = spotgen(["diff".as_ref(), "-f".as_ref(), config.as_os_str()]).run();
    unable(&nothing, "--from-cluster");
    let folder = two("a: 1\n", "a: 1\n");
    unable(&against(folder.path(), &["--exit-code"]), "error");
    // Without the manifests, the budgets would seem to be gone.
    let rules = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: shop}\nspec:\n  provider: aks\n  \
                 nodePools:\n    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}\n    \
                 - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}\n  \
                 classRules:\n    - {match: {kinds: [Deployment]}, class: default}\n";
    let folder = two(rules, rules);
    unable(
        &against(folder.path(), &["--exit-code"]),
        "without-manifests",
    );
}

/// An empty cluster, as kubectl prints it; in a file, from stdin or from the cluster, that is the same.
#[test]
fn a_list_without_items_is_an_empty_cluster() {
    for text in [
        r#"{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}"#,
        "apiVersion: v1\nitems: []\nkind: List\n",
    ] {
        let output = diff(text, &["--exit-code"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(
            stdout(&output).contains(" added, 0 changed, 0 no longer generated"),
            "{}",
            stdout(&output)
        );
    }
}

/// A kubectl that prints what it is given, and keeps what it is asked.
fn with_kubectl(script: &str, arguments: &[&str]) -> (Output, String) {
    let folder = TempDir::new().expect("a folder");
    let program = folder.path().join("kubectl");
    fs::write(
        &program,
        format!("#!/bin/sh\ncd '{}'\n{script}", folder.path().display()),
    )
    .expect("it can be written");
    executable(&program);
    let path = std::env::var("PATH").unwrap_or_default();
    let config = root().join("minimal/spot-config.yaml");
    let output = spotgen(["diff".as_ref(), "-f".as_ref(), config.as_os_str()])
        .args(["--from-cluster"])
        .args(arguments)
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .run();
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap_or_default();
    (output, asked)
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be changed");
}

#[test]
fn a_cluster_is_asked_for_what_is_generated_and_no_more() {
    // It answers as a cluster that has exactly what is asked for.
    let script = "echo \"$@\" >> asked\ncat >> asked\ncase \"$*\" in *-f*) ;; *) echo '{\"kind\":\"List\",\"items\":[]}' ;; esac\n";
    let (output, asked) = with_kubectl(script, &["--context", "prod"]);
    passes(&output);
    assert!(
        asked.starts_with(
            "--context prod get -f - --ignore-not-found --show-managed-fields --output json\n"
        ),
        "{asked}"
    );
    let said = stderr(&output);
    assert!(
        said.contains("kubectl --context prod get -f - --ignore-not-found"),
        "{said}"
    );
    assert!(
        asked.contains(
            "--selector app.kubernetes.io/managed-by=spotgen,app.kubernetes.io/part-of=shop"
        ),
        "{asked}"
    );
    assert!(!asked.to_lowercase().contains("secret"), "{asked}");
    // Names, and nothing of what is in them.
    assert!(
        asked.contains("cluster-autoscaler-priority-expander"),
        "{asked}"
    );
    assert!(!asked.contains("policy.yaml"), "{asked}");
    assert!(stdout(&output).contains("Deployment kube-system/spotgen-descheduler: is new"));
    let (output, _) = with_kubectl("echo 'no route to host' >&2\nexit 1\n", &["--exit-code"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("no route to host"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn values_of_others_do_not_write_to_the_terminal() {
    let mut items = applied(&manifests("minimal"));
    let class = one(&mut items, "PriorityClass", "spotgen-placeholder-spot");
    class["description"] = json!("\u{1b}[2Jred\u{7}");
    let output = diff(&list(&items), &[]);
    says(&output, &["description: "]);
    assert!(!stdout(&output).contains(['\u{1b}', '\u{7}']));
    let output = diff(&list(&items), &["--color", "always"]);
    assert!(!stdout(&output).contains("[2J\u{1b}"));
    assert!(
        stdout(&output).contains("\u{1b}[33m~ PriorityClass spotgen-placeholder-spot\u{1b}[0m\n")
    );
}

/// The files of a case stand for those of a cluster's repository, too.
#[test]
fn folders_of_manifests_are_compared_as_a_whole() {
    let folder = TempDir::new().expect("a folder");
    let config = root().join("minimal/spot-config.yaml");
    // With a slash at its end, it is a folder.
    let out = folder.path().join("system/");
    passes(
        &spotgen(["render".as_ref(), "-f".as_ref(), config.as_os_str()])
            .args(["-o".as_ref(), out.as_os_str()])
            .run(),
    );
    let run = || {
        spotgen([
            "diff".as_ref(),
            "-f".as_ref(),
            config.as_os_str(),
            out.as_os_str(),
        ])
        .run()
    };
    says(&run(), &["no differences in "]);
    let file = out.join("disruption-budgets.yaml");
    let text = golden::text(&fs::read(&file).expect("it is there")).to_owned();
    let more = text.replacen("  labels:\n", "  labels:\n    extra: label\n", 1);
    fs::write(&file, more).expect("it can be written");
    says(&run(), &["  - metadata.labels.extra: label\n"]);
    // The library reads the same.
    let given = library::golden("minimal/spot-config.yaml");
    let rendered = given.render("manifests").expect("there is something");
    assert!(rendered.contains("PodDisruptionBudget"));
}

/// What is about to go takes what is applied with it.
#[test]
fn what_is_being_deleted_is_told() {
    let text = manifests("minimal");
    let new = objects(&text);
    let mut there = applied(&text);
    let budget = |object: &&mut Json| object["kind"] == "PodDisruptionBudget";
    let own = there.iter_mut().find(budget).expect("it has a budget");
    let namespace = own["metadata"]["namespace"].clone();
    let deleted = json!("2026-01-01T00:00:00Z");
    own["metadata"]["deletionTimestamp"] = deleted.clone();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": there});
    let changes = live(&new, &objects(&list.to_string()), &scope(), "kubectl");
    let endings: Vec<_> = changes.iter().filter_map(|own| own.ending).collect();
    assert_eq!(endings, [Ending::Object]);
    assert!(changes.iter().all(|own| own.changes.is_empty()));
    // Its namespace, and nothing of what would be new there.
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": namespace, "uid": "1", "deletionTimestamp": deleted},
    });
    let changes = live(&new, &objects(&namespace.to_string()), &scope(), "kubectl");
    let of = |kind: &str| {
        let mut all = changes.iter();
        all.find(|own| own.identity.kind == kind)
            .expect("it is new")
    };
    let budget = of("PodDisruptionBudget");
    assert_eq!(
        (&budget.fate, budget.ending),
        (&Fate::Added, Some(Ending::Namespace))
    );
    assert_eq!(of("PriorityClass").ending, None);
}
