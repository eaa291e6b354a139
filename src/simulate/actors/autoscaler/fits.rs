//! A snapshot of nodes, real and imaginary, on which pods are moved about, and the filters of the scheduler on it.
//!
//! What is tried on it can be taken back: [`Snapshot::mark`] and [`Snapshot::revert`].
//!
//! Sources: kubernetes/autoscaler cluster-autoscaler/simulator/clustersnapshot; kubernetes/kubernetes
//! pkg/scheduler/framework/plugins (`nodeunschedulable`, `tainttoleration`, `nodeaffinity`, `noderesources`), and
//! `pod_rules.rs` for the rules between pods.

use std::collections::BTreeMap;

use super::pod_rules::{self, Between, Domain, PodRules};
use super::template::NodeTemplate;
use crate::simulate::world::{
    LabelSet, NodeId, NodeTaint, PodId, Requests, Symbol, Symbols, Template, TemplateId, World,
};

/// Index into [`Snapshot::nodes`].
pub type At = usize;

#[derive(Clone, Debug)]
pub struct Place<'w> {
    /// None for an imaginary one.
    pub real: Option<NodeId>,
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

#[derive(Debug)]
enum Step<'w> {
    Added(At),
    Grown,
    Emptied(At, Place<'w>),
}

#[derive(Debug)]
pub struct Snapshot<'w> {
    pub world: &'w World,
    pub hostname: Option<Symbol>,
    pub nodes: Vec<Place<'w>>,
    /// By node.
    places: Vec<Option<At>>,
    steps: Vec<Step<'w>>,
    cutoff: i32,
    /// Whether any template may be dropped: then pods are looked at one by one.
    has_expendable: bool,
    /// By template: whether its pods keep others away.
    pub shy: Vec<bool>,
    /// By template, as far as it was asked.
    between: Vec<Option<Between>>,
    /// By template, of those for which more than the node itself matters.
    rules: BTreeMap<TemplateId, PodRules>,
    /// Where the last search ended.
    last: At,
}

/// Whether pods of a priority below the cut-off count for nothing.
/// Source: cluster-autoscaler/core/utils/expendable.go, `IsExpendablePod`.
pub fn is_expendable(template: &Template, cutoff: i32) -> bool {
    template.priority < cutoff && !template.never_preempts
}

/// `NodeAffinity`: one of the terms must hold.
pub fn wants(template: &Template, name: Symbol, labels: &LabelSet, symbols: &Symbols) -> bool {
    let terms = template.required_nodes.as_ref();
    terms.is_none_or(|terms| terms.iter().any(|term| term.holds(name, labels, symbols)))
}

impl<'w> Snapshot<'w> {
    /// All nodes but those that have not started, with their pods, but for expendable ones; and nominated pods on the
    /// node that they wait for.
    /// Source: `cluster-autoscaler/core/static_autoscaler.go`, `initializeClusterSnapshot`.
    pub fn new(world: &'w World, cutoff: i32, is_left_out: impl Fn(NodeId) -> bool) -> Self {
        let mut snapshot = Self {
            world,
            hostname: world.symbols.find(crate::kubernetes::HOSTNAME),
            nodes: Vec::with_capacity(world.nodes.len()),
            places: vec![None; world.nodes.len()],
            steps: Vec::new(),
            cutoff,
            has_expendable: world.templates.iter().any(|one| is_expendable(one, cutoff)),
            shy: pod_rules::shy(world),
            between: vec![None; world.templates.len()],
            rules: BTreeMap::new(),
            last: 0,
        };
        for id in world.present_nodes().filter(|id| !is_left_out(*id)) {
            let node = world.node(id);
            snapshot.places[id.index()] = Some(snapshot.nodes.len());
            let mut place = Place {
                real: Some(id),
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
            if snapshot.has_expendable {
                for pod in &node.pods {
                    let pod = world.pod(*pod);
                    let template = &world.templates[pod.template.index()];
                    if is_expendable(template, cutoff) && !pod.is_finished() {
                        place.requested -= &template.requests;
                    }
                }
            }
            snapshot.nodes.push(place);
        }
        snapshot
    }

    /// Where a node stands.
    pub fn place_of(&self, node: NodeId) -> Option<At> {
        self.places.get(node.index()).copied().flatten()
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

    /// A point to go back to.
    pub fn mark(&self) -> usize {
        self.steps.len()
    }

    pub fn revert(&mut self, mark: usize) {
        while self.steps.len() > mark {
            match self.steps.pop() {
                Some(Step::Added(at)) => {
                    let node = &mut self.nodes[at];
                    let template = node.added.pop().expect("a pod was put there before");
                    node.requested -= &self.world.templates[template.index()].requests;
                    self.count(at, &[(template, false)], -1);
                }
                Some(Step::Grown) => {
                    self.nodes.pop();
                    self.rules.clear();
                }
                Some(Step::Emptied(at, was)) => {
                    self.nodes[at] = was;
                    self.count_all(at, 1);
                }
                None => {}
            }
        }
        self.last = self.last.min(self.nodes.len().saturating_sub(1));
    }

    /// Takes pods of a node into account in all rules that are known, or out of it.
    fn count(&mut self, at: At, pods: &[(TemplateId, bool)], sign: i64) {
        let mut known = std::mem::take(&mut self.rules);
        for rules in known.values_mut() {
            for pod in pods {
                rules.count(self, at, *pod, sign);
            }
        }
        self.rules = known;
    }

    fn count_all(&mut self, at: At, sign: i64) {
        if !self.rules.is_empty() {
            let pods = self
                .pods_on(at)
                .map(|(_, template, is_stopping)| (template, is_stopping));
            let added = self.nodes[at]
                .added
                .iter()
                .map(|template| (*template, false));
            let pods: Vec<_> = pods.chain(added).collect();
            self.count(at, &pods, sign);
        }
    }

    /// Adds an imaginary node with the pods of its `DaemonSet`s.
    pub fn grow(&mut self, template: &'w NodeTemplate) -> At {
        self.nodes.push(Place {
            real: None,
            name: template.name,
            labels: &template.labels,
            taints: &template.taints,
            allocatable: &template.allocatable,
            max_pods: template.max_pods,
            is_closed: false,
            requested: template.requested.clone(),
            pods: &[],
            added: template.daemons.clone(),
        });
        self.steps.push(Step::Grown);
        self.rules.clear();
        self.nodes.len() - 1
    }

    /// Puts a pod onto a node, whether it fits or not.
    pub fn put(&mut self, template: TemplateId, at: At) {
        let node = &mut self.nodes[at];
        node.requested += &self.world.templates[template.index()].requests;
        node.added.push(template);
        self.steps.push(Step::Added(at));
        self.count(at, &[(template, false)], 1);
    }

    /// Takes all pods off a node and closes it; it stays as a domain.
    /// Source: cluster-autoscaler/simulator/cluster.go, `SimulateNodeRemoval` and `withForkedSnapshot`.
    pub fn empty(&mut self, at: At) {
        self.count_all(at, -1);
        let was = self.nodes[at].clone();
        let node = &mut self.nodes[at];
        node.is_closed = true;
        node.pods = &[];
        node.added.clear();
        node.requested = Requests::default();
        self.steps.push(Step::Emptied(at, was));
    }

    /// Whether a pod of this template may be bound there.
    pub fn fits(&mut self, template: TemplateId, at: At) -> bool {
        if !self.has_room(template, at) {
            return false;
        }
        let known = self.between[template.index()];
        let between = known.unwrap_or_else(|| pod_rules::between(self, template));
        self.between[template.index()] = Some(between);
        if between == Between::Nothing {
            return true;
        }
        if !pod_rules::is_let_alone(self, template, at) {
            return false;
        }
        if between == Between::OnHosts {
            return true;
        }
        if !self.rules.contains_key(&template) {
            let rules = PodRules::new(self, template);
            self.rules.insert(template, rules);
        }
        self.rules
            .get(&template)
            .is_some_and(|rules| rules.hold(self, at))
    }

    /// All filters but those between pods.
    fn has_room(&self, id: TemplateId, at: At) -> bool {
        let (node, template) = (&self.nodes[at], &self.world.templates[id.index()]);
        !node.is_closed
            && template.requests.fits(node.allocatable, &node.requested)
            && node
                .taints
                .iter()
                .all(|taint| template.tolerations.let_on(*taint))
            && wants(template, node.name, node.labels, &self.world.symbols)
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
        (!affinity || wants(template, node.name, node.labels, &self.world.symbols))
            && (!taints
                || node
                    .taints
                    .iter()
                    .all(|taint| template.tolerations.let_on(*taint)))
    }

    /// The first node that takes the pod, searched from where the last search ended.
    /// Source: `cluster-autoscaler/simulator/clustersnapshot/predicate/plugin_runner.go`,
    /// `RunFiltersUntilPassingNode`.
    pub fn find(&mut self, template: TemplateId, is_meant: impl Fn(&Place) -> bool) -> Option<At> {
        let count = self.nodes.len();
        for step in 0..count {
            let at = (self.last + step) % count;
            if is_meant(&self.nodes[at]) && self.fits(template, at) {
                self.last = (at + 1) % count;
                return Some(at);
            }
        }
        None
    }

    /// As [`Self::find`], and puts the pod there.
    pub fn settle(
        &mut self,
        template: TemplateId,
        is_meant: impl Fn(&Place) -> bool,
    ) -> Option<At> {
        let at = self.find(template, is_meant)?;
        self.put(template, at);
        Some(at)
    }
}
