//! The requests of one pod, as the scheduler counts them.
//!
//! Source: kubernetes/component-helpers `resource/helpers.go` (`PodRequests`); limits stand in for missing requests
//! as in kubernetes/kubernetes `pkg/apis/core/v1/defaults.go` (`SetDefaults_Pod`, `defaultPodRequests`).

use crate::kubernetes::Resources;
use crate::source::Span;
use crate::values::Quantity;
use crate::yaml::Node;

use super::shape::{self, Reader};

/// CPU in thousandths and memory in bytes. `None` if not declared.
#[derive(Clone, Copy, Debug, Default)]
struct Amounts {
    cpu: Option<i64>,
    memory: Option<i64>,
}

impl Amounts {
    fn read(reader: &mut Reader<'_>, parent: Option<&Node<'_>>, key: &str) -> Self {
        let node = reader.map(parent, key);
        Self {
            cpu: reader.quantity(node, "cpu").map(|cpu| cpu.millis()),
            memory: reader.quantity(node, "memory").map(|memory| memory.bytes()),
        }
    }

    fn combine(self, other: Self, both: fn(i64, i64) -> i64) -> Self {
        let combine = |own: Option<i64>, other: Option<i64>| match (own, other) {
            (Some(own), Some(other)) => Some(both(own, other)),
            (own, other) => own.or(other),
        };
        Self {
            cpu: combine(self.cpu, other.cpu),
            memory: combine(self.memory, other.memory),
        }
    }

    fn plus(self, other: Self) -> Self {
        self.combine(other, i64::saturating_add)
    }

    fn max(self, other: Self) -> Self {
        self.combine(other, i64::max)
    }

    /// The values of the other, where this one declares none.
    fn or(self, other: Self) -> Self {
        self.combine(other, |own, _| own)
    }

    fn is_silent(self) -> bool {
        self.cpu.is_none() && self.memory.is_none()
    }
}

/// What the containers of a pod, and the pod, declare.
#[derive(Debug, Default)]
pub(super) struct PodRequests {
    containers: Vec<Amounts>,
    /// Each with whether it is a sidecar, in their order.
    init_containers: Vec<(Amounts, bool)>,
    /// Of the pod as a whole.
    requests: Amounts,
    limits: Amounts,
    overhead: Amounts,
}

impl PodRequests {
    pub(super) fn read(reader: &mut Reader<'_>, pod: Option<&Node<'_>>) -> Self {
        let mut read = Self::default();
        for container in reader.maps(pod, "containers") {
            read.containers.push(of_container(reader, container));
        }
        for container in reader.maps(pod, "initContainers") {
            let own = of_container(reader, container);
            let is_sidecar =
                reader.text(Some(container), "restartPolicy").as_deref() == Some("Always");
            read.init_containers.push((own, is_sidecar));
        }
        let pod_level = reader.map(pod, "resources");
        read.requests = Amounts::read(reader, pod_level, "requests");
        read.limits = Amounts::read(reader, pod_level, "limits");
        read.overhead = Amounts::read(reader, pod, "overhead");
        read
    }

    /// Whether a container gets what the defaults of its namespace say.
    pub(super) fn takes_defaults(&self) -> bool {
        let init = self.init_containers.iter().map(|(own, _)| own);
        let mut all = self.containers.iter().chain(init);
        all.any(|own| own.cpu.is_none() || own.memory.is_none())
    }

    /// The init container for which the pod needs more CPU or memory than while its containers run.
    fn largest_init(&self) -> Option<usize> {
        let sum = |all: Amounts, own: &Amounts| all.plus(*own);
        let running = self.containers.iter().fold(Amounts::default(), sum);
        let sidecars = self.init_containers.iter().filter(|(_, sidecar)| *sidecar);
        let running = sidecars.map(|(own, _)| own).fold(running, sum);
        let (mut started, mut largest, mut peak) = (Amounts::default(), None, running);
        for (nth, (own, is_sidecar)) in self.init_containers.iter().enumerate() {
            let needed = started.plus(*own);
            if *is_sidecar {
                started = needed;
            } else if needed.cpu > peak.cpu || needed.memory > peak.memory {
                largest = Some(nth);
                peak = peak.max(needed);
            }
        }
        largest
    }

    /// Adds them up. None when a container names neither CPU nor memory, and the pod does not either: the scheduler counts
    /// nothing for it, and what it uses cannot be known. One of the two is enough; the other is then 0, as the scheduler
    /// has it. `defaults` are those of the namespace.
    pub(super) fn total(&self, defaults: ContainerDefaults) -> Option<Resources> {
        let mut total = Amounts::default();
        let mut all_say = true;
        for own in &self.containers {
            let own = own.or(defaults.0);
            all_say &= !own.is_silent();
            total = total.plus(own);
        }
        let mut sidecars = Amounts::default();
        let mut peak = Amounts::default();
        for (own, is_sidecar) in &self.init_containers {
            let own = own.or(defaults.0);
            if *is_sidecar {
                total = total.plus(own);
                sidecars = sidecars.plus(own);
                peak = peak.max(sidecars);
            } else {
                // It runs alone, but for the sidecars that were started before it.
                peak = peak.max(sidecars.plus(own));
            }
        }
        total = total.max(peak);
        let pod_says = !self.requests.is_silent() || !self.limits.is_silent();
        if self.containers.is_empty() || !(all_say || pod_says) {
            return None;
        }
        let total = self.requests.or(total).or(self.limits).plus(self.overhead);
        Some(Resources {
            cpu: Quantity::from_millis(total.cpu.unwrap_or_default()),
            memory: Quantity::from_bytes(total.memory.unwrap_or_default()),
        })
    }
}

/// What containers request that declare nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ContainerDefaults(Amounts);

impl ContainerDefaults {
    /// Of a `LimitRange`. Its default limits stand in for its default requests, and its maximum for these.
    ///
    /// Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_LimitRangeItem`;
    /// plugin/pkg/admission/limitranger/admission.go, `mergeContainerResources`.
    pub(super) fn read(reader: &mut Reader<'_>, object: &Node<'_>) -> Self {
        let spec = reader.map(Some(object), "spec");
        let mut all = Amounts::default();
        for item in reader.maps(spec, "limits") {
            if reader.text(Some(item), "type").as_deref() != Some("Container") {
                continue;
            }
            let lists = ["defaultRequest", "default", "max", "min"];
            let amounts = lists.map(|key| Amounts::read(reader, Some(item), key));
            all = amounts.into_iter().fold(all, Amounts::or);
        }
        Self(all)
    }

    /// Those of several `LimitRange`s, of which the first that says something counts.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }
}

fn of_container(reader: &mut Reader<'_>, container: &Node<'_>) -> Amounts {
    let resources = reader.map(Some(container), "resources");
    let requests = Amounts::read(reader, resources, "requests");
    let limits = Amounts::read(reader, resources, "limits");
    requests.or(limits)
}

/// Where the requests are: the pod's, else those of the init container that needs more than all containers together, else the
/// first container's, else the containers.
pub(super) fn location(
    reader: &Reader<'_>,
    pod: Option<&Node<'_>>,
    requests: &PodRequests,
) -> Option<Span> {
    let of = |holder: Option<&Node<'_>>| {
        let resources = shape::present(holder, "resources");
        reader
            .location(resources, "requests")
            .or_else(|| reader.location(resources, "limits"))
    };
    let list = |key: &str| shape::present(pod, key).map_or(&[][..], Node::items);
    let init = requests.largest_init();
    let init = init.and_then(|nth| list("initContainers").get(nth));
    of(pod)
        .or_else(|| init.and_then(|container| of(Some(container))))
        .or_else(|| {
            let mut containers = list("containers").iter();
            containers.find_map(|container| of(Some(container)))
        })
        .or_else(|| reader.location(pod, "containers"))
}
