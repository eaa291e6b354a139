use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::TopologyKey;
use crate::manifests::HostPort;
use crate::model::domains::Domains;
use crate::model::{WorkloadView, capacity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "host-port-without-room",
    levels: &[Severity::Error, Severity::Warning],
    summary: "pods that take a port of their node are as many as there can be nodes, or more",
    harm: "A node has each port once, so no node takes two pods of a workload with a `hostPort`, or with `hostNetwork` and a \
           port. Pods beyond the number of nodes stay Pending indefinitely, and no scale-up helps. The same is true of all \
           workloads together that take one port. If there are exactly as many nodes as pods, a rollout that starts a new pod \
           before it stops an old one cannot begin.",
    detection: "Pods are Pending with `node(s) didn't have free ports for the requested pod ports`.",
    remedy: "Run fewer replicas, raise `nodes.max` of the pools that the pods can be on, let rollouts stop a pod first, or serve the port through a Service \
             in place of `hostPort`.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/nodeports/node_ports.go, `Fits`",
        "kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `defaultHostNetworkPorts`",
    ],
    check: Check::Workloads(check),
};

const CHOICE: &str = "more nodes than pods leave room for the new pod";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let known = all.iter().filter(|pods| pods.has_known_placement());
    let taking: Vec<Taking<'_>> = known.filter_map(|pods| Taking::of(plan, *pods)).collect();
    for own in &taking {
        if own.replicas > own.nodes {
            too_many(own, findings);
        } else if own.replicas == own.nodes && own.pods.starts_before_it_stops(own.replicas) {
            rollout(own, findings);
        } else if own.without_spot.is_some_and(|left| own.replicas > left) {
            failover(own, findings);
        }
    }
    for (at, own) in taking.iter().enumerate() {
        together(own, (&taking, at), findings);
    }
}

/// A workload whose pods take a port of their node.
struct Taking<'a> {
    pods: WorkloadView<'a>,
    port: HostPort,
    replicas: i64,
    /// The pools that they can be on, by name.
    pools: Vec<&'a str>,
    /// The most nodes of these.
    nodes: i64,
    /// The most nodes that are left to them when all Spot is lost; none for pods that do not prefer it.
    without_spot: Option<i64>,
}

impl<'a> Taking<'a> {
    fn of(plan: &'a Plan, pods: WorkloadView<'a>) -> Option<Self> {
        let port = pods.found?.serving.host_port?;
        let open = |pool: &&NodePool| pods.may_be_on(plan, pool);
        let pools: Vec<&NodePool> = plan.node_pools.iter().filter(open).collect();
        // Pods that can be on no pool are another fault.
        if pods.kind() == Kind::DaemonSet || pools.is_empty() {
            return None;
        }
        let names = pools.iter().map(|pool| pool.name.as_str()).collect();
        let nodes = Domains::of(plan, &TopologyKey::Hostname, pools.iter().copied())?;
        let base = capacity::left_of_spot(plan);
        let on_demand = pools.into_iter().filter(|pool| !pool.is_spot());
        let base = base.iter().filter(open);
        let left: Vec<&NodePool> = on_demand.chain(base).collect();
        let left = Some(left).filter(|left| !left.is_empty() && pods.prefers_spot(plan));
        let left =
            left.and_then(|left| Domains::of(plan, &TopologyKey::Hostname, left.into_iter()));
        Some(Self {
            without_spot: left.map(|left| left.count()),
            pods,
            port,
            replicas: pods.most()?,
            pools: names,
            nodes: nodes.count(),
        })
    }

    /// Whether the pods of another one take the same port of nodes that are all among these.
    fn shares_with(&self, other: &Self) -> bool {
        self.port.is_that_of(other.port) && other.pools.iter().all(|pool| self.pools.contains(pool))
    }
}

fn too_many(own: &Taking<'_>, findings: &mut Findings<'_>) {
    let (replicas, nodes) = (own.replicas, own.nodes);
    let message = format!(
        "{} of {replicas} pods of workload `{}` cannot be scheduled: each takes port {} of its node, and its node pools have \
         at most {nodes} nodes",
        replicas - nodes,
        own.pods.name(),
        own.port.number
    );
    findings.in_manifest(own.port.location, message, |diagnostic| {
        diagnostic
            .help("run fewer replicas, raise `nodes.max`, or use a Service in place of `hostPort`")
            .no_fix("only the owner knows whether the pods need the port of the node")
    });
}

/// There are nodes enough as long as there is Spot.
fn failover(own: &Taking<'_>, findings: &mut Findings<'_>) {
    let left = own.without_spot.unwrap_or(0);
    let message = format!(
        "without Spot, {} of {} pods of workload `{}` stay Pending: each takes port {} of its node, and its on-demand pools \
         have at most {left} nodes",
        own.replicas - left,
        own.replicas,
        own.pods.name(),
        own.port.number
    );
    findings.in_manifest(own.port.location, message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help(
                "raise `nodes.max` of the on-demand pools, or use a Service in place of `hostPort`",
            )
            .no_fix("only the owner knows how many on-demand nodes may run")
    });
}

/// Each node has a pod, and the first new one waits for one that is stopped after it.
fn rollout(own: &Taking<'_>, findings: &mut Findings<'_>) {
    let Some(found) = own.pods.found else { return };
    let message = format!(
        "rollouts of workload `{}` hang: its pods take port {} of every node that they can be on ({} in all), so a new pod \
         stays Pending",
        own.pods.name(),
        own.port.number,
        own.nodes
    );
    let missing = Edit::Set {
        pointer: Pointer::parse("/spec/strategy/rollingUpdate/maxUnavailable"),
        value: 1.into(),
    };
    findings.in_manifest(own.port.location, message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help(
                "set `rollingUpdate: {maxUnavailable: 1}` so that an old pod stops first, or raise `nodes.max`",
            )
            .fix(Fix::manifest(found.location, missing))
            .choice(CHOICE)
    });
}

/// Workloads that take the same port, where each by itself has room enough.
fn together(own: &Taking<'_>, (all, at): (&[Taking<'_>], usize), findings: &mut Findings<'_>) {
    let sharing: Vec<&Taking<'_>> = all.iter().filter(|other| own.shares_with(other)).collect();
    let sum = sharing
        .iter()
        .fold(0_i64, |sum, other| sum.saturating_add(other.replicas));
    let is_told = || {
        let mut before = all[..at].iter();
        before.any(|other| other.shares_with(own) && own.shares_with(other))
    };
    let has_room_alone = sharing.iter().all(|other| other.replicas <= other.nodes);
    if sharing.len() < 2 || sum <= own.nodes || !has_room_alone || is_told() {
        return;
    }
    let names: Vec<String> = sharing
        .iter()
        .map(|other| format!("`{}`", other.pods.name()))
        .collect();
    let message = format!(
        "{} of the {sum} pods of workloads {} cannot be scheduled: each takes port {} of its node, and the node pools have \
         at most {} nodes for all of them",
        sum - own.nodes,
        names.join(", "),
        own.port.number,
        own.nodes
    );
    let other = sharing.iter().find(|other| other.port != own.port);
    findings.in_manifest(own.port.location, message, |diagnostic| {
        let diagnostic = match other {
            Some(other) => diagnostic.related(other.port.location, "the same port"),
            None => diagnostic,
        };
        diagnostic
            .help("give them different ports, run fewer replicas, raise `nodes.max`, or use Services in place of `hostPort`")
            .no_fix("only the owner knows which of them needs the port of the node")
    });
}
