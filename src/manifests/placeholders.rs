//! Pods that hold room for others: placeholders. They are known by what they are, whatever their image is.
//!
//! Sources: <https://kubernetes.io/docs/tasks/administer-cluster/node-overprovisioning/>, kubernetes/autoscaler
//! cluster-autoscaler/FAQ.md (a Deployment of pause), jupyterhub/zero-to-jupyterhub-k8s
//! jupyterhub/templates/scheduling/user-placeholder/statefulset.yaml (a `StatefulSet`),
//! <https://docs.cloud.google.com/kubernetes-engine/docs/how-to/capacity-provisioning> (a Deployment or a Job that sleeps).

use super::manifest_placeholder::read;
use super::manifest_workload::ManifestWorkload;
use super::shape;
use super::unread::Fact;
use super::waiting::Waiting;
use crate::config::Kind;
use crate::yaml::Node;

/// Whether the pods of an object are placeholders, for all that can be known without its `PriorityClass`.
pub(crate) fn is_placeholder(kind: Kind, pod: Option<&Node<'_>>) -> bool {
    let Some(found) = read(kind, pod) else {
        return false;
    };
    let resources = |container: &Node<'_>| container.get("resources").is_some();
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    let pods = Pods {
        kind,
        class: shape::present(pod, "priorityClassName").and_then(Node::as_str),
        priority: None,
        has_requests: containers.iter().any(resources),
        ends_at_once: shape::present(pod, "terminationGracePeriodSeconds").and_then(Node::as_i64)
            == Some(0),
        is_lowest: false,
    };
    pods.are_placeholders(found.waiting)
}

/// Leaves those that are placeholders by their priority.
pub(super) fn judge(workloads: &mut [ManifestWorkload]) {
    // Of pods that say nothing of what they do, only a negative priority makes placeholders.
    let is_other = |found: &&ManifestWorkload| {
        let is_negative = found.priority.is_some_and(|own| own.value < 0);
        found.placeholder.as_ref().is_none_or(|placeholder| {
            let is_silent = matches!(placeholder.waiting, Waiting::Idles | Waiting::Untold);
            is_silent && !is_negative
        })
    };
    let others = workloads.iter().filter(is_other);
    let lowest = others.filter_map(|found| Some(found.priority?.value)).min();
    for found in workloads {
        let Some(placeholder) = &found.placeholder else {
            continue;
        };
        let priority = found.priority.map(|priority| priority.value);
        let pods = Pods {
            kind: found.kind,
            class: found.priority_class.as_deref(),
            priority,
            has_requests: found.requests.is_some()
                || found.unread.has(Fact::Requests)
                || !placeholder.other_requests.is_empty(),
            ends_at_once: found.termination_grace_period_seconds == Some(0),
            is_lowest: lowest.is_some_and(|lowest| priority.is_some_and(|own| own < lowest)),
        };
        if !pods.are_placeholders(placeholder.waiting) {
            found.placeholder = None;
        }
    }
}

/// What tells placeholders from other pods that wait.
struct Pods<'a> {
    kind: Kind,
    class: Option<&'a str>,
    /// None where the class is not known.
    priority: Option<i64>,
    has_requests: bool,
    /// Whether they have nothing to finish.
    ends_at_once: bool,
    /// Whether every other workload has a higher priority.
    is_lowest: bool,
}

impl Pods<'_> {
    fn are_placeholders(&self, waiting: Waiting) -> bool {
        let is_of_system = self.class.is_some_and(|class| class.starts_with("system-"));
        let is_low = match self.priority {
            Some(priority) => priority < 0 || self.is_lowest,
            None => self.class.is_some() && self.ends_at_once,
        };
        let is_negative = self.priority.is_some_and(|priority| priority < 0);
        !is_of_system
            && match waiting {
                // Whoever gives pause requests or a class wants it to hold room, and may have forgotten the other.
                Waiting::Pauses if !self.kind.is_job() => self.has_requests || self.class.is_some(),
                Waiting::Pauses | Waiting::Sleeps => is_low,
                Waiting::Idles => is_negative,
                Waiting::Untold => is_negative && self.has_requests && self.ends_at_once,
            }
    }
}
