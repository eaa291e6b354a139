//! What a run blames where a manifest is at fault: the manifest's own line, and a change there that was tried.

use serde_json::Value as Json;

use super::simulate_played::Simulation;

const CONFIG: &str = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 4}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 3}}
  classRules:
    - {match: {namespaces: [shop]}, class: default}
";

/// A Deployment with something more in its pods and in its container.
fn deployment(replicas: u32, pods: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      {pods}
      containers:
        - name: web
          image: web:1
          {container}
"
    )
}

const REQUESTS: &str = "resources: {requests: {cpu: 500m, memory: 512Mi}}";

/// One fault: the manifests, what is asked of them, and the finding's class, cause, rule and the change that ends it.
struct Case {
    manifests: String,
    scenario: &'static str,
    class: &'static str,
    cause: &'static str,
    rule: &'static str,
    edit: &'static str,
}

fn cases() -> [Case; 6] {
    let budget = "---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: web}}
";
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}";
    [
        Case {
            manifests: deployment(3, "enableServiceLinks: false", REQUESTS) + budget,
            scenario: "pool",
            class: "L5",
            cause: "app.yaml:20:17 spec.minAvailable",
            rule: "budget-allows-nothing",
            edit: "`maxUnavailable: 1` as the one bound of the budget (app.yaml:20:17)",
        },
        Case {
            manifests: deployment(3, "nodeSelector: {disk: ssd}", REQUESTS),
            scenario: "one-node",
            class: "stall",
            cause: "app.yaml:10:28 spec.template.spec.nodeSelector.disk",
            rule: "selector-matches-no-pool",
            edit: "no `nodeSelector` and no required node affinity of its own (app.yaml:10:28)",
        },
        Case {
            manifests: deployment(
                3,
                "nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}",
                REQUESTS,
            ),
            scenario: "pool-gone",
            class: "stall",
            cause: "app.yaml:10:61 spec.template.spec.nodeSelector.kubernetes.azure.com/scalesetpriority",
            rule: "spot-without-fallback",
            edit: "no `nodeSelector` and no required node affinity of its own (app.yaml:10:61)",
        },
        Case {
            manifests: deployment(9, apart, REQUESTS),
            scenario: "pool",
            class: "stall",
            cause: "app.yaml:10:99 spec.template.spec.affinity.podAntiAffinity.\
                    requiredDuringSchedulingIgnoredDuringExecution.0.topologyKey",
            rule: "anti-affinity-without-room",
            edit: "the anti-affinity preferred, not required (app.yaml:10:99)",
        },
        Case {
            manifests: deployment(
                9,
                "enableServiceLinks: false",
                &format!("ports: [{{containerPort: 80, hostPort: 8080}}]\n          {REQUESTS}"),
            ),
            scenario: "pool",
            class: "L3",
            cause: "app.yaml:14:49 spec.template.spec.containers.0.ports.0.hostPort",
            rule: "host-port-without-room",
            edit: "no port of the node (app.yaml:14:49)",
        },
        Case {
            manifests: deployment(
                3,
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: db}}}]}}",
                REQUESTS,
            ),
            scenario: "pool",
            class: "stall",
            cause: "app.yaml:10:80 spec.template.spec.affinity.podAffinity.\
                    requiredDuringSchedulingIgnoredDuringExecution",
            rule: "",
            edit: "the affinity preferred, not required (app.yaml:10:80)",
        },
    ]
}

#[test]
fn a_manifest_is_blamed_at_its_own_line() {
    for case in cases() {
        let found = Simulation::of(CONFIG)
            .from(&case.manifests)
            .play(case.scenario)["findings"][0]
            .clone();
        assert_eq!(found["class"], case.class, "{found}");
        assert_eq!(found["cause"], case.cause, "{found}");
        assert_eq!(
            found["rule"].as_str().unwrap_or_default(),
            case.rule,
            "{found}"
        );
        let changes = found["changes"].as_array().expect("a list");
        let own = changes.iter().find(|own| own["edit"] == case.edit);
        let own = own.unwrap_or_else(|| panic!("no such change: {found}"));
        assert_eq!(own["verdict"], "converged", "{found}");
    }
}

/// What the number of pods decides names the place that has it.
#[test]
fn a_number_of_replicas_is_told_with_its_place() {
    let case = &cases()[3];
    let found = Simulation::of(CONFIG)
        .from(&case.manifests)
        .play(case.scenario)["findings"][0]
        .clone();
    let events = found["events"].as_array().expect("a list");
    let place = "shop/web has 9 replicas: app.yaml:5:13 spec.replicas";
    assert!(events.iter().any(|own| own == place), "{found}");
}

/// A class that keeps pods on Spot alone is a fault of the configuration, though a manifest has the workload.
#[test]
fn a_class_is_blamed_where_it_is_written() {
    let manifests = deployment(3, "enableServiceLinks: false", REQUESTS);
    let set = "spec.classes.default={placement: {spot: Required}}";
    let found = Simulation::of(CONFIG)
        .from(&manifests)
        .sets(&[set])
        .play("pool-gone")["findings"][0]
        .clone();
    let cause = found["cause"].as_str().expect("a cause");
    assert!(
        cause.ends_with(" spec.classes.default.placement.spot"),
        "{cause}"
    );
    let change = &found["changes"][0];
    assert_eq!(
        change["set"][0],
        "spec.classes.default.placement.spot=Preferred"
    );
    assert_eq!(change["edit"], Json::Null);
    assert_eq!(change["verdict"], "converged");
}

/// Nothing of the configuration makes a pod smaller or a VM larger.
#[test]
fn where_no_change_ends_it_the_report_says_why() {
    let large = "resources: {requests: {cpu: \"7\", memory: 512Mi}}";
    let found = Simulation::of(CONFIG)
        .from(&deployment(1, "enableServiceLinks: false", large))
        .play("one-node")["findings"][0]
        .clone();
    assert_eq!(found["rule"], "pod-fits-no-node");
    assert_eq!(
        found["cause"],
        "app.yaml:14:33 spec.template.spec.containers.0.resources.requests"
    );
    assert_eq!(found["changes"].as_array().map(Vec::len), Some(0));
    let why = found["noChange"].as_str().expect("a reason");
    assert!(why.contains("larger `vmSize`"), "{why}");
}
