use serde_json::json;

use super::*;

const HELM: &str = r#"---
# Source: shop/templates/serviceaccount.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
# Source: shop/templates/empty.yaml
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels:
    team: a
  annotations:
    note:
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels: {app: web, tier: front}
      annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: "false"}
    spec:
      priorityClassName: high
      terminationGracePeriodSeconds: 60
      tolerations:
        - {key: dedicated, operator: Exists, tolerationSeconds: 5}
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: arch, operator: In, values: [arm64]}], new: 1}]
          preferredDuringSchedulingIgnoredDuringExecution: [{weight: 5, preference: {}}]
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]
          preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]
      containers:
        - name: web
          resources:
            requests: {cpu: 250m, memory: 256Mi}
        - name: proxy
          resources:
            limits: {cpu: "1", memory: 1Gi}
      volumes:
        - name: config
          configMap: {name: web}
"#;

#[test]
fn a_helm_stream_is_read_whole() {
    let (sources, manifests, report) = read_all(&[HELM]);
    assert!(report.is_empty(), "{report:?}");
    let web = &manifests.workloads[0];
    assert_eq!(
        (web.kind, web.name.as_str(), web.namespace.as_deref()),
        (Kind::Deployment, "web", Some("shop"))
    );
    assert_eq!((web.replicas, web.autoscaling), (Some(3), None));
    assert_eq!(web.labels, labels(&[("team", "a")]));
    assert_eq!(web.annotations, labels(&[("note", "")]));
    assert_eq!(web.selector, Some(labels(&[("app", "web")])));
    assert_eq!(web.pod_labels, labels(&[("app", "web"), ("tier", "front")]));
    assert_eq!(web.pod_annotations.iter().count(), 1);
    assert_eq!(web.priority_class.as_deref(), Some("high"));
    assert_eq!(web.termination_grace_period_seconds, Some(60));
    assert!(!web.local_storage && !web.has_claims());
    let requests = web
        .requests
        .as_ref()
        .expect("both containers say something");
    assert_eq!(
        (requests.cpu.as_str(), requests.memory.as_str()),
        ("1250m", "1280Mi")
    );
    let lists = web.existing.replaced.as_deref();
    let lists = lists.expect("the manifest has some");
    assert_eq!(
        lists.tolerations,
        [json!({"key": "dedicated", "operator": "Exists", "tolerationSeconds": 5})]
    );
    let term = json!({"matchExpressions": [{"key": "arch", "operator": "In", "values": ["arm64"]}], "new": 1});
    assert_eq!(web.existing.written_terms, [term]);
    assert_eq!(
        lists.preferred_nodes,
        [json!({"weight": 5, "preference": {}})]
    );
    assert_eq!(
        lists.required_anti_affinity,
        [json!({"topologyKey": "zone"})]
    );
    assert_eq!(lists.preferred_anti_affinity, [json!({"weight": 1})]);
    let locations = web.locations;
    for (location, text) in [
        (web.location, "Deployment"),
        (locations.name, "web"),
        (locations.selector, "selector"),
        (locations.replicas, "3"),
        (locations.requests, "{cpu: 250m, memory: 256Mi}"),
        (locations.autoscaling, "web"),
    ] {
        assert_eq!(sources.slice(location), text);
    }
}

#[test]
fn all_ways_to_write_objects_are_unwrapped() {
    let item = "{metadata: {name: web}, spec: {template: {spec: {}}}}";
    let full = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {}}}}";
    for (text, count) in [
        (format!("apiVersion: v1\nkind: List\nitems: [{full}]\n"), 1),
        (
            format!("apiVersion: apps/v1\nkind: DeploymentList\nitems: [{item}]\n"),
            1,
        ),
        (
            format!(
                "apiVersion: v1\nkind: List\nitems: [{{apiVersion: v1, kind: List, items: [{full}]}}]\n"
            ),
            1,
        ),
        ("apiVersion: v1\nkind: List\nitems:\n".into(), 0),
        (
            format!(
                "{{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"List\",\n\t\"items\": [{}]}}",
                json!({"kind": "X"})
            ),
            0,
        ),
        (with_pod("{}").replace(", ", ",\r\n "), 1),
        (format!("\u{feff}{}", with_pod("{}")), 1),
        ("# only a comment\n---\n---\n~\n".into(), 0),
        (String::new(), 0),
        ("replicaCount: 3\nkind: Deployment\n".into(), 0),
        (
            "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: [1]\n".into(),
            0,
        ),
        (
            "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: []\n".into(),
            0,
        ),
    ] {
        assert_eq!(clean(&text).workloads.len(), count, "{text}");
    }
}

#[test]
fn what_a_workload_made_is_not_one() {
    let owned = |owner: &str| {
        format!(
            "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata:\n  name: web-1\n  ownerReferences: [{owner}]\n\
             spec: {{template: {{spec: {{}}}}}}\n"
        )
    };
    for (owner, count) in [
        (
            "{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}",
            0,
        ),
        ("{apiVersion: apps/v1, kind: Deployment, name: web}", 1),
        (
            "{apiVersion: example.com/v1, kind: Shop, name: web, controller: true}",
            1,
        ),
    ] {
        assert_eq!(clean(&owned(owner)).workloads.len(), count, "{owner}");
    }
}

#[test]
fn kinds_differ_in_what_they_leave_unsaid() {
    let template = "template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a}]}}";
    let app = Some(labels(&[("app", "x")]));
    for (api, kind, spec, replicas, selector) in [
        ("apps/v1", "Deployment", template.to_owned(), Some(1), None),
        (
            "apps/v1",
            "StatefulSet",
            format!("replicas: 0, {template}"),
            Some(0),
            None,
        ),
        (
            "apps/v1",
            "ReplicaSet",
            format!("replicas: 2.0, selector: {{matchLabels: {{app: x}}}}, {template}"),
            Some(2),
            app.clone(),
        ),
        (
            "apps/v1",
            "DaemonSet",
            format!(
                "replicas: 4, selector: {{matchExpressions: [{{key: a, operator: Exists}}]}}, {template}"
            ),
            None,
            None,
        ),
        (
            "v1",
            "ReplicationController",
            format!("selector: {{app: x}}, {template}"),
            Some(1),
            app.clone(),
        ),
        (
            "v1",
            "ReplicationController",
            template.to_owned(),
            Some(1),
            app.clone(),
        ),
        (
            "batch/v1",
            "Job",
            format!("parallelism: 5, {template}"),
            Some(5),
            app.clone(),
        ),
        (
            "batch/v1",
            "CronJob",
            format!("jobTemplate: {{spec: {{{template}}}}}"),
            Some(1),
            app.clone(),
        ),
        (
            "batch/v1",
            "CronJob",
            format!("jobTemplate: {{spec: {{parallelism: 7, {template}}}}}"),
            Some(7),
            app,
        ),
    ] {
        let text =
            format!("{{apiVersion: {api}, kind: {kind}, metadata: {{name: x}}, spec: {{{spec}}}}}");
        let found = one(&text);
        assert_eq!(
            (found.replicas, &found.selector),
            (replicas, &selector),
            "{text}"
        );
        assert_eq!((found.namespace, found.requests), (None, None), "{text}");
        assert_eq!(found.pod_labels, labels(&[("app", "x")]), "{text}");
    }
}

/// What is at the place of a workload's requests.
fn requested_at(text: &str) -> &str {
    let place = one(text).locations.requests;
    let [start, end] = [place.start, place.end].map(|at| usize::try_from(at).expect("a place"));
    &text[start..end]
}

#[test]
fn requests_are_where_the_most_is_asked_for() {
    let requests = |cpu: &str| format!("resources: {{requests: {{cpu: {cpu}}}}}");
    for (containers, init, expected) in [
        ("100m", "50m", "100m"),
        ("100m", "2", "2"),
        // It does not run beside the containers.
        ("2", "2", "2"),
    ] {
        let pod = format!(
            "{{containers: [{{name: a, {}}}], initContainers: [{{name: b}}, {{name: c, {}}}]}}",
            requests(containers),
            requests(init)
        );
        let text = with_pod(&pod);
        let place = requested_at(&text);
        assert_eq!(place, format!("{{cpu: {expected}}}"), "{pod}");
    }
    let (first, second) = (requests("1500m"), requests("600m"));
    let pod = format!(
        "{{containers: [{{name: a, {}}}], initContainers: [{{name: b, restartPolicy: Always, {first}}}, {{name: c, {second}}}]}}",
        requests("500m")
    );
    let text = with_pod(&pod);
    assert_eq!(
        requested_at(&text),
        "{cpu: 600m}",
        "started beside the sidecar"
    );
}

#[test]
fn volumes_tell_local_storage_and_claims() {
    for (volume, local, claim) in [
        ("{name: a, emptyDir: {}}", true, false),
        ("{name: a, emptyDir: {medium: Memory}}", true, false),
        ("{name: a, emptyDir: }", true, false),
        ("{name: a}", true, false),
        ("{name: a, hostPath: {path: /x}}", true, false),
        (
            "{name: a, persistentVolumeClaim: {claimName: c}}",
            false,
            true,
        ),
        ("{name: a, secret: {secretName: s}}", false, false),
    ] {
        let found = one(&with_pod(&format!("{{volumes: [{volume}]}}")));
        assert_eq!(
            (found.local_storage, found.has_claims()),
            (local, claim),
            "{volume}"
        );
    }
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n\
               spec: {template: {spec: {}}, volumeClaimTemplates: [{metadata: {name: data}}]}\n";
    assert!(one(set).has_claims());
}

#[test]
fn requests_are_counted_as_the_scheduler_counts() {
    let container = |cpu: &str, memory: &str| {
        format!("resources: {{requests: {{cpu: {cpu}, memory: {memory}}}}}")
    };
    let app = format!("{{{}}}", container("100m", "1Gi"));
    let init = format!("{{{}}}", container("2", "128Mi"));
    let sidecar = format!("{{restartPolicy: Always, {}}}", container("50m", "64Mi"));
    for (pod, expected) in [
        (format!("containers: [{app}, {app}]"), Some(("200m", "2Gi"))),
        (format!("containers: [{app}], initContainers: [{init}]"), Some(("2", "1Gi"))),
        (format!("containers: [{app}], initContainers: [{sidecar}, {init}]"), Some(("2050m", "1088Mi"))),
        (format!("containers: [{app}], initContainers: [{init}, {sidecar}]"), Some(("2", "1088Mi"))),
        (format!("containers: [{app}], overhead: {{cpu: 10m, memory: 16Mi}}"), Some(("110m", "1040Mi"))),
        (format!("containers: [{app}, {{name: b}}]"), None),
        (format!("containers: [{app}], initContainers: [{{name: i}}]"), Some(("100m", "1Gi"))),
        ("containers: [{resources: {requests: {cpu: 1}}}]".into(), Some(("1", "0"))),
        ("containers: [{resources: {requests: {cpu: 0.1}, limits: {cpu: 2, memory: 1G}}}]".into(), Some(("100m", "1000000000"))),
        ("containers: []".into(), None),
        (format!("containers: [{app}], resources: {{requests: {{cpu: 3}}}}"), Some(("3", "1Gi"))),
        ("containers: [{name: a}], resources: {limits: {cpu: 3, memory: 2Gi}}".into(), Some(("3", "2Gi"))),
        (format!("containers: [{app}], resources: {{limits: {{cpu: 3, memory: 2Gi}}}}"), Some(("100m", "1Gi"))),
        ("containers: [{resources: {requests: {cpu: 9E, memory: 9E}}}, {resources: {requests: {memory: 9E}}}]".into(), Some(("9223372036854775807m", "9223372036854775807"))),
    ] {
        let found = one(&with_pod(&format!("{{{pod}}}")));
        let requests = found.requests.as_ref();
        let actual = requests.map(|requests| (requests.cpu.as_str(), requests.memory.as_str()));
        assert_eq!(actual, expected, "{pod}");
    }
}
