//! `check` and `patch` agree on which streams can be used: what `patch` passes on, `check` judges, and says what the API
//! server would refuse.

use spotgen::patch::Options;

use super::library::{Given, golden};

/// Class rules for everything, in a cluster that has nothing else to complain about.
fn everything() -> Given {
    golden("minimal/spot-config.yaml")
        .set("spec.workloads=[]")
        .set("spec.classRules=[{match: {}, class: default}]")
}

/// A workload, with one part of it replaced.
fn workload(name: &str, (old, new): (&str, &str)) -> String {
    let text = format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: shop
spec:
  replicas: 3
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers: [{{name: main, image: registry.example.com/x:1.0, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]
---
"
    );
    assert!(text.contains(old), "{old}");
    text.replace(old, new)
}

const AS_IT_IS: (&str, &str) = ("replicas: 3", "replicas: 3");

/// The part of `odd` that is replaced, and what `check` says of it.
const ODD: [((&str, &str), &str); 15] = [
    (
        ("name: odd\n  namespace", "labels: {a: b}\n  namespace"),
        "`metadata.name` of Deployment is missing",
    ),
    (
        ("  name: odd\n  namespace: shop\n", "  []\n"),
        "`metadata` of Deployment must be a map",
    ),
    (
        ("replicas: 3", "replicas: \"3\""),
        "`replicas` of Deployment `odd` must be a whole number",
    ),
    (
        ("replicas: 3", "replicas: -3"),
        "`replicas` of Deployment `odd` must be from 0",
    ),
    (
        ("cpu: 1", "cpu: lots"),
        "`cpu` of Deployment `odd` is not a quantity",
    ),
    (
        ("replicas: 3", "paused: false\n  paused: true"),
        "key `paused` is written twice",
    ),
    (
        ("containers: [", "containers: [null, "),
        "`containers` of Deployment `odd` has an item that is `null`",
    ),
    (
        (
            "namespace: shop",
            "annotations: {spotgen.dev/ignore: true}\n  namespace: shop",
        ),
        "`spotgen.dev/ignore` of Deployment `odd` must be text",
    ),
    (
        (
            "namespace: shop",
            "labels: {version: 1.0}\n  namespace: shop",
        ),
        "`version` of Deployment `odd` must be text",
    ),
    (
        (
            "matchLabels: {app: odd}",
            "matchExpressions: [{key: app, operator: Exists}]",
        ),
        "Deployment `odd` selects its pods by expressions alone",
    ),
    (
        ("  selector: {matchLabels: {app: odd}}\n", ""),
        "Deployment `odd` has no label selector",
    ),
    (
        ("kind: Deployment", "kind: 3"),
        "`kind` of a manifest must be text",
    ),
    (
        ("---\n", "---\n- a\n---\n"),
        "this is not a Kubernetes manifest",
    ),
    (
        (
            "---\n",
            "---\n{apiVersion: v1, kind: List, items: [null]}\n---\n",
        ),
        "`items` of List has an item that is `null`",
    ),
    (
        (
            "---\n",
            "---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: odd, namespace: shop}, \
             spec: {scaleTargetRef: {kind: Deployment, name: odd}}}\n---\n",
        ),
        "`maxReplicas` of HorizontalPodAutoscaler `odd` is missing",
    ),
];

/// What `patch` refuses as well, since it has no place for what it adds.
const WITHOUT_PODS: [((&str, &str), &str); 2] = [
    (
        ("    spec:\n      containers", "    none:\n      containers"),
        "`template.spec` of Deployment `odd` is missing",
    ),
    (
        ("  template:\n", "  templates:\n"),
        "`template.spec` of Deployment `odd` is missing",
    ),
];

#[test]
fn what_patch_passes_on_check_judges() {
    for (change, said, is_accepted) in ODD
        .map(|(change, said)| (change, said, true))
        .into_iter()
        .chain(WITHOUT_PODS.map(|(change, said)| (change, said, false)))
    {
        let odd = workload("odd", change);
        let stream = format!("{odd}{}", workload("even", AS_IT_IS));
        let given = everything();
        let patched = given.patch(&stream, Options::default());
        assert_eq!(patched.is_ok(), is_accepted, "{odd}\n{patched:?}");
        let checked = everything().manifests(&stream).check();
        checked.passes(said);
        // The other one is judged.
        let blocked = format!(
            "{stream}{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: even, namespace: shop}}, spec: \
             {{minAvailable: 3, selector: {{matchLabels: {{app: even}}}}}}}}\n"
        );
        let checked = everything().manifests(&blocked).check();
        checked.fails("error[budget-allows-nothing]");
    }
}

#[test]
fn what_check_refuses_patch_refuses() {
    for stream in [
        "\n---\n".to_owned(),
        "a: [\n".to_owned(),
        workload(
            "odd",
            (
                "namespace: shop",
                "annotations: {spotgen.dev/class: none}\n  namespace: shop",
            ),
        ),
        workload("odd", ("replicas: 3", "? [a]\n  : b")),
    ] {
        let checked = everything().manifests(&stream).check();
        checked.fails("error[");
        let patched = everything().patch(&stream, Options::default());
        assert!(patched.is_err(), "{stream}");
    }
}

#[test]
fn of_an_object_that_is_defined_twice_the_last_one_counts() {
    let stream = format!(
        "{}{}{}",
        workload("web", ("replicas: 3", "replicas: 1")),
        workload("api", AS_IT_IS),
        workload("web", ("replicas: 3", "replicas: 7")),
    );
    let checked = everything().manifests(&stream).check();
    checked.passes("warning[manifest]: Deployment `web` is defined twice");
    let planned = everything().manifests(&stream);
    let planned = planned.plan(|planned| {
        let workloads = planned.system.plan.workloads.iter();
        workloads
            .map(|workload| (workload.name.to_string(), workload.replicas))
            .collect::<Vec<_>>()
    });
    let expected = [("api".to_owned(), Some(3)), ("web".to_owned(), Some(7))];
    assert_eq!(planned.expect("it can be planned"), expected);
}

#[test]
fn what_asks_to_be_ignored_is_ignored_with_and_without_quotes() {
    for ignore in ["true", "\"true\""] {
        let annotation =
            format!("annotations: {{spotgen.dev/ignore: {ignore}}}\n  namespace: shop");
        let stream = workload("web", ("namespace: shop", &annotation));
        let patched = everything().patch(&stream, Options::default());
        assert_eq!(patched.as_deref(), Ok(stream.as_str()));
    }
}

#[test]
fn two_workloads_that_would_share_a_budget_name_are_one_budget_short() {
    let stateful = workload("web", ("kind: Deployment", "kind: StatefulSet"));
    let stateful = stateful.replace("app: web", "app: stateful");
    let stream = format!("{}{stateful}", workload("web", AS_IT_IS));
    let given = everything().manifests(&stream);
    given
        .check()
        .passes("warning[config]: StatefulSet `web` gets no budget: another budget in namespace `shop` has the name");
    let made = given.render("manifests").expect("it can be rendered");
    assert_eq!(made.matches("name: web-pdb").count(), 1, "{made}");
}

#[test]
fn a_class_that_shortens_a_grace_period_says_so_wherever_the_pods_run() {
    let asks = |grace: &str| {
        let pod = format!("    spec:\n      terminationGracePeriodSeconds: {grace}\n");
        workload("web", ("    spec:\n", &pod))
    };
    let given = |spot: &str, grace: &str| {
        everything()
            .set(&format!(
                "spec.classes={{own: {{placement: {{spot: {spot}}}, terminationGracePeriodSeconds: {grace}}}}}"
            ))
            .set("spec.classRules=[{match: {}, class: own}]")
    };
    for (spot, grace, manifest) in [("Never", "60", "120"), ("Preferred", "20", "30")] {
        let stream = asks(manifest);
        let checked = given(spot, grace).manifests(&stream).check();
        checked.passes(&format!(
            "warning[changed-grace]: workload `web` asks for {manifest} s to stop, but class `own` gives it {grace} s"
        ));
    }
    // The API server writes the default into every object.
    let given_back = asks("30").replace("namespace: shop", "namespace: shop\n  uid: 0-1");
    let checked = given("Preferred", "20").manifests(&given_back).check();
    checked.is_silent_about("changed-grace");
}

/// A document of a template hides none of the others.
#[test]
fn what_is_no_template_is_judged_beside_one() {
    let stream = format!(
        "{}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata: {{b: {{{{ .Values.x }}}} }}\n---\n{}",
        workload("odd", AS_IT_IS),
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: odd, namespace: shop}\nspec: {minAvailable: 3, \
         selector: {matchLabels: {app: odd}}}\n"
    );
    let checked = everything().manifests(&stream).check();
    checked.fails("error[budget-allows-nothing]");
    checked.fails("documents with `{{` are not read");
}

/// Objects of kinds that nobody knows, with pods in them.
#[test]
fn pods_of_unknown_kinds_are_named_as_not_checked() {
    let clone_set = "apiVersion: apps.kruise.io/v1alpha1
kind: CloneSet
metadata: {name: clones, namespace: shop}
spec:
  template: {spec: {containers: [{name: a, image: registry.example.com/a:1.0}]}}
---
";
    let leaders = "apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: leaders, namespace: shop}
spec:
  leaderWorkerTemplate: {workerTemplate: {spec: {containers: [{name: a, image: registry.example.com/a:1.0}]}}}
---
";
    let pattern = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: pinned}
spec:
  rules: [{name: a, validate: {pattern: {spec: {containers: [{name: \"*\", image: \"*:1\"}]}}}}]
---
";
    let stream = [&workload("web", AS_IT_IS), clone_set, leaders, pattern].concat();
    let checked = everything().manifests(&stream).check();
    checked.passes(
        "info[unlisted-workload]: the configuration does not cover CloneSet `clones` and LeaderWorkerSet `leaders`: an \
         operator makes the pods, and nothing of them is checked",
    );
    checked.passes("describe their kind under `customKinds`");
    checked.is_silent_about("ClusterPolicy");
    let ignored = clone_set.replace(
        "namespace: shop",
        "namespace: shop, annotations: {spotgen.dev/ignore: \"true\"}",
    );
    let stream = [workload("web", AS_IT_IS), ignored].concat();
    let checked = everything().manifests(&stream).check();
    checked.is_silent_about("CloneSet");
}
