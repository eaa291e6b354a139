//! Which nodes take a pod. The first filter that rejects gives the reason, in the order of the scheduler's plugins.
//! Source: kubernetes/kubernetes `pkg/scheduler/apis/config/v1/default_plugins.go`; plugins named below are under
//! pkg/scheduler/framework/plugins.

use std::sync::Arc;

use super::let_on::{node_affinity, tolerates_cordon};
use super::reason::{Reason, Shortage};
use super::snapshot::{DomainsId, Place, Questions, Snapshot, Standing};
use crate::simulate::world::{NodeId, Requests, Template, TemplateId, World};

/// One attempt to place one pod: what is the same for all nodes.
pub struct Attempt {
    pub template: TemplateId,
    pub questions: Arc<Questions>,
    /// By hard constraint.
    lowest: Vec<Lowest>,
}

/// The two emptiest domains of a constraint, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
struct Lowest {
    first: Option<(u32, i64)>,
    second: Option<(u32, i64)>,
    count: i64,
}

/// A node as it would be: pods gone from it, and others come.
/// Source: preemption's copies of `NodeInfo` and of the state of filters (`PreFilterExtensions`).
#[derive(Clone, Debug)]
pub struct Supposed {
    requested: Requests,
    pods: i64,
    /// By template, against what the snapshot has.
    changes: Vec<(TemplateId, i64)>,
}

impl Supposed {
    pub fn as_is(place: &Place) -> Self {
        Self {
            requested: place.requested.clone(),
            pods: place.pods,
            changes: Vec::new(),
        }
    }

    /// The same pods, as if none of them took room.
    pub fn roomy() -> Self {
        Self {
            requested: Requests::default(),
            pods: 0,
            changes: Vec::new(),
        }
    }

    pub fn add(&mut self, id: TemplateId, template: &Template) {
        self.requested += &template.requests;
        self.change(id, 1);
    }

    pub fn remove(&mut self, id: TemplateId, template: &Template) {
        self.requested -= &template.requests;
        self.change(id, -1);
    }

    fn change(&mut self, id: TemplateId, by: i64) {
        self.pods += by;
        match self.changes.iter_mut().find(|(known, _)| *known == id) {
            Some((_, sum)) => *sum += by,
            None => self.changes.push((id, by)),
        }
    }

    fn change_of(&self, id: TemplateId) -> i64 {
        self.changes
            .iter()
            .find(|(known, _)| *known == id)
            .map_or(0, |(_, by)| *by)
    }
}

impl Attempt {
    pub fn new(snapshot: &mut Snapshot, world: &World, template: TemplateId) -> Self {
        let questions = snapshot.questions(world, template);
        let lowest = questions
            .hard
            .iter()
            .map(|one| Lowest::of(snapshot, one.domains))
            .collect();
        Self {
            template,
            questions,
            lowest,
        }
    }

    /// Whether nothing but what stands on a node decides whether it takes the pod.
    pub fn is_local(&self, world: &World, snapshot: &Snapshot) -> bool {
        let questions = &self.questions;
        let mut domains = questions.forbidden.iter().chain(&questions.forbidding);
        questions.hard.is_empty()
            && questions.affinity.is_empty()
            && domains.all(|id| snapshot.is_by_node(world, *id))
    }

    /// Whether a node takes the pod.
    ///
    /// # Errors
    /// Why not.
    pub fn check(
        &self,
        world: &World,
        snapshot: &Snapshot,
        node: NodeId,
        supposed: Option<&Supposed>,
    ) -> Result<(), Reason> {
        let Some(place) = snapshot.place(node) else {
            return Err(Reason::NodeAffinity);
        };
        let template = &world.templates[self.template.index()];
        node_alone(world, template, place, supposed)?;
        self.spread(snapshot, node, supposed)?;
        self.pods(snapshot, node, supposed)
    }

    /// Source: podtopologyspread/filtering.go, `Filter`, `minMatchNum`, `updateWithPod`.
    fn spread(
        &self,
        snapshot: &Snapshot,
        node: NodeId,
        supposed: Option<&Supposed>,
    ) -> Result<(), Reason> {
        for (constraint, lowest) in self.questions.hard.iter().zip(&self.lowest) {
            let id = constraint.domains;
            let domain = snapshot.domain_in(id, node).ok_or(Reason::SpreadLabel)?;
            let change = changed(snapshot, id, node, supposed);
            let pods = snapshot.pods_in(id, domain) + change;
            let mut least = lowest.with(domain, pods, change);
            if lowest.count < constraint.min_domains {
                least = 0;
            }
            if pods + constraint.own - least > constraint.max_skew {
                return Err(Reason::Spread);
            }
        }
        Ok(())
    }

    /// Source: interpodaffinity/filtering.go, `Filter`.
    fn pods(
        &self,
        snapshot: &Snapshot,
        node: NodeId,
        supposed: Option<&Supposed>,
    ) -> Result<(), Reason> {
        let in_domain = |id: DomainsId| {
            let domain = snapshot.domain_in(id, node)?;
            Some(snapshot.pods_in(id, domain) + changed(snapshot, id, node, supposed))
        };
        let questions = &self.questions;
        let mut is_met = true;
        for id in &questions.affinity {
            is_met &= in_domain(*id).ok_or(Reason::Affinity)? > 0;
        }
        if !is_met {
            let total =
                |id: &DomainsId| snapshot.total(*id) + changed(snapshot, *id, node, supposed);
            let is_first = questions.affinity.iter().all(|id| total(id) == 0);
            if !(is_first && questions.meets_itself) {
                return Err(Reason::Affinity);
            }
        }
        let is_there = |id: &DomainsId| in_domain(*id).is_some_and(|pods| pods > 0);
        if questions.forbidden.iter().any(is_there) {
            return Err(Reason::AntiAffinity);
        }
        if questions.forbidding.iter().any(is_there) {
            return Err(Reason::ExistingAntiAffinity);
        }
        Ok(())
    }
}

/// What is supposed changes a count by so many, on its own node.
fn changed(snapshot: &Snapshot, id: DomainsId, node: NodeId, supposed: Option<&Supposed>) -> i64 {
    let Some(supposed) = supposed else { return 0 };
    if !snapshot.counts(id, node) {
        return 0;
    }
    let own = supposed
        .changes
        .iter()
        .filter(|(template, _)| snapshot.is_counted(id, *template));
    own.map(|(_, by)| by).sum()
}

impl Lowest {
    fn of(snapshot: &Snapshot, id: DomainsId) -> Self {
        let mut lowest = Self::default();
        for (domain, pods) in snapshot.counted_domains(id) {
            lowest.count += 1;
            if lowest.first.is_none_or(|(_, least)| pods < least) {
                lowest.second = lowest.first;
                lowest.first = Some((domain, pods));
            } else if lowest.second.is_none_or(|(_, least)| pods < least) {
                lowest.second = Some((domain, pods));
            }
        }
        lowest
    }

    /// The least, where one domain may have changed.
    fn with(&self, domain: u32, pods: i64, change: i64) -> i64 {
        let Some((first, least)) = self.first else {
            return 0;
        };
        if change == 0 {
            return least;
        }
        let other = if first == domain {
            self.second.map(|(_, pods)| pods)
        } else {
            Some(least)
        };
        other.map_or(pods, |other| other.min(pods))
    }
}

/// Filters that look at the node alone, and at what stands on it.
///
/// # Errors
/// Why it does not take the pod.
pub fn node_alone(
    world: &World,
    template: &Template,
    place: &Place,
    supposed: Option<&Supposed>,
) -> Result<(), Reason> {
    let symbols = &world.symbols;
    if place.is_cordoned && !tolerates_cordon(template, symbols) {
        return Err(Reason::Unschedulable);
    }
    for taint in &place.taints {
        if !template.tolerations.let_on(*taint) {
            return Err(Reason::Taint(*taint));
        }
    }
    if !node_affinity(template, place, symbols) {
        return Err(Reason::NodeAffinity);
    }
    if !template.host_ports.is_empty() && !has_ports(world, template, place, supposed) {
        return Err(Reason::Ports);
    }
    let (requested, pods) = match supposed {
        None => (&place.requested, place.pods),
        Some(supposed) => (&supposed.requested, supposed.pods),
    };
    resources(template, place, requested, pods)
        .map_or(Ok(()), |short| Err(Reason::Resources(short)))
}

/// Source: `nodeports/node_ports.go`, `Fits`.
fn has_ports(
    world: &World,
    template: &Template,
    place: &Place,
    supposed: Option<&Supposed>,
) -> bool {
    let takes = |id: TemplateId| {
        let taken = &world.templates[id.index()].host_ports;
        template.host_ports.iter().any(|port| taken.contains(port))
    };
    let change = |id: TemplateId| supposed.map_or(0, |supposed| supposed.change_of(id));
    let stays = |one: &&Standing| one.all + change(one.template) > 0;
    let comes = supposed.iter().flat_map(|supposed| &supposed.changes);
    !place
        .standing
        .iter()
        .filter(stays)
        .any(|one| takes(one.template))
        && !comes.filter(|(_, by)| *by > 0).any(|(id, _)| takes(*id))
}

/// Source: noderesources/fit.go, `fitsRequest`.
fn resources(
    template: &Template,
    place: &Place,
    requested: &Requests,
    pods: i64,
) -> Option<Shortage> {
    let own = &template.requests;
    let has_room = pods < place.max_pods;
    if has_room && own.fits(&place.allocatable, requested) {
        return None;
    }
    let mut short = Shortage {
        pods: !has_room,
        ..Shortage::default()
    };
    let mut is_short = |own: i64, all: i64, used: i64| {
        short.is_final |= own > all;
        own > 0 && own > all - used
    };
    let all = &place.allocatable;
    let cpu = is_short(own.amount.cpu, all.amount.cpu, requested.amount.cpu);
    let memory = is_short(
        own.amount.memory,
        all.amount.memory,
        requested.amount.memory,
    );
    let mut other = None;
    for (name, count) in &own.others {
        if is_short(*count, all.other(*name), requested.other(*name)) && other.is_none() {
            other = Some(*name);
        }
    }
    Some(Shortage {
        cpu,
        memory,
        other,
        ..short
    })
}

/// Whether even an empty node like this would hold the pod: what the queue asks when a node changes.
/// Source: noderesources/fit.go, `isSchedulableAfterNodeChange`.
pub(super) fn fits_empty(template: &Template, place: &Place) -> bool {
    resources(template, place, &Requests::default(), 0).is_none()
}
