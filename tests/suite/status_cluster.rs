//! A made-up cluster on AKS with all of the system, as kubectl prints it.

use serde_json::{Value as Json, json};

/// Objects, to be changed before they are printed.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot(Vec<Json>);

const OLD: &str = "2026-08-19T12:00:00Z";
const NOW: &str = "2026-08-20T12:00:00Z";
/// Of the made-up events.
const MOVED: &str = "2026-08-20T11:50:00Z";

const POLICY: &str = "\
apiVersion: descheduler/v1alpha2
kind: DeschedulerPolicy
profiles:
- name: failback
  pluginConfig:
  - name: DefaultEvictor
    args: {nodeFit: true, nodeSelector: kubernetes.azure.com/scalesetpriority=spot}
  - name: RemovePodsViolatingNodeAffinity
    args:
      nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]
  plugins:
    deschedule: {enabled: [RemovePodsViolatingNodeAffinity]}
";

fn labels(name: &str) -> Json {
    json!({"app": name, "app.kubernetes.io/managed-by": "spotgen"})
}

fn node(name: &str, pool: &str, is_spot: bool) -> Json {
    let mut labels = json!({"kubernetes.azure.com/agentpool": pool, "kubernetes.io/os": "linux"});
    let mut taints = json!([]);
    if is_spot {
        labels["kubernetes.azure.com/scalesetpriority"] = json!("spot");
        taints = json!([{"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}]);
    }
    if pool == "system" {
        labels["kubernetes.azure.com/mode"] = json!("system");
    }
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": labels, "creationTimestamp": OLD},
        "spec": {"taints": taints},
        "status": {
            "allocatable": {"cpu": "3860m", "memory": "12Gi", "pods": "30"},
            "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": NOW}],
        },
    })
}

fn owner(kind: &str, name: &str) -> Json {
    json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "1", "controller": true}])
}

fn workload(kind: &str, namespace: &str, name: &str, pod: &Json) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": kind,
        "metadata": {"namespace": namespace, "name": name, "labels": labels(name)},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    })
}

fn replica_set(namespace: &str, name: &str, of: &str) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"namespace": namespace, "name": name, "ownerReferences": owner("Deployment", of)},
    })
}

fn config_map(namespace: &str, name: &str, data: &Json) -> Json {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"namespace": namespace, "name": name, "labels": labels(name)},
        "data": data,
    })
}

fn group(name: &str, ready: i64) -> String {
    format!(
        "- name: {name}\n  health:\n    status: Healthy\n    nodeCounts: {{registered: {{total: {ready}, ready: {ready}}}}}\n    \
         cloudProviderTarget: {ready}\n    minSize: 0\n    maxSize: 10\n  scaleUp: {{status: NoActivity}}\n"
    )
}

/// Pods that belong on Spot.
fn spot_pod(image: &str) -> Json {
    json!({
        "containers": [{"name": "main", "image": image, "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}}}],
        "tolerations": [{"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"}],
        "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
            "weight": 100,
            "preference": {"matchExpressions": [
                {"key": "kubernetes.azure.com/scalesetpriority", "operator": "In", "values": ["spot"]},
            ]},
        }]}},
    })
}

fn program(image: &str, arguments: &[&str]) -> Json {
    json!({"containers": [{"name": "main", "image": image, "args": arguments}]})
}

impl Snapshot {
    pub(crate) fn text(&self) -> String {
        json!({"apiVersion": "v1", "kind": "List", "items": self.0}).to_string()
    }

    fn is(object: &Json, kind: &str, name: &str) -> bool {
        object["kind"] == kind && object["metadata"]["name"] == name
    }

    #[track_caller]
    pub(crate) fn edit(&mut self, kind: &str, name: &str, edit: impl FnOnce(&mut Json)) {
        let mut objects = self.0.iter_mut();
        let found = objects.find(|object| Self::is(object, kind, name));
        edit(found.expect("it is there"));
    }

    /// Adds copies of an object under other names.
    pub(crate) fn copies(&mut self, kind: &str, name: &str, number: usize) {
        let mut objects = self.0.iter();
        let found = objects.find(|object| Self::is(object, kind, name));
        let found = found.expect("it is there").clone();
        for at in 0..number {
            let mut copy = found.clone();
            copy["metadata"]["name"] = json!(format!("{name}-{at}"));
            self.0.push(copy);
        }
    }

    /// A copy of an object.
    pub(crate) fn object(&self, kind: &str, name: &str) -> Json {
        let mut objects = self.0.iter();
        let found = objects.find(|object| Self::is(object, kind, name));
        found.expect("it is there").clone()
    }

    pub(crate) fn push(&mut self, object: Json) {
        self.0.push(object);
    }

    pub(crate) fn remove(&mut self, kind: &str, name: &str) {
        self.0.retain(|object| !Self::is(object, kind, name));
    }

    pub(crate) fn drop_kind(&mut self, kind: &str) {
        self.0.retain(|object| object["kind"] != kind);
    }

    /// Leaves only the cluster, its pods and one workload.
    pub(crate) fn drop_system(&mut self) {
        let is_of_cluster = |object: &Json| {
            let is_one = |kind: &str| object["kind"] == kind;
            is_one("Node")
                || is_one("Event")
                || object["metadata"]["namespace"] == "shop"
                || object["metadata"]["name"] == "cluster-autoscaler-status"
        };
        self.0
            .retain(|object| is_of_cluster(object) && object["kind"] != "PodDisruptionBudget");
    }

    /// Adds the objects of a stream of YAML, with what the API server adds.
    pub(crate) fn add_stream(&mut self, text: &str) {
        for document in super::output_invariants::documents(text) {
            let mut object = document;
            object["metadata"]["uid"] = json!("1");
            object["metadata"]["resourceVersion"] = json!("7");
            self.0.push(object);
        }
    }

    fn status(&mut self, edit: impl FnOnce(&str) -> String) {
        self.edit("ConfigMap", "cluster-autoscaler-status", |map| {
            let text = map["data"]["status"].as_str().expect("text");
            map["data"]["status"] = json!(edit(text));
        });
    }

    pub(crate) fn autoscaler_reported(&mut self, time: &str) {
        self.status(|text| text.replace("2026-08-20 12:00:00 +0000 UTC", time));
    }

    pub(crate) fn backoff(&mut self, name: &str) {
        let good = group(name, 2);
        let bad = good.replace(
            "{status: NoActivity}",
            "{status: Backoff, backoffInfo: {errorCode: OutOfResource, errorMessage: no Spot VMs of this size}}",
        );
        self.status(|text| text.replace(&good, &bad));
    }

    /// Runs the autoscaler in the cluster.
    pub(crate) fn autoscaler(&mut self, expander: &str) {
        let expander = format!("--expander={expander}");
        let image = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0";
        let pod = program(image, &["--cloud-provider=azure", &expander]);
        self.0.push(workload(
            "Deployment",
            "kube-system",
            "cluster-autoscaler",
            &pod,
        ));
    }

    pub(crate) fn event(
        &mut self,
        (kind, namespace, name): (&str, &str, &str),
        (by, reason): (&str, &str),
        message: &str,
    ) {
        self.0.push(json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"namespace": namespace, "name": format!("{name}.{}", self.0.len())},
            "involvedObject": {"kind": kind, "namespace": namespace, "name": name},
            "reportingComponent": by, "reason": reason, "message": message, "eventTime": MOVED,
        }));
    }

    pub(crate) fn pod(
        &mut self,
        (namespace, name, node): (&str, &str, &str),
        created: &str,
        of: (&str, &str),
    ) {
        let app = of.1.split('-').next().unwrap_or_default();
        self.0.push(json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "namespace": namespace, "name": name, "labels": {"app": app}, "creationTimestamp": created,
                "ownerReferences": owner(of.0, of.1),
            },
            "spec": {"nodeName": node},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        }));
    }
}

/// Two Spot nodes and two others, with what the system reads.
fn cluster() -> Vec<Json> {
    let groups = ["spot1", "regular", "system"].map(|pool| {
        let ready = if pool == "spot1" { 2 } else { 1 };
        group(&format!("aks-{pool}-12345678-vmss"), ready)
    });
    let report = format!(
        "time: 2026-08-20 12:00:00 +0000 UTC\nautoscalerStatus: Running\nnodeGroups:\n{}",
        groups.concat()
    );
    vec![
        node("spot1-a", "spot1", true),
        node("spot1-b", "spot1", true),
        node("regular-a", "regular", false),
        node("system-a", "system", false),
        config_map(
            "kube-system",
            "cluster-autoscaler-status",
            &json!({"status": report}),
        ),
        config_map(
            "kube-system",
            "cluster-autoscaler-priority-expander",
            &json!({"priorities": "20:\n- ^aks-spot1-.*\n10:\n- .*\n"}),
        ),
        config_map(
            "spot-system",
            "descheduler-policy",
            &json!({"policy.yaml": POLICY}),
        ),
        config_map(
            "spot-system",
            "scaler",
            &json!({"linear": "{\"coresPerReplica\": 4, \"min\": 1}"}),
        ),
        json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": -5,
            "metadata": {"name": "headroom", "labels": labels("headroom")},
        }),
    ]
}

/// One workload on Spot, and the programs of the system.
fn workloads() -> Vec<Json> {
    let handler = program(
        "paskalmaksim/aks-node-termination-handler:v1.0.19",
        &["-period=5s"],
    );
    let mut policy = program(
        "registry.k8s.io/descheduler/descheduler:v0.36.0",
        &[
            "--policy-config-file=/policy/policy.yaml",
            "--descheduling-interval=5m",
        ],
    );
    policy["containers"][0]["volumeMounts"] = json!([{"name": "policy", "mountPath": "/policy"}]);
    policy["volumes"] = json!([{"name": "policy", "configMap": {"name": "descheduler-policy"}}]);
    let scaler = program(
        "registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.3",
        &[
            "--namespace=spot-system",
            "--configmap=scaler",
            "--target=deployment/headroom-spot",
        ],
    );
    let mut headroom = spot_pod("registry.k8s.io/pause:3.10");
    headroom["priorityClassName"] = json!("headroom");
    vec![
        workload(
            "Deployment",
            "shop",
            "web",
            &spot_pod("registry.example.com/web:1"),
        ),
        workload("Deployment", "spot-system", "headroom-spot", &headroom),
        workload("Deployment", "spot-system", "descheduler", &policy),
        workload("Deployment", "spot-system", "scaler", &scaler),
        workload("DaemonSet", "spot-system", "handler", &handler),
        replica_set("shop", "web-5d9c", "web"),
        replica_set("spot-system", "headroom-spot-6b", "headroom-spot"),
        replica_set("spot-system", "descheduler-7f", "descheduler"),
        replica_set("spot-system", "scaler-1", "scaler"),
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"namespace": "shop", "name": "web", "labels": labels("web")},
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
            "status": {"disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1, "expectedPods": 2},
        }),
    ]
}

/// All of it, with its pods.
pub(crate) fn healthy() -> Snapshot {
    let mut snapshot = Snapshot([cluster(), workloads()].concat());
    for (pod, of) in [
        (
            ("shop", "web-5d9c-a", "spot1-a"),
            ("ReplicaSet", "web-5d9c"),
        ),
        (
            ("shop", "web-5d9c-b", "spot1-b"),
            ("ReplicaSet", "web-5d9c"),
        ),
        (
            ("spot-system", "headroom-spot-6b-a", "spot1-a"),
            ("ReplicaSet", "headroom-spot-6b"),
        ),
        (
            ("spot-system", "headroom-spot-6b-b", "spot1-b"),
            ("ReplicaSet", "headroom-spot-6b"),
        ),
        (
            ("spot-system", "descheduler-7f-x", "regular-a"),
            ("ReplicaSet", "descheduler-7f"),
        ),
        (
            ("spot-system", "scaler-1-x", "regular-a"),
            ("ReplicaSet", "scaler-1"),
        ),
        (
            ("spot-system", "handler-a", "spot1-a"),
            ("DaemonSet", "handler"),
        ),
        (
            ("spot-system", "handler-b", "spot1-b"),
            ("DaemonSet", "handler"),
        ),
    ] {
        snapshot.pod(pod, OLD, of);
    }
    snapshot.event(
        ("Pod", "shop", "web-5d9c-x"),
        ("sigs.k8s.io/descheduler", "RemovePodsViolatingNodeAffinity"),
        "pod eviction from regular-a node by sigs.k8s.io/descheduler",
    );
    snapshot
}
