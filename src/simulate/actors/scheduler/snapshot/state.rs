//! What is on the picture, and how it follows the world.

use std::sync::Arc;

use super::domains::{Counted, Domains, DomainsId, Inclusion, Tally, TallyId, Topology};
use super::happening::{Happening, NodeChange};
use super::order::Order;
use super::place::Place;
use super::questions::Questions;
use crate::simulate::world::{NodeId, PodId, Symbol, TemplateId, World};

#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// By node; none for what is gone.
    places: Vec<Option<Place>>,
    order: Order,
    pub(super) topologies: Vec<Topology>,
    pub(super) tallies: Vec<Tally>,
    pub(super) domains: Vec<Domains>,
    /// By template: the tallies that count its pods.
    counted_by: Vec<Vec<TallyId>>,
    pub(super) questions: Vec<Option<Arc<Questions>>>,
    /// By pod, as it was last seen: its node, and whether it terminates.
    seen: Vec<Option<(NodeId, bool)>>,
    /// Counts changes.
    stamp: u64,
    /// By node: its last change.
    stamps: Vec<u64>,
}

impl Snapshot {
    /// All of the world as it is.
    pub fn new(world: &World) -> Self {
        let mut snapshot = Self::default();
        for node in world.present_nodes() {
            snapshot.see_node(world, node);
        }
        for pod in world.present_pods() {
            snapshot.see_pod(world, pod);
        }
        snapshot
    }

    /// Marks a node as changed.
    pub fn touch(&mut self, node: NodeId) {
        self.stamp += 1;
        if self.stamps.len() <= node.index() {
            self.stamps.resize(node.index() + 1, 0);
        }
        self.stamps[node.index()] = self.stamp;
    }

    /// The number of the last change of all.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Whether a node has changed after that.
    pub fn has_changed_since(&self, node: NodeId, stamp: u64) -> bool {
        self.stamps
            .get(node.index())
            .is_some_and(|own| *own > stamp)
    }

    /// Nodes in the order in which the scheduler looks at them.
    pub fn nodes(&self) -> &[NodeId] {
        self.order.list()
    }

    pub fn place(&self, node: NodeId) -> Option<&Place> {
        self.places.get(node.index())?.as_ref()
    }

    /// Takes in a node as it is now; what that was, if it was anything.
    pub fn see_node(&mut self, world: &World, id: NodeId) -> Option<Happening> {
        let node = world.node(id);
        match (self.place(id), node.is_gone()) {
            (None, true) => None,
            (None, false) => {
                self.add_node(world, id, Place::of(node));
                Some(Happening::NodeAdded(id))
            }
            (Some(_), true) => {
                self.remove_node(id);
                Some(Happening::NodeGone(id))
            }
            (Some(place), false) => {
                let change = NodeChange {
                    labels: place.labels != node.labels || place.zone != node.zone,
                    taints: place.taints != node.taints,
                    cordon: place.is_cordoned != node.is_cordoned,
                    allocatable: place.allocatable != node.allocatable
                        || place.max_pods != node.max_pods,
                };
                if change == NodeChange::default() {
                    return None;
                }
                if place.zone != node.zone {
                    self.order.remove(id);
                    self.order.add(id, node.zone);
                }
                self.touch(id);
                if let Some(place) = self.places[id.index()].as_mut() {
                    place.update(node);
                }
                self.count_node(world, id, change.labels, change.taints || change.cordon);
                Some(Happening::NodeChanged(id, change))
            }
        }
    }

    /// Adds a node, which may be an imagined one: then its number is the next after those of the world, and it must be
    /// removed before the world has another.
    pub fn add_node(&mut self, world: &World, id: NodeId, place: Place) {
        if self.places.len() <= id.index() {
            self.places.resize(id.index() + 1, None);
        }
        debug_assert!(self.places[id.index()].is_none());
        self.touch(id);
        self.order.add(id, place.zone);
        self.places[id.index()] = Some(place);
        self.count_node(world, id, true, true);
    }

    pub fn remove_node(&mut self, id: NodeId) {
        self.order.remove(id);
        self.touch(id);
        self.places[id.index()] = None;
        for domains in &mut self.domains {
            let tally = &self.tallies[domains.tally.0];
            domains.set(id, None, tally.on.get(id.index()).copied().unwrap_or(0));
        }
        for tally in &mut self.tallies {
            if let Some(on) = tally.on.get_mut(id.index()) {
                *on = 0;
            }
        }
        for topology in &mut self.topologies {
            topology.set(id, None);
        }
    }

    /// Takes in a pod as it is now; what that was, if it was anything.
    pub fn see_pod(&mut self, world: &World, id: PodId) -> Option<Happening> {
        let pod = world.pod(id);
        let stands = pod.node.filter(|_| !pod.is_gone() && !pod.is_finished());
        let now = stands.map(|node| (node, pod.is_terminating()));
        if self.seen.len() <= id.index() {
            self.seen.resize(id.index() + 1, None);
        }
        let was = std::mem::replace(&mut self.seen[id.index()], now);
        let template = pod.template;
        match (was, now) {
            (None, Some((node, leaves))) => {
                self.stand(world, template, node, 1, i64::from(!leaves));
                Some(Happening::PodStands(template, node))
            }
            (Some((node, left)), None) => {
                self.stand(world, template, node, -1, -i64::from(!left));
                Some(Happening::PodGone(template, node))
            }
            (Some((node, false)), Some((_, true))) => {
                self.stand(world, template, node, 0, -1);
                Some(Happening::PodLeaves(template, node))
            }
            _ => None,
        }
    }

    /// Places a pod of a template that does not exist.
    pub fn add_pod(&mut self, world: &World, template: TemplateId, node: NodeId) {
        self.stand(world, template, node, 1, 1);
    }

    /// Takes off what [`Self::add_pod`] has placed, or a pod that does not terminate.
    pub fn remove_pod(&mut self, world: &World, template: TemplateId, node: NodeId) {
        self.stand(world, template, node, -1, -1);
    }

    fn stand(&mut self, world: &World, id: TemplateId, node: NodeId, all: i64, lasting: i64) {
        self.know_templates(world);
        self.touch(node);
        let Some(place) = self.places.get_mut(node.index()).and_then(Option::as_mut) else {
            return;
        };
        place.stand(id, &world.templates[id.index()], all, lasting);
        for tally in &self.counted_by[id.index()] {
            let tally = &mut self.tallies[tally.0];
            let part = tally.part(all, lasting);
            if tally.on.len() <= node.index() {
                tally.on.resize(node.index() + 1, 0);
            }
            tally.on[node.index()] += part;
            for domains in &tally.domains {
                self.domains[domains.0].change(node, part);
            }
        }
    }

    /// Lets every tally decide on templates that have come since.
    pub(super) fn know_templates(&mut self, world: &World) {
        for at in self.counted_by.len()..world.templates.len() {
            let id = TemplateId::of(at);
            let mut by = Vec::new();
            for (number, tally) in self.tallies.iter_mut().enumerate() {
                tally.matches.push(tally.counted.selects(world, id));
                if tally.matches[at] {
                    by.push(TallyId(number));
                }
            }
            self.counted_by.push(by);
        }
    }

    pub(super) fn tally(&mut self, world: &World, counted: Counted) -> TallyId {
        if let Some(known) = self
            .tallies
            .iter()
            .position(|tally| tally.counted == counted)
        {
            return TallyId(known);
        }
        self.know_templates(world);
        let id = TallyId(self.tallies.len());
        let templates = (0..world.templates.len()).map(TemplateId::of);
        let matches: Vec<_> = templates.map(|one| counted.selects(world, one)).collect();
        for (by, matches) in self.counted_by.iter_mut().zip(&matches) {
            if *matches {
                by.push(id);
            }
        }
        let mut tally = Tally {
            counted,
            matches,
            on: Vec::new(),
            domains: Vec::new(),
        };
        for place in &self.places {
            let standing = place.iter().flat_map(|place| &place.standing);
            let selected = standing.filter(|one| tally.matches[one.template.index()]);
            let on = selected.map(|one| tally.part(one.all, one.lasting)).sum();
            tally.on.push(on);
        }
        self.tallies.push(tally);
        id
    }

    pub(super) fn topology(&mut self, key: Symbol) -> usize {
        if let Some(known) = self
            .topologies
            .iter()
            .position(|topology| topology.key == key)
        {
            return known;
        }
        let mut topology = Topology::new(key);
        for (at, place) in self.places.iter().enumerate() {
            topology.set(NodeId::of(at), place.as_ref());
        }
        self.topologies.push(topology);
        self.topologies.len() - 1
    }

    pub(super) fn domains(
        &mut self,
        world: &World,
        tally: TallyId,
        key: Symbol,
        inclusion: Inclusion,
    ) -> DomainsId {
        let topology = self.topology(key);
        let known = self.tallies[tally.0].domains.iter().copied().find(|one| {
            let one = &self.domains[one.0];
            one.topology == topology && one.inclusion == inclusion
        });
        if let Some(known) = known {
            return known;
        }
        let id = DomainsId(self.domains.len());
        self.domains.push(Domains {
            tally,
            topology,
            inclusion,
            counted_in: Vec::new(),
            pods: Vec::new(),
            nodes: Vec::new(),
            total: 0,
        });
        self.tallies[tally.0].domains.push(id);
        for at in 0..self.places.len() {
            self.count_in(world, NodeId::of(at), id);
        }
        id
    }

    /// Counts a node where it belongs now.
    fn count_node(&mut self, world: &World, node: NodeId, labels: bool, taints: bool) {
        if labels {
            for topology in &mut self.topologies {
                topology.set(node, self.places[node.index()].as_ref());
            }
        }
        for at in 0..self.domains.len() {
            if labels || taints && self.domains[at].inclusion.looks_at_taints(world) {
                self.count_in(world, node, DomainsId(at));
            }
        }
    }

    fn count_in(&mut self, world: &World, node: NodeId, id: DomainsId) {
        let domains = &mut self.domains[id.0];
        let on = self.tallies[domains.tally.0]
            .on
            .get(node.index())
            .copied()
            .unwrap_or(0);
        let place = self.places[node.index()].as_ref();
        let is_taken = place.is_some_and(|place| domains.inclusion.takes(world, place));
        let domain = self.topologies[domains.topology].of_node[node.index()];
        domains.set(node, domain.filter(|_| is_taken), on);
    }
}
