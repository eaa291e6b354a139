//! Nodes, real and imaginary, with the pods that are there or were put there, and the filters that look at one node.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins (`nodeunschedulable`, `tainttoleration`, `nodeaffinity`,
//! `noderesources`).

use super::expendable::is_expendable;
use super::template::NodeTemplate;
use crate::simulate::world::{
    GroupId, LabelSet, NodeId, NodeTaint, PodId, Requests, Symbol, Template, TemplateId, World,
};

/// Index into [`Places::nodes`].
pub type At = usize;

#[derive(Clone, Debug)]
pub struct Place<'w> {
    /// None for an imaginary one.
    pub real: Option<NodeId>,
    /// Of an imaginary one.
    group: Option<GroupId>,
    name: Symbol,
    labels: &'w LabelSet,
    taints: &'w [NodeTaint],
    allocatable: &'w Requests,
    max_pods: i64,
    /// Cordoned, not ready, or emptied in a simulation: it takes no pods, and still counts as a domain.
    is_closed: bool,
    /// Of all pods that are there or were put there.
    pub requested: Requests,
    /// Pods that are really there.
    pods: &'w [PodId],
    /// Pods put there since.
    pub added: Vec<TemplateId>,
}

/// The value of a topology label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    Label(Symbol),
    /// The host name of an imaginary node.
    Imaginary(At),
}

#[derive(Debug)]
pub struct Places<'w> {
    pub world: &'w World,
    pub hostname: Option<Symbol>,
    pub nodes: Vec<Place<'w>>,
    /// By node: where it stands.
    by_node: Vec<Option<At>>,
    cutoff: i32,
    /// Whether any template may be dropped: then pods are looked at one by one.
    has_expendable: bool,
    /// By template: whether its pods keep others away.
    pub shy: Vec<bool>,
}

impl<'w> Place<'w> {
    /// A node that a group would add, with the pods of its `DaemonSet`s.
    pub fn imaginary(template: &'w NodeTemplate) -> Self {
        Self {
            real: None,
            group: Some(template.group),
            name: template.name,
            labels: &template.labels,
            taints: &template.taints,
            allocatable: &template.allocatable,
            max_pods: template.max_pods,
            is_closed: false,
            requested: template.requested.clone(),
            pods: &[],
            added: template.daemons.clone(),
        }
    }

    /// Takes all pods off it and closes it.
    pub fn empty(&mut self) {
        self.is_closed = true;
        self.pods = &[];
        self.added.clear();
        self.requested = Requests::default();
    }
}

impl<'w> Places<'w> {
    /// Nodes in this order with their pods, but for expendable ones; and nominated pods on the
    /// node that they wait for.
    /// Source: kubernetes/autoscaler `cluster-autoscaler/core/static_autoscaler.go`, `initializeClusterSnapshot`.
    pub fn new(world: &'w World, cutoff: i32, nodes: impl IntoIterator<Item = NodeId>) -> Self {
        let templates = world.templates.iter();
        let shy = templates.map(|template| !template.forbidden_pods.is_empty());
        let mut places = Self {
            world,
            hostname: world.symbols.find(crate::kubernetes::HOSTNAME),
            nodes: Vec::with_capacity(world.nodes.len()),
            by_node: vec![None; world.nodes.len()],
            cutoff,
            has_expendable: world.templates.iter().any(|one| is_expendable(one, cutoff)),
            shy: shy.collect(),
        };
        for id in nodes {
            let node = world.node(id);
            places.by_node[id.index()] = Some(places.nodes.len());
            let mut place = Place {
                real: Some(id),
                group: None,
                name: node.name,
                labels: &node.labels,
                taints: &node.taints,
                allocatable: &node.allocatable,
                max_pods: node.max_pods,
                is_closed: node.is_cordoned || !node.is_ready(),
                requested: node.requested.clone(),
                pods: &node.pods,
                added: Vec::new(),
            };
            if places.has_expendable {
                for pod in &node.pods {
                    let pod = world.pod(*pod);
                    let template = &world.templates[pod.template.index()];
                    if is_expendable(template, cutoff) && !pod.is_finished() {
                        place.requested -= &template.requests;
                    }
                }
            }
            places.nodes.push(place);
        }
        places
    }

    /// Where a node stands.
    pub fn place_of(&self, node: NodeId) -> Option<At> {
        self.by_node.get(node.index()).copied().flatten()
    }

    /// The imaginary node of a group that was added as that one of its own.
    pub fn upcoming(&self, group: GroupId, nth: usize) -> Option<At> {
        let all = self.nodes.iter().enumerate();
        let mut own = all.filter(|(_, place)| place.group == Some(group));
        own.nth(nth).map(|(at, _)| at)
    }

    /// Of which group an imaginary node is, and how many of that group come before it.
    pub fn number_of(&self, at: At) -> Option<(GroupId, usize)> {
        let group = self.nodes[at].group?;
        let earlier = self.nodes[..at].iter();
        let own = earlier.filter(|place| place.group == Some(group));
        Some((group, own.count()))
    }

    /// Pods that are really there and count, with whether they are being stopped.
    pub fn pods_on(&self, at: At) -> impl Iterator<Item = (PodId, TemplateId, bool)> {
        self.nodes[at].pods.iter().filter_map(|id| {
            let pod = self.world.pod(*id);
            let template = &self.world.templates[pod.template.index()];
            let is_dropped = self.has_expendable && is_expendable(template, self.cutoff);
            let counts = !is_dropped && !pod.is_finished();
            counts.then(|| (*id, pod.template, pod.is_terminating()))
        })
    }

    /// The topology domain of a node. Imaginary ones have a host name of their own.
    pub fn domain(&self, at: At, key: Symbol) -> Option<Domain> {
        let node = &self.nodes[at];
        if node.real.is_none() && Some(key) == self.hostname {
            return Some(Domain::Imaginary(at));
        }
        node.labels.get(key).map(Domain::Label)
    }

    /// All filters but those between pods.
    pub fn has_room(&self, id: TemplateId, at: At) -> bool {
        let (node, template) = (&self.nodes[at], &self.world.templates[id.index()]);
        !node.is_closed
            && template.requests.fits(node.allocatable, &node.requested)
            && node
                .taints
                .iter()
                .all(|taint| template.tolerations.let_on(*taint))
            && template.may_be_on(node.name, node.labels, &self.world.symbols)
            && self.has_number(at)
            && self.has_ports(template, at)
    }

    /// Whether the node may hold one more pod.
    fn has_number(&self, at: At) -> bool {
        let node = &self.nodes[at];
        let most = node.max_pods - i64::try_from(node.added.len()).unwrap_or(i64::MAX);
        let least = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        least(node.pods.len()) < most || least(self.pods_on(at).count()) < most
    }

    /// `NodePorts`.
    fn has_ports(&self, template: &Template, at: At) -> bool {
        template.host_ports.is_empty() || {
            let there = self.pods_on(at).map(|(_, template, _)| template);
            let mut there = there.chain(self.nodes[at].added.iter().copied());
            !there.any(|other| {
                let other = &self.world.templates[other.index()].host_ports;
                template.host_ports.iter().any(|port| other.contains(port))
            })
        }
    }

    /// Whether a node's labels and taints let pods of a template on it, as spread constraints ask.
    pub fn lets_on(&self, template: &Template, at: At, affinity: bool, taints: bool) -> bool {
        let node = &self.nodes[at];
        (!affinity || template.may_be_on(node.name, node.labels, &self.world.symbols))
            && (!taints
                || node
                    .taints
                    .iter()
                    .all(|taint| template.tolerations.let_on(*taint)))
    }
}
