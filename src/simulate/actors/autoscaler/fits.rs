//! A snapshot of nodes, real and imaginary, on which pods are moved about, and the filters of the scheduler on it.
//!
//! What is tried on it can be taken back: [`Snapshot::mark`] and [`Snapshot::revert`].
//!
//! Sources: kubernetes/autoscaler cluster-autoscaler/simulator/clustersnapshot; `places.rs` for the rules of the node
//! itself, and `pod_rules.rs` for those between pods.

use std::collections::BTreeMap;

use super::places::{At, Place, Places};
use super::pod_rules::{self, Between, PodRules};
use super::race;
use super::template::NodeTemplate;
use crate::simulate::chance::Draws;
use crate::simulate::world::{NodeId, TemplateId, World};

#[derive(Debug)]
enum Step<'w> {
    Added(At),
    Grown,
    Emptied(At, Place<'w>),
}

#[derive(Debug)]
pub struct Snapshot<'w> {
    pub places: Places<'w>,
    steps: Vec<Step<'w>>,
    /// By template, as far as it was asked.
    between: Vec<Option<Between>>,
    /// By template, of those for which more than the node itself matters.
    rules: BTreeMap<TemplateId, PodRules>,
    /// Where the last search ended.
    last: At,
    /// The order in which nodes are checked; those that are not in it come last.
    order: Vec<At>,
    /// What draws who finds a node first; without it, nodes are checked one after the other.
    race: Option<Draws>,
}

impl<'w> Snapshot<'w> {
    /// Of all nodes but those that are left out.
    pub fn new(world: &'w World, cutoff: i32, is_left_out: impl Fn(NodeId) -> bool) -> Self {
        let nodes = world.present_nodes().filter(|node| !is_left_out(*node));
        Self::of(world, cutoff, nodes)
    }

    /// Of these nodes, in this order.
    pub fn of(world: &'w World, cutoff: i32, nodes: impl IntoIterator<Item = NodeId>) -> Self {
        Self {
            places: Places::new(world, cutoff, nodes),
            steps: Vec::new(),
            between: vec![None; world.templates.len()],
            rules: BTreeMap::new(),
            last: 0,
            order: Vec::new(),
            race: None,
        }
    }

    /// Has the nodes that are there by now checked in any order, by several workers: upstream takes them from a map.
    /// Source: cluster-autoscaler/simulator/clustersnapshot/store/delta.go, `buildNodeInfoList`.
    pub fn draw(&mut self, mut draws: Draws) {
        self.order = (0..self.places.nodes.len()).collect();
        draws.shuffle(&mut self.order);
        self.race = Some(draws);
    }

    /// A point to go back to.
    pub fn mark(&self) -> usize {
        self.steps.len()
    }

    pub fn revert(&mut self, mark: usize) {
        while self.steps.len() > mark {
            match self.steps.pop() {
                Some(Step::Added(at)) => {
                    let node = &mut self.places.nodes[at];
                    let template = node.added.pop().expect("a pod was put there before");
                    node.requested -= &self.places.world.templates[template.index()].requests;
                    self.count(at, &[(template, false)], -1);
                }
                Some(Step::Grown) => {
                    self.places.nodes.pop();
                    self.rules.clear();
                }
                Some(Step::Emptied(at, was)) => {
                    self.places.nodes[at] = was;
                    self.count_all(at, 1);
                }
                None => {}
            }
        }
        self.last = self.last.min(self.places.nodes.len().saturating_sub(1));
    }

    /// Takes pods of a node into account in all rules that are known, or out of it.
    fn count(&mut self, at: At, pods: &[(TemplateId, bool)], sign: i64) {
        for rules in self.rules.values_mut() {
            for pod in pods {
                rules.count(&self.places, at, *pod, sign);
            }
        }
    }

    fn count_all(&mut self, at: At, sign: i64) {
        if !self.rules.is_empty() {
            let pods = self
                .places
                .pods_on(at)
                .map(|(_, template, is_stopping)| (template, is_stopping));
            let added = self.places.nodes[at]
                .added
                .iter()
                .map(|template| (*template, false));
            let pods: Vec<_> = pods.chain(added).collect();
            self.count(at, &pods, sign);
        }
    }

    /// Adds an imaginary node with the pods of its `DaemonSet`s.
    pub fn grow(&mut self, template: &'w NodeTemplate) -> At {
        self.places.nodes.push(Place::imaginary(template));
        self.steps.push(Step::Grown);
        self.rules.clear();
        self.places.nodes.len() - 1
    }

    /// Puts a pod onto a node, whether it fits or not.
    pub fn put(&mut self, template: TemplateId, at: At) {
        let node = &mut self.places.nodes[at];
        node.requested += &self.places.world.templates[template.index()].requests;
        node.added.push(template);
        self.steps.push(Step::Added(at));
        self.count(at, &[(template, false)], 1);
    }

    /// Takes all pods off a node and closes it; it stays as a domain.
    /// Source: cluster-autoscaler/simulator/cluster.go, `SimulateNodeRemoval` and `withForkedSnapshot`.
    pub fn empty(&mut self, at: At) {
        self.count_all(at, -1);
        let was = self.places.nodes[at].clone();
        self.places.nodes[at].empty();
        self.steps.push(Step::Emptied(at, was));
    }

    /// Whether a pod of this template may be bound there.
    pub fn fits(&mut self, template: TemplateId, at: At) -> bool {
        if !self.places.has_room(template, at) {
            return false;
        }
        let known = self.between[template.index()];
        let between = known.unwrap_or_else(|| pod_rules::between(&self.places, template));
        self.between[template.index()] = Some(between);
        if between == Between::Nothing {
            return true;
        }
        if !pod_rules::is_let_alone(&self.places, template, at) {
            return false;
        }
        if between == Between::OnHosts {
            return true;
        }
        if !self.rules.contains_key(&template) {
            let rules = PodRules::new(&self.places, template);
            self.rules.insert(template, rules);
        }
        self.rules
            .get(&template)
            .is_some_and(|rules| rules.hold(&self.places, at))
    }

    /// The first node that takes the pod, searched from where the last search ended.
    /// Source: `cluster-autoscaler/simulator/clustersnapshot/predicate/plugin_runner.go`,
    /// `RunFiltersUntilPassingNode`.
    pub fn find(&mut self, template: TemplateId, is_meant: impl Fn(&Place) -> bool) -> Option<At> {
        let (count, last) = (self.places.nodes.len(), self.last);
        let (race, order) = (self.race.take(), std::mem::take(&mut self.order));
        let mut takes = |step: usize| {
            let at = order.get((last + step) % count).copied();
            let at = at.unwrap_or((last + step) % count);
            is_meant(&self.places.nodes[at]) && self.fits(template, at)
        };
        let step = match race {
            None => (0..count).find(|step| takes(*step)),
            Some(mut draws) => {
                let found = race::first_found(count, &mut draws, takes);
                self.race = Some(draws);
                found
            }
        };
        self.order = order;
        let found = (last + step?) % count;
        self.last = (found + 1) % count;
        Some(self.order.get(found).copied().unwrap_or(found))
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
