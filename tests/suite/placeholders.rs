//! Pods that hold room are known by what they are.

use spotgen::patch::Options;

use super::golden::root;
use super::library::{Checked, files, golden};

fn check(manifests: &str) -> Checked {
    let minimal = golden("minimal/spot-config.yaml");
    minimal.manifests(manifests).check()
}

/// Pods of a priority that the autoscaler ignores: if they are placeholders, that is an error.
fn pods(kind: &str, value: i64, pod: &str) -> String {
    format!(
        "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: spare}}
value: {value}
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: spare, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: spare}}}}
  template:
    metadata: {{labels: {{app: spare}}}}
    spec:
      priorityClassName: spare
      tolerations: [{{key: kubernetes.azure.com/scalesetpriority, operator: Exists}}]
      nodeSelector: {{kubernetes.azure.com/scalesetpriority: spot}}
      {pod}
"
    )
}

/// kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`.
#[test]
fn a_priority_class_that_exists_keeps_its_preemption_policy() {
    let folder = root().join("rules/placeholder-displaces-workload");
    let given = files(&folder, "spot-config.yaml").manifest_file(&folder, "bad-manifests.yaml");
    let checked = given.check();
    assert!(checked.has("placeholder-displaces-workload"));
    let fixed = spotgen::fix::apply(&given.inputs, &checked.report).fixed;
    let mut rules = fixed.iter().map(|done| done.finding.rule);
    assert!(!rules.any(|rule| rule == "placeholder-displaces-workload"));
}

const REQUESTS: &str = "resources: {requests: {cpu: 500m, memory: 512Mi}}";
const RULE: &str = "expendable-placeholder";

#[test]
fn placeholders_are_known_by_what_they_do() {
    for container in [
        "image: rancher/mirrored-pause:3.6",
        "image: registry.example.com/pause-amd64:3.2",
        "image: busybox:1.36",
        "image: alpine:3, command: [sleep], args: [infinity]",
        "image: registry.example.com/own:1, command: [tail, -f, /dev/null]",
        "image: bash:5, command: [bash, -c, \"while true; do sleep 3600; done\"]",
    ] {
        let pod = format!("containers: [{{name: wait, {container}, {REQUESTS}}}]");
        let checked = check(&pods("Deployment", -20, &pod));
        assert!(checked.has(RULE), "{container}: {}", checked.text);
    }
}

/// All priorities are in the stream, so a positive one can be the lowest.
#[test]
fn placeholders_are_known_by_a_priority_below_that_of_workloads() {
    let class = |name: &str, value: i64, more: &str| {
        format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\nvalue: {value}\n{more}---\n"
        )
    };
    let deployment = |name: &str, class: &str, container: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 3\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
             {class}\n      nodeSelector: {{agentpool: nowhere}}\n      containers: [{{name: a, {container}, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]\n---\n"
        )
    };
    let work = "image: \"registry.example.com/web:1\"";
    let sleep = "image: \"busybox:1.36\", command: [sleep, infinity]";
    let python =
        "image: \"python:3.12\", command: [python, -c, \"import time; time.sleep(10**9)\"]";
    for (classes, of_work, waits, expected) in [
        (
            class("crit", 1000, "") + &class("lo", 10, ""),
            "priorityClassName: crit",
            sleep,
            true,
        ),
        (
            class("crit", 1000, "") + &class("lo", 10, ""),
            "priorityClassName: crit",
            python,
            true,
        ),
        (
            class("all", 1000, "globalDefault: true\n") + &class("lo", 0, ""),
            "# none",
            sleep,
            true,
        ),
        (
            class("crit", 10, "") + &class("lo", 10, ""),
            "priorityClassName: crit",
            sleep,
            false,
        ),
        (
            class("crit", 1000, "") + &class("lo", 10, ""),
            "priorityClassName: crit",
            work,
            false,
        ),
    ] {
        let stream = classes
            + &deployment("web", of_work, work)
                .replace("nodeSelector: {agentpool: nowhere}", "# anywhere")
            + &deployment("room", "priorityClassName: lo", waits);
        let checked = check(&stream);
        assert_eq!(
            checked.has("placeholder-pinned-to-nothing"),
            expected,
            "{stream}{}",
            checked.text
        );
    }
}

#[test]
fn what_works_or_waits_for_something_else_is_no_placeholder() {
    let pause = format!("{{name: wait, image: \"registry.k8s.io/pause:3.10\", {REQUESTS}}}");
    let pull =
        "initContainers: [{name: pull, image: \"registry.example.com/web:1\", command: [echo]}]";
    let worker = format!("{{name: work, image: \"registry.example.com/worker:1\", {REQUESTS}}}");
    let served =
        format!("{{name: web, image: \"nginx:1.27\", ports: [{{containerPort: 80}}], {REQUESTS}}}");
    let unknown = "terminationGracePeriodSeconds: 0\n      containers: ";
    let sleep =
        format!("{{name: wait, image: \"busybox:1.36\", command: [sleep, infinity], {REQUESTS}}}");
    let typed = sleep.replace("command:", "stdin: true, tty: true, command:");
    for (kind, value, pod) in [
        ("DaemonSet", -20, format!("containers: [{pause}]")),
        (
            "Deployment",
            -20,
            format!("{pull}\n      containers: [{pause}]"),
        ),
        ("Deployment", -20, format!("containers: [{worker}]")),
        ("Deployment", -20, format!("containers: [{served}]")),
        (
            "Deployment",
            -20,
            format!("containers: [{pause}, {worker}]"),
        ),
        ("Deployment", -5, format!("{unknown}[{worker}]")),
        ("Deployment", -5, format!("{unknown}[{worker}, {sleep}]")),
        ("Deployment", -20, format!("containers: [{typed}]")),
        (
            "Deployment",
            -20,
            format!("serviceAccountName: tools\n      containers: [{sleep}]"),
        ),
    ] {
        let checked = check(&pods(kind, value, &pod));
        assert!(!checked.has(RULE), "{kind}, {pod}: {}", checked.text);
    }
}

/// `JupyterHub`'s chart has them switched off by default, without a class.
/// Source: jupyterhub/zero-to-jupyterhub-k8s jupyterhub/values.yaml, `userPlaceholder.replicas`.
#[test]
fn placeholders_that_are_switched_off_do_nothing_wrong() {
    let pod =
        format!("containers: [{{name: wait, image: \"registry.k8s.io/pause:3.10\", {REQUESTS}}}]");
    let without_class = pods("StatefulSet", 5, &pod);
    let without_class = without_class.replace("      priorityClassName: spare\n", "");
    let rule = "unpreemptable-placeholder";
    assert!(check(&without_class).has(rule));
    let off = without_class.replace("  selector:", "  replicas: 0\n  selector:");
    assert!(!check(&off).has(rule), "{}", check(&off).text);
}

/// A Pod that pauses to hold a volume open. Source: kubernetes/examples _archived/volumes/rbd/rbd.yaml.
#[test]
fn a_pod_that_pauses_is_no_part_of_the_system() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: disk, namespace: shop}\nspec:\n  containers: [{name: wait, image: \
               kubernetes/pause}]\n";
    assert!(!check(pod).has("floating-image"));
}

#[test]
fn a_target_that_is_a_letter_away_is_found_at_the_argument() {
    let scaler = |target: &str, namespace: &str| {
        let pod = format!(
            "containers: [{{name: wait, image: \"registry.k8s.io/pause:3.10\", {REQUESTS}}}]"
        );
        format!(
            "{}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: scaler, namespace: shop}}\nspec:\n  selector: \
             {{matchLabels: {{app: scaler}}}}\n  template:\n    metadata: {{labels: {{app: scaler}}}}\n    spec:\n      \
             containers:\n        - name: scaler\n          image: registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.1\n          \
             args:\n            - --target={target}\n            - --namespace={namespace}\n            - --configmap=scaler\n",
            pods("Deployment", -5, &pod)
        )
    };
    let rule = "error[scaling-without-target]";
    assert!(!check(&scaler("deployment/spare", "shop")).has("scaling-without-target"));
    let misspelled = check(&scaler("deployment/sprae", "shop"));
    misspelled.fails(rule);
    misspelled.fails("did you mean `--target=deployment/spare`?");
    misspelled.fails("--target=deployment/sprae\n");
    let elsewhere = check(&scaler("deployment/spare", "shpo"));
    elsewhere.fails("set `--namespace=shop`");
}

/// Source: rabbitmq/cluster-operator docs/examples/production-ready/pod-disruption-budget.yaml.
#[test]
fn a_budget_for_the_pods_of_an_operator_is_only_mentioned() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: queue, namespace: shop}\nspec:\n  \
                  maxUnavailable: 1\n  selector: {matchLabels: {app.kubernetes.io/name: queue}}\n";
    check(budget).passes("warning[budget-without-pods]");
    let cluster = "---\napiVersion: rabbitmq.com/v1beta1\nkind: RabbitmqCluster\nmetadata: {name: queue, namespace: shop}\n";
    check(&format!("{budget}{cluster}")).passes("info[budget-without-pods]");
    let certificate = cluster.replace("rabbitmq.com/v1beta1", "cert-manager.io/v1");
    check(&format!("{budget}{certificate}")).passes("warning[budget-without-pods]");
}

/// No priority of the placeholders would do: the workload's own is at fault, and it is said once, there.
#[test]
fn a_priority_below_what_the_autoscaler_counts_is_found_where_it_is() {
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: low}\nvalue: -15\nglobalDefault: \
                 true\n";
    let web = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: 3\n  \
               selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: \
               [{name: web, image: w:1, resources: {requests: {cpu: 500m, memory: 512Mi}}}]\n";
    let checked = check(&format!("{class}{web}"));
    let found: Vec<_> = checked
        .report
        .iter()
        .filter(|finding| finding.rule == "unpreemptable-placeholder")
        .collect();
    assert_eq!(found.len(), 1, "{}", checked.text);
    assert!(found[0].pointer.is_none(), "it is in the manifest");
    assert!(
        found[0].help[0].contains("`globalDefault: false`"),
        "{:?}",
        found[0].help
    );
}

/// The descheduler evicts no pod without a controller.
#[test]
fn a_bare_pod_does_not_fail_back() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: \
               web, image: w:1, resources: {requests: {cpu: 500m, memory: 512Mi}}}]}\n";
    let given = golden("minimal/spot-config.yaml")
        .set_all(&[
            "spec.workloads.web.kind=Pod",
            "spec.workloads.web.replicas=null",
            "spec.descheduler.enabled=true",
        ])
        .manifests(pod);
    let figures = given.numbers("failback of workload");
    let row = figures.first().expect("a figure");
    assert_eq!(row.value, "no");
    assert!(row.how.contains("nothing creates again"), "{}", row.how);
}

#[test]
fn the_label_of_the_cloud_is_written_as_the_cloud_writes_it() {
    let pods = pods(
        "Deployment",
        -5,
        "containers: [{name: hold, image: registry.k8s.io/pause:3.9, resources: {requests: {cpu: 500m, memory: 512Mi}}}]",
    );
    let pods = pods.replace(
        "kubernetes.azure.com/scalesetpriority: spot",
        "eks.amazonaws.com/capacityType: spot",
    );
    let checked = golden("eks/spot-config.yaml").manifests(&pods).check();
    checked.fails("did you mean `eks.amazonaws.com/capacityType: SPOT`?");
}

/// The priority of all pods is no sign: a toolbox sleeps, too.
#[test]
fn what_sleeps_at_the_default_priority_is_a_workload() {
    let class = |name: &str, value: i64, more: &str| {
        format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\nvalue: {value}\n{more}---\n"
        )
    };
    let deployment = |name: &str, pod: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 1\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
             {pod}\n---\n"
        )
    };
    let web = deployment(
        "web",
        "priorityClassName: prod\n      containers: [{name: a, image: \"registry.example.com/web:1\", resources: {requests: \
         {cpu: 1, memory: 1Gi}}}]",
    );
    let toolbox = deployment(
        "toolbox",
        "terminationGracePeriodSeconds: 0\n      nodeSelector: {agentpool: nowhere}\n      containers: [{name: a, image: \
         \"nicolaka/netshoot:v0.13\", command: [sleep, infinity], resources: {requests: {cpu: 10m, memory: 16Mi}}}]",
    );
    let rule = "placeholder-pinned-to-nothing";
    let is_placeholder = |classes: &str, toolbox: &str| {
        let stream = format!("{classes}{web}{toolbox}");
        let added = golden("minimal/spot-config.yaml")
            .set("spec.classRules=[{match: {}, class: default}]")
            .patch(&stream, Options::default())
            .expect("it can be patched");
        let is_patched = added
            .rsplit("name: toolbox")
            .next()
            .is_some_and(|added| added.contains("scalesetpriority"));
        let found = check(&stream).has(rule);
        assert_ne!(found, is_patched, "check and patch disagree: {added}");
        found
    };
    let prod = class("prod", 1000, "");
    assert!(!is_placeholder(&prod, &toolbox));
    let low_for_all = class("prod", 1000, "") + &class("all", -15, "globalDefault: true\n");
    assert!(!is_placeholder(&low_for_all, &toolbox));
    let own = toolbox.replace("    spec:\n", "    spec:\n      priorityClassName: spare\n");
    assert!(is_placeholder(&(class("spare", -5, "") + &prod), &own));
    // Without a class that is above it, a positive one is as good as that of a workload.
    let above = class("zero", 0, "globalDefault: true\n") + &class("spare", 5, "") + &prod;
    let other = deployment(
        "other",
        "containers: [{name: a, image: \"registry.example.com/a:1\"}]",
    );
    assert!(!is_placeholder(&(above + &other), &own));
}

/// Several pods under one name are plural already.
#[test]
fn placeholders_are_named_in_the_plural_once() {
    let stream = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: low}\nvalue: -15\nglobalDefault: \
                  true\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: \
                  3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      \
                  containers: [{name: web, image: w:1, resources: {requests: {cpu: 500m, memory: 512Mi}}}]\n";
    for (names, expected) in [
        (&["a", "b"][..], "placeholders `a` have priority -5, but"),
        (&["a", "b"], "; likewise placeholders `b`\n"),
        (&["a", "b", "c"], "; likewise placeholders `b` and `c`\n"),
    ] {
        let placeholders = names.iter().map(|name| {
            format!("{{name: {name}, capacity: Spot, replicas: 1, requests: {{cpu: 500m, memory: 512Mi}}}}")
        });
        let placeholders = placeholders.collect::<Vec<_>>().join(", ");
        let setting = format!("spec.overprovisioner.placeholders=[{placeholders}]");
        let given = golden("minimal/spot-config.yaml").set(&setting);
        let checked = given.manifests(stream).check();
        assert!(checked.text.contains(expected), "{}", checked.text);
    }
}

/// Where a placeholder may be on on-demand, nobody says that all of them are on Spot.
#[test]
fn placeholders_whose_nodes_are_not_known_may_be_on_on_demand() {
    let placeholder = |name: &str, pod: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: ops}}\nspec:\n  replicas: 2\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      \
             priorityClassName: low\n      {pod}\n      containers: [{{name: c, image: \"registry.k8s.io/pause:3.10\", \
             {REQUESTS}}}]\n---\n"
        )
    };
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: low}\nvalue: -5\n---\n";
    let spot = placeholder(
        "spot",
        "nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}\n      tolerations: [{operator: Exists}]",
    );
    let in_zone = placeholder(
        "zonal",
        "nodeSelector: {topology.kubernetes.io/zone: westeurope-1}\n      tolerations: [{operator: Exists}]",
    );
    let nowhere = placeholder("nowhere", "nodeSelector: {kubernetes.io/arch: arm64}");
    let says = |manifests: &str, words: &str| {
        let given = golden("minimal/spot-config.yaml").set("spec.workloads.web.replicas=30");
        let found = given.manifests(manifests).check();
        found.text.contains(words)
    };
    let (all, none) = (
        "all placeholders run on Spot",
        "no placeholder runs on on-demand",
    );
    assert!(says(&format!("{class}{spot}"), all));
    for words in [all, none] {
        assert!(!says(&format!("{class}{spot}{in_zone}"), words), "{words}");
    }
    assert!(says(&format!("{class}{spot}{nowhere}"), none));
}
