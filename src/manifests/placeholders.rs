//! Pods that hold room for others: placeholders. They are known by what they are, whatever their image is.
//!
//! Sources: <https://kubernetes.io/docs/tasks/administer-cluster/node-overprovisioning/>, kubernetes/autoscaler
//! cluster-autoscaler/FAQ.md (a Deployment of pause), jupyterhub/zero-to-jupyterhub-k8s
//! jupyterhub/templates/scheduling/user-placeholder/statefulset.yaml (a `StatefulSet`),
//! <https://docs.cloud.google.com/kubernetes-engine/docs/how-to/capacity-provisioning> (a Deployment or a Job that sleeps).

use super::manifest_placeholder::{ManifestPlaceholder, read};
use super::manifest_workload::ManifestWorkload;
use super::priority_classes::KnownPriorities;
use super::shape;
use super::unread::Fact;
use super::waiting::Waiting;
use crate::config::Kind;
use crate::yaml::Node;

/// Whether pods may be placeholders, by their class and their images: others are none, whatever their containers do.
pub(crate) fn may_be_placeholders(pod: Option<&Node<'_>>) -> bool {
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    let may_pause = |container: &Node<'_>| {
        let image = container.get("image").and_then(Node::as_str);
        image.is_some_and(|image| image.contains("pause"))
    };
    shape::present(pod, "priorityClassName").is_some() || containers.iter().any(may_pause)
}

/// Whether the pods of an object are placeholders, for all that can be known of it alone and of some classes.
pub(crate) fn is_placeholder(
    (kind, object): (Kind, &Node<'_>),
    pod: Option<&Node<'_>>,
    priorities: &KnownPriorities,
) -> bool {
    let Some(found) = read(kind, pod) else {
        return false;
    };
    let resources = |container: &Node<'_>| container.get("resources").is_some();
    let containers = shape::present(pod, "containers").map_or(&[][..], Node::items);
    let class = shape::present(pod, "priorityClassName").and_then(Node::as_str);
    let replicas = ["replicas", "parallelism"].into_iter().find_map(|key| {
        let replicas = object.at(&["spec", key])?;
        replicas.as_i64()
    });
    let pods = Pods {
        kind,
        class,
        priority: priorities.of(class),
        default: priorities.default(),
        replicas,
        has_requests: containers.iter().any(resources),
        ends_at_once: shape::present(pod, "terminationGracePeriodSeconds").and_then(Node::as_i64)
            == Some(0),
        is_lowest: false,
    };
    pods.are_placeholders(&found)
}

/// Leaves those that are placeholders by their priority. `default` is that of pods without a class.
pub(super) fn judge(workloads: &mut [ManifestWorkload], default: i64) {
    let lowest = workloads.iter().filter(|found| is_other(found));
    let lowest = lowest.filter_map(|found| Some(found.priority?.value)).min();
    for found in workloads {
        let Some(placeholder) = &found.placeholder else {
            continue;
        };
        let priority = found.priority.map(|priority| priority.value);
        let pods = Pods {
            kind: found.kind,
            class: found.priority_class.as_deref(),
            priority,
            default,
            replicas: found.replicas,
            has_requests: found.requests.is_some()
                || found.unread.has(Fact::Requests)
                || !placeholder.other_requests.is_empty(),
            ends_at_once: found.termination_grace_period_seconds == Some(0),
            is_lowest: lowest.is_some_and(|lowest| priority.is_some_and(|own| own < lowest)),
        };
        if !pods.are_placeholders(placeholder) {
            found.placeholder = None;
        }
    }
}

/// Whether it is a workload whatever the others are: placeholders have to be below it.
fn is_other(found: &ManifestWorkload) -> bool {
    let has_class = found.priority_class.is_some();
    let is_negative = found.priority.is_some_and(|own| own.value < 0);
    found.placeholder.as_ref().is_none_or(|placeholder| {
        let is_spare = match placeholder.waiting {
            Waiting::Pauses => true,
            Waiting::Sleeps => has_class,
            Waiting::Idles => has_class && is_negative,
        };
        !is_spare || placeholder.is_for_logins(found.replicas)
    })
}

/// What tells placeholders from other pods that wait.
struct Pods<'a> {
    kind: Kind,
    class: Option<&'a str>,
    /// None where the class is not known.
    priority: Option<i64>,
    /// The priority of pods without a class.
    default: i64,
    replicas: Option<i64>,
    has_requests: bool,
    /// Whether they have nothing to finish.
    ends_at_once: bool,
    /// Whether every other workload has a higher priority.
    is_lowest: bool,
}

impl Pods<'_> {
    fn are_placeholders(&self, found: &ManifestPlaceholder) -> bool {
        let is_of_system = self.class.is_some_and(|class| class.starts_with("system-"));
        // The priority that all pods have by default says nothing of these.
        let is_low = self.class.is_some()
            && match self.priority {
                Some(priority) => priority < self.default.max(0) || self.is_lowest,
                None => self.ends_at_once,
            };
        let is_negative = self.priority.is_some_and(|priority| priority < 0);
        !is_of_system
            && !found.is_for_logins(self.replicas)
            && match found.waiting {
                // Whoever gives pause requests or a class wants it to hold room, and may have forgotten the other.
                Waiting::Pauses if !self.kind.is_job() => self.has_requests || self.class.is_some(),
                Waiting::Pauses | Waiting::Sleeps => is_low,
                Waiting::Idles => is_low && is_negative,
            }
    }
}

impl ManifestPlaceholder {
    /// One pod with rights of its own, in which somebody works: a toolbox, say. Nobody can work in pause.
    fn is_for_logins(&self, replicas: Option<i64>) -> bool {
        self.has_account && replicas.unwrap_or(1) == 1 && self.waiting != Waiting::Pauses
    }
}
