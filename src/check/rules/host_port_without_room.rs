use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::model::domains::Domains;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "host-port-without-room",
    levels: &[Severity::Error],
    summary: "pods that take a port of their node are more than there can be nodes",
    harm: "A node has each port once, so no node takes two pods of a workload with a `hostPort`, or with `hostNetwork` and a \
           port. Pods beyond the number of nodes stay Pending indefinitely, and no scale-up helps.",
    detection: "Pods are Pending with `node(s) didn't have free ports for the requested pod ports`.",
    remedy: "Run fewer replicas, raise `nodes.max` of the pools that the pods can be on, or serve the port through a Service \
             in place of `hostPort`.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/nodeports/node_ports.go, `Fits`",
        "kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `defaultHostNetworkPorts`",
    ],
    check: Check::Placed(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let port = pods.found.and_then(|found| found.serving.host_port);
    let (Some(port), Some(replicas)) = (port, pods.most()) else {
        return;
    };
    let open = |pool: &&NodePool| pods.may_be_on(plan, pool);
    let mut pools = plan.node_pools.iter().filter(open).peekable();
    // Pods that can be on no pool are another fault.
    if pods.kind() == Kind::DaemonSet || pools.peek().is_none() {
        return;
    }
    let nodes = Domains::of(plan, &TopologyKey::Hostname, pools).map(|nodes| nodes.count());
    let Some(nodes) = nodes.filter(|nodes| replicas > *nodes) else {
        return;
    };
    let message = format!(
        "{} of {replicas} pods of workload `{}` cannot be scheduled: each takes port {} of its node, and its node pools have \
         at most {nodes} nodes",
        replicas - nodes,
        pods.name(),
        port.number
    );
    findings.in_manifest(port.location, message, |diagnostic| {
        diagnostic
            .help("run fewer replicas, raise `nodes.max`, or use a Service in place of `hostPort`")
            .no_fix("only the owner knows whether the pods need the port of the node")
    });
}
