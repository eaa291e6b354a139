//! How the containers of a pod start to serve, and how they stop.

use super::shape;
use super::shutdown::{self, Shutdown};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// What a pod says of itself as a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Where a container has a port and neither a readiness nor a startup probe, and no condition of the pod stands in for
    /// one.
    pub ready_from_the_start: Option<Span>,
    /// The container that takes longest to stop, as far as its manifest says.
    pub shutdown: Option<Shutdown>,
    /// The first port of its node that it takes, so that no node has two of its pods.
    pub host_port: Option<HostPort>,
}

/// A port of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostPort {
    pub number: i64,
    pub protocol: Protocol,
    /// Whether it is a port of one address of the node alone.
    pub has_address: bool,
    pub location: Span,
}

/// Ports of different protocols do not get in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Tcp,
    Udp,
    Sctp,
}

impl Protocol {
    /// TCP is the default. Source: kubernetes/api core/v1/types.go, `ContainerPort`.
    fn read(port: &Node<'_>) -> Self {
        match port.get("protocol").and_then(Node::as_str) {
            Some("UDP") => Self::Udp,
            Some("SCTP") => Self::Sctp,
            _ => Self::Tcp,
        }
    }
}

impl HostPort {
    /// Whether no node has both ports free for two pods.
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/types.go, `HostPortInfo.CheckConflict`.
    pub fn is_that_of(self, other: Self) -> bool {
        (self.number, self.protocol) == (other.number, other.protocol)
            && !self.has_address
            && !other.has_address
    }
}

pub(super) fn read(pod: Option<&Node<'_>>) -> Serving {
    let list = |key: &str| shape::present(pod, key).map_or(&[][..], Node::items);
    let containers = list("containers");
    let has = |container: &Node<'_>, key: &str| shape::present(Some(container), key).is_some();
    let is_probed =
        |container: &Node<'_>| has(container, "readinessProbe") || has(container, "startupProbe");
    let is_gated = !list("readinessGates").is_empty();
    let mut serving = containers.iter().filter(|container| {
        !shape::present(Some(container), "ports")
            .map_or(&[][..], Node::items)
            .is_empty()
    });
    let is_unknown = is_gated || containers.iter().any(is_probed);
    // Init containers that keep running serve beside the others, and stop after them, within the same grace period.
    // Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars.
    let sidecars = list("initContainers").iter().filter(|container| {
        container.get("restartPolicy").and_then(Node::as_str) == Some("Always")
    });
    let stopping = containers.iter().chain(sidecars).filter_map(shutdown::read);
    Serving {
        ready_from_the_start: serving.next().filter(|_| !is_unknown).map(|container| {
            container
                .entry("ports")
                .map_or(container.span, |entry| entry.key_span)
        }),
        shutdown: stopping.max_by_key(Shutdown::seconds),
        host_port: containers
            .iter()
            .find_map(|container| host_port(container, is_on_host(pod))),
    }
}

fn is_on_host(pod: Option<&Node<'_>>) -> bool {
    let value = shape::present(pod, "hostNetwork");
    value.is_some_and(|value| matches!(value.value, Value::Bool(true)))
}

/// In the network of the node, each port is one of the node.
/// Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `defaultHostNetworkPorts`.
fn host_port(container: &Node<'_>, is_on_host: bool) -> Option<HostPort> {
    let ports = shape::present(Some(container), "ports").map_or(&[][..], Node::items);
    ports.iter().find_map(|port| {
        let usual = is_on_host.then_some("containerPort");
        let keys = [Some("hostPort"), usual].into_iter().flatten();
        let mut values = keys.filter_map(|key| port.get(key));
        values.find_map(|value| {
            let number = value.as_i64().filter(|number| *number > 0)?;
            let location = value.span;
            Some(HostPort {
                number,
                protocol: Protocol::read(port),
                has_address: port.get("hostIP").is_some(),
                location,
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    fn of(text: &str) -> Serving {
        let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
        read(parsed.documents.first())
    }

    #[test]
    fn ports_of_the_node_are_found() {
        for (pod, expected) in [
            (
                "containers: [{ports: [{containerPort: 80}, {containerPort: 81, hostPort: 8081}]}]",
                Some(8081),
            ),
            (
                "containers: [{ports: [{containerPort: 80, hostPort: 0}]}]",
                None,
            ),
            (
                "{hostNetwork: true, containers: [{ports: [{containerPort: 80}]}]}",
                Some(80),
            ),
            (
                "{hostNetwork: false, containers: [{ports: [{containerPort: 80}]}]}",
                None,
            ),
        ] {
            let found = of(pod).host_port.map(|port| port.number);
            assert_eq!(found, expected, "{pod}");
        }
    }

    #[test]
    fn a_port_without_a_probe_is_ready_from_the_start() {
        for (pod, expected) in [
            ("containers: [{ports: [{containerPort: 80}]}]", true),
            ("containers: [{ports: []}]", false),
            ("containers: [{name: worker}]", false),
            (
                "containers: [{ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}}]",
                false,
            ),
            (
                "containers: [{ports: [{containerPort: 80}]}, {startupProbe: {tcpSocket: {port: 80}}}]",
                false,
            ),
            (
                "{containers: [{ports: [{containerPort: 80}]}], readinessGates: [{conditionType: a}]}",
                false,
            ),
        ] {
            assert_eq!(of(pod).ready_from_the_start.is_some(), expected, "{pod}");
        }
    }
}
