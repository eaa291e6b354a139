//! What a template asks of the pods that are there, as numbers of counts: worked out once for each template.

use super::Snapshot;
use super::domains::{Counted, DomainsId, Inclusion, TallyId, is_hostname};
use crate::simulate::world::{TemplateId, World};

/// A constraint that filters.
#[derive(Clone, Debug)]
pub struct HardSpread {
    pub domains: DomainsId,
    pub max_skew: i64,
    pub min_domains: i64,
    /// 1 if the pod itself counts.
    pub own: i64,
}

/// A constraint that scores.
#[derive(Clone, Debug)]
pub struct SoftSpread {
    /// None where nodes are the domains.
    pub domains: Option<DomainsId>,
    pub tally: TallyId,
    pub topology: usize,
    pub max_skew: i64,
}

/// All of it for one template.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    pub hard: Vec<HardSpread>,
    pub soft: Vec<SoftSpread>,
    /// Nodes without one of the labels of `soft` get nothing.
    pub needs_all_labels: bool,
    /// Pods that meet the whole required affinity, by each of its labels.
    pub affinity: Vec<DomainsId>,
    /// The pod meets its own required affinity.
    pub meets_itself: bool,
    /// What the pod's own anti-affinity forbids.
    pub forbidden: Vec<DomainsId>,
    /// Pods whose anti-affinity forbids this one.
    pub forbidding: Vec<DomainsId>,
    /// Points for each pod in a domain.
    pub wishes: Vec<(i64, DomainsId)>,
    /// How many templates there were.
    known: usize,
}

impl Questions {
    /// Whether anything but the node itself decides whether it fits.
    pub fn look_at_pods(&self) -> bool {
        !(self.hard.is_empty()
            && self.affinity.is_empty()
            && self.forbidden.is_empty()
            && self.forbidding.is_empty())
    }

    pub(super) fn is_current(&self, world: &World) -> bool {
        self.known == world.templates.len()
    }

    pub(super) fn ask(&mut self, snapshot: &mut Snapshot, world: &World, id: TemplateId) {
        if self.known == 0 {
            self.ask_own(snapshot, world, id);
        }
        for other in self.known..world.templates.len() {
            self.ask_other(snapshot, world, id, TemplateId::of(other));
        }
        self.known = world.templates.len();
    }

    fn ask_own(&mut self, snapshot: &mut Snapshot, world: &World, id: TemplateId) {
        let template = &world.templates[id.index()];
        self.needs_all_labels = !template.spread_is_default;
        for (at, constraint) in template.spread.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Spread(constraint.selector));
            let inclusion = Inclusion::Constraint(id, at);
            if constraint.is_hard {
                self.hard.push(HardSpread {
                    domains: snapshot.domains(world, tally, constraint.topology, inclusion),
                    max_skew: constraint.max_skew,
                    min_domains: constraint.min_domains.unwrap_or(1),
                    own: i64::from(world.selectors.selects(constraint.selector, id)),
                });
            } else {
                let is_by_node = is_hostname(world, constraint.topology);
                self.soft.push(SoftSpread {
                    domains: (!is_by_node)
                        .then(|| snapshot.domains(world, tally, constraint.topology, inclusion)),
                    tally,
                    topology: snapshot.topology(constraint.topology),
                    max_skew: constraint.max_skew,
                });
            }
        }
        let labelled = Inclusion::Labelled;
        if !template.required_pods.is_empty() {
            let counted = Counted::MeetsAffinity(id);
            self.meets_itself = counted.selects(world, id);
            let tally = snapshot.tally(world, counted);
            let by = |term: &crate::simulate::world::PodTerm| {
                snapshot.domains(world, tally, term.topology, labelled)
            };
            self.affinity = template.required_pods.iter().map(by).collect();
        }
        for (at, term) in template.forbidden_pods.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Forbidden(id, at));
            self.forbidden
                .push(snapshot.domains(world, tally, term.topology, labelled));
        }
        for (at, (weight, term)) in template.preferred_pods.iter().enumerate() {
            let tally = snapshot.tally(world, Counted::Preferred(id, at));
            self.wish(
                *weight,
                snapshot.domains(world, tally, term.topology, labelled),
            );
        }
    }

    /// What pods of another template ask of this one.
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/interpodaffinity/scoring.go, `processExistingPod`;
    /// filtering.go, `getExistingAntiAffinityCounts`.
    fn ask_other(
        &mut self,
        snapshot: &mut Snapshot,
        world: &World,
        id: TemplateId,
        other: TemplateId,
    ) {
        let template = &world.templates[other.index()];
        let selects = |term: &&crate::simulate::world::PodTerm| term.selects(id, &world.selectors);
        let mut by = |topology| {
            let tally = snapshot.tally(world, Counted::Template(other));
            snapshot.domains(world, tally, topology, Inclusion::Labelled)
        };
        for term in template.forbidden_pods.iter().filter(selects) {
            let domains = by(term.topology);
            if !self.forbidding.contains(&domains) {
                self.forbidding.push(domains);
            }
        }
        for term in template.required_pods.iter().filter(selects) {
            self.wish(HARD_AFFINITY_WEIGHT, by(term.topology));
        }
        for (weight, term) in &template.preferred_pods {
            if selects(&term) {
                self.wish(*weight, by(term.topology));
            }
        }
    }

    fn wish(&mut self, weight: i64, domains: DomainsId) {
        match self.wishes.iter_mut().find(|(_, known)| *known == domains) {
            Some((sum, _)) => *sum += weight,
            None => self.wishes.push((weight, domains)),
        }
    }
}

/// What a required affinity of a pod that is there counts.
/// Source: kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `HardPodAffinityWeight`.
const HARD_AFFINITY_WEIGHT: i64 = 1;
