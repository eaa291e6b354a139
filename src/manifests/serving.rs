//! How the containers of a pod start to serve, and how they stop.

use super::shape;
use super::shutdown::{self, Shutdown};
use crate::source::Span;
use crate::yaml::Node;

/// What a pod says of itself as a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// Where a container has a port and neither a readiness nor a startup probe, and no condition of the pod stands in for
    /// one.
    pub ready_from_the_start: Option<Span>,
    /// The container that takes longest to stop, as far as its manifest says.
    pub shutdown: Option<Shutdown>,
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
    }
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
