//! Ports of nodes: each node has each port once.
//!
//! Source: kubernetes/kubernetes `pkg/scheduler/framework/plugins/nodeports/node_ports.go`, `Fits`.

use super::{deployment, spec};
use crate::library::{Checked, config};

const RULE: &str = "host-port-without-room";

/// A Deployment on up to 10 nodes: its name, its replicas, further fields of its spec, and its port.
fn workload((name, replicas, fields, port): (&str, u32, &str, &str)) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: {replicas}{fields}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 15
      containers: [{{name: main, image: registry.example.com/{name}:1.0, ports: [{{{port}}}], resources: {{requests: {{cpu: 100m, memory: 64Mi}}}}}}]
"
    )
}

fn check(workloads: &[(&str, u32, &str, &str)]) -> Checked {
    let pools = [
        "name: cheap, capacity: Spot, nodes: {min: 0, max: 10}, taints: [\"spot:NoSchedule\"]",
        "name: steady, capacity: OnDemand, nodes: {min: 2, max: 10}, taints: []",
    ];
    let text: Vec<String> = workloads.iter().copied().map(workload).collect();
    config(spec("generic", &pools))
        .manifests(&text.concat())
        .check()
}

const PORT: &str = "containerPort: 80, hostPort: 80";
const KEEPS_ALL: &str = "\n  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";

#[test]
fn a_rollout_needs_a_node_for_its_first_new_pod() {
    let checked = check(&[("web", 10, KEEPS_ALL, PORT)]);
    assert!(
        checked
            .text
            .contains("warning[host-port-without-room]: rollouts of workload `web` hang"),
        "{}",
        checked.text
    );
    for (replicas, fields) in [
        (9, KEEPS_ALL),
        // A quarter may be missing, which is the default.
        (10, ""),
        (10, "\n  strategy: {type: Recreate}"),
    ] {
        check(&[("web", replicas, fields, PORT)]).is_silent_about(RULE);
    }
}

#[test]
fn workloads_with_one_port_share_the_nodes() {
    let both = |port: &str, other: &str| check(&[("web", 6, "", port), ("api", 6, "", other)]);
    let checked = both(PORT, PORT);
    let said = "2 of the 12 pods of workloads `web`, `api` cannot be scheduled";
    assert_eq!(checked.text.matches(said).count(), 1, "{}", checked.text);
    for other in [
        "containerPort: 80, hostPort: 81",
        "containerPort: 80, hostPort: 80, protocol: UDP",
        "containerPort: 80, hostPort: 80, hostIP: 127.0.0.1",
        "containerPort: 80",
    ] {
        both(PORT, other).is_silent_about(RULE);
    }
    let few = check(&[("web", 5, "", PORT), ("api", 5, "", PORT)]);
    few.is_silent_about(RULE);
}

/// Nodes enough for each pod of its own, until Spot is lost.
#[test]
fn on_demand_has_to_have_the_nodes_too() {
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
                 kubernetes.io/hostname, labelSelector: {matchLabels: {app: front}}}]}}, containers: [{name: main, image: \
                 example.com/front:1, resources: {requests: {cpu: 100m, memory: 128Mi}}}]";
    let port = "containers: [{name: main, image: example.com/front:1, ports: [{containerPort: 80, hostPort: 80}], resources: \
                {requests: {cpu: 100m, memory: 128Mi}}}]";
    for (rule, pod) in [
        ("anti-affinity-without-room", apart),
        ("host-port-without-room", port),
    ] {
        for (nodes, is_short) in [(4, true), (9, false)] {
            let spot = "name: cheap, capacity: Spot, vmSize: m5.xlarge, nodes: {min: 3, max: 10}";
            let steady = format!(
                "name: steady, capacity: OnDemand, vmSize: m5.xlarge, nodes: {{min: 1, max: {nodes}}}"
            );
            let text = spec("eks", &[spot, &steady])
                + "  workloads: [{name: front, namespace: shop, selector: {app: front}}]\n";
            let text = config(text).manifests(&deployment(pod)).check().text;
            let said = format!(
                "warning[{rule}]: without Spot, 2 of 6 pods of workload `front` stay Pending"
            );
            assert_eq!(text.contains(&said), is_short, "{rule} {nodes}: {text}");
        }
    }
}
