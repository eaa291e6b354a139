//! `check` takes every stream that `patch` takes: what cannot be judged hides nothing else.

use super::library::{Given, golden};

/// Class rules for everything.
fn everything() -> Given {
    golden("minimal/spot-config.yaml")
        .set("spec.workloads=[]")
        .set("spec.classRules=[{match: {}, class: default}]")
}

/// Nothing listed and nothing matched.
fn nothing() -> Given {
    golden("minimal/spot-config.yaml").set("spec.workloads=[]")
}

/// A Deployment and a budget that allows no eviction of its pods.
const BLOCKED: &str = "
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-front, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop-front}}
  template:
    metadata: {labels: {app: shop-front}}
    spec:
      containers: [{name: main, image: registry.example.com/front:1.0}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop-front, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: shop-front}}}
";

const FOUND: &str = "error[budget-allows-nothing]";

#[test]
fn what_cannot_be_read_hides_nothing_else() {
    for (unreadable, problem) in [
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: half}\nspec: {replicas: 1}\n",
            "`template.spec` of Deployment `half` is missing",
        ),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: half}\nspec: {replicas: two, template: {spec: {}}}\n",
            "`replicas` of StatefulSet `half` must be a whole number",
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: half}\nspec: {minAvailable: [1]}\n",
            "`minAvailable` of PodDisruptionBudget `half`",
        ),
        (
            "apiVersion: v1\nkind: Pod\n",
            "`metadata.name` of Pod is missing",
        ),
        ("- 1\n", "this is not a Kubernetes manifest"),
        // No YAML: an open bracket, an open quote, a tab, a template.
        (
            "kind: Deployment\nmetadata: {name: half\nspec: {}\n",
            "error[syntax]",
        ),
        (
            "kind: ConfigMap\nmetadata: {name: \"half}\n",
            "error[syntax]: not YAML: unclosed quote",
        ),
        (
            "kind: Service\nmetadata:\n\tname: half\n",
            "error[syntax]: not YAML: tabs disallowed",
        ),
        (
            "{{- if .Values.half }}\nkind: Service\n{{- end }}\n",
            "render templates first",
        ),
    ] {
        let checked = everything()
            .manifests(&format!("{unreadable}{BLOCKED}"))
            .check();
        checked.fails(problem);
        checked.fails(FOUND);
    }
}

/// The class gives such a pod another grace period, which `patch` writes.
#[test]
fn pods_with_generated_names_are_judged_by_their_class() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: once-, namespace: shop, labels: {app: once}}\nspec:\n  \
               terminationGracePeriodSeconds: 90\n  containers: [{name: main, image: registry.example.com/once:1.0}]\n";
    let checked = everything().manifests(pod).check();
    assert!(checked.has("changed-grace"), "{}", checked.text);
}

#[test]
fn names_that_are_completed_later_are_names() {
    let job = |name: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{generateName: {name}, namespace: shop}}\nspec:\n  backoffLimit: 0\n  \
             template:\n    metadata: {{labels: {{app: x}}}}\n    spec:\n      restartPolicy: Never\n      containers: \
             [{{name: main, image: registry.example.com/x:1.0}}]\n---\n"
        )
    };
    // Two of the same beginning are not the same.
    let stream = format!("{}{}{BLOCKED}", job("migrate-"), job("migrate-"));
    let checked = everything().manifests(&stream).check();
    checked.fails(FOUND);
    checked.fails("`migrate-…` gets a new name each time");
    assert!(!checked.text.contains("defined twice"), "{}", checked.text);
}

#[test]
fn a_rollout_takes_its_pods_from_the_workload_that_it_refers_to() {
    let rollout = |replicas: i64, budget: i64| {
        format!(
            "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: front-rollout, namespace: shop}}
spec:
  replicas: {replicas}
  workloadRef: {{apiVersion: apps/v1, kind: Deployment, name: shop-front}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: front, namespace: shop}}
spec:
  minReplicas: {replicas}
  maxReplicas: {replicas}
  scaleTargetRef: {{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: front-rollout}}
{}",
            BLOCKED
                .replace("minAvailable: 2", &format!("minAvailable: {budget}"))
                .replace("replicas: 2", "replicas: 0")
        )
    };
    everything()
        .manifests(&rollout(4, 2))
        .check()
        .passes("shop-front");
    let checked = everything().manifests(&rollout(4, 4)).check();
    checked.fails("forbids evicting any of the 4 pods");
    let alone = rollout(4, 2);
    let alone = alone.split("---").next().expect("the Rollout");
    let checked = everything().manifests(alone).check();
    checked.passes("takes its pods from Deployment `shop-front`, which is not in the manifests");
}

/// By its own manifest it is on Spot; the configuration does not know it.
#[test]
fn what_the_configuration_leaves_out_is_checked_by_its_manifest_and_named() {
    let on_spot = "      priorityClassName: polite
      tolerations:
        - {key: kubernetes.azure.com/scalesetpriority, operator: Equal, value: spot, effect: NoSchedule}
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              preference:
                matchExpressions:
                  - {key: kubernetes.azure.com/scalesetpriority, operator: In, values: [spot]}
      containers:";
    let polite = "---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: polite}
value: 1000
preemptionPolicy: Never
";
    let own = BLOCKED.replace("minAvailable: 2", "minAvailable: 1");
    let stream = format!("{}{polite}", own.replace("      containers:", on_spot));
    let given = nothing().set(
        "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, requests: {cpu: 500m, memory: \
         512Mi}}]}",
    );
    let checked = given.manifests(&stream).check();
    checked.fails("error[workload-cannot-preempt]");
    checked.fails("does not cover workload `shop-front`: it can be on Spot by its own manifest");

    let elsewhere = nothing().manifests(&own).check();
    elsewhere.passes("warning[unlisted-workload]: the configuration does not cover workload `shop-front`: only its own");
    let ignored = own.replace(
        "metadata: {name: shop-front, namespace: shop}\nspec:\n  replicas",
        "metadata: {name: shop-front, namespace: shop, annotations: {spotgen.dev/ignore: \"true\"}}\nspec:\n  replicas",
    );
    let ignored = nothing().manifests(&ignored).check();
    assert!(
        !ignored.text.contains("unlisted-workload"),
        "{}",
        ignored.text
    );
}

/// The API server refuses it, but a patch of kustomize looks the same, and `spotgen patch` places it.
#[test]
fn a_controller_without_a_selector_is_placed_and_named() {
    let stream = "apiVersion: apps/v1
kind: Deployment
metadata: {name: bare, namespace: shop}
spec:
  replicas: 2
  template:
    spec:
      containers: [{name: main, image: registry.example.com/bare:1.0}]
";
    let given = everything().manifests(&format!("{stream}{BLOCKED}"));
    let checked = given.check();
    checked.fails(FOUND);
    checked.fails("warning[manifest]: Deployment `bare` has no label selector");
    assert!(
        !checked.text.contains("unlisted-workload"),
        "{}",
        checked.text
    );
    let alone = everything().manifests(stream);
    alone.check().passes("it gets neither");
    let made = alone.render("manifests").expect("it can be rendered");
    assert!(!made.contains("bare-pdb"), "{made}");
}
