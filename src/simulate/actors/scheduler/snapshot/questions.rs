//! What a template asks of the pods that are there, as numbers of counts: worked out once for each template.

use super::domains::{DomainsId, TallyId};
use crate::simulate::world::World;

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
    pub(super) known: usize,
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

    /// Adds points to those of the same domains.
    pub(super) fn wish(&mut self, weight: i64, domains: DomainsId) {
        match self.wishes.iter_mut().find(|(_, known)| *known == domains) {
            Some((sum, _)) => *sum += weight,
            None => self.wishes.push((weight, domains)),
        }
    }
}
