//! Required affinity and anti-affinity between pods, and spread that must hold.
//!
//! Sources: kubernetes/kubernetes pkg/scheduler/framework/plugins/interpodaffinity/filtering.go and
//! podtopologyspread/filtering.go.

use std::collections::{BTreeMap, BTreeSet};

use super::fits::{At, Snapshot};
use crate::simulate::world::{SpreadConstraint, Symbol, TemplateId, World};

/// The value of a topology label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    Label(Symbol),
    /// The host name of an imaginary node.
    Imaginary(At),
}

/// What stands around for pods of one template: the filters' `PreFilter`.
#[derive(Debug)]
pub struct PodRules {
    template: TemplateId,
    /// Where pods are that keep this one away.
    avoided: BTreeMap<Symbol, BTreeSet<Domain>>,
    /// By required term: where pods are that match all terms.
    needed: Vec<BTreeSet<Domain>>,
    /// By forbidden term: where pods are that match it.
    forbidden: Vec<BTreeSet<Domain>>,
    /// By hard constraint: its domains, with the pods in each.
    spread: Vec<BTreeMap<Domain, i64>>,
    shy: Vec<TemplateId>,
}

/// Templates whose pods keep others away.
pub fn shy(world: &World) -> Vec<TemplateId> {
    let all = world.templates.iter().enumerate();
    let shy = all.filter(|(_, template)| !template.forbidden_pods.is_empty());
    shy.map(|(at, _)| TemplateId::of(at)).collect()
}

fn hard(world: &World, template: TemplateId) -> impl Iterator<Item = &SpreadConstraint> {
    world.templates[template.index()]
        .spread
        .iter()
        .filter(|one| one.is_hard)
}

/// Whether any of these rules can matter to pods of a template.
pub fn has_any(world: &World, shy: &[TemplateId], template: TemplateId) -> bool {
    let own = &world.templates[template.index()];
    let is_kept_away = |other: &TemplateId| {
        let terms = &world.templates[other.index()].forbidden_pods;
        terms
            .iter()
            .any(|term| term.selects(template, &world.selectors))
    };
    !own.required_pods.is_empty()
        || !own.forbidden_pods.is_empty()
        || hard(world, template).next().is_some()
        || shy.iter().any(is_kept_away)
}

impl PodRules {
    pub fn new(snapshot: &Snapshot, shy: &[TemplateId], template: TemplateId) -> Self {
        let world = snapshot.world;
        let own = &world.templates[template.index()];
        let mut rules = Self {
            template,
            avoided: BTreeMap::new(),
            needed: vec![BTreeSet::new(); own.required_pods.len()],
            forbidden: vec![BTreeSet::new(); own.forbidden_pods.len()],
            spread: hard(world, template).map(|_| BTreeMap::new()).collect(),
            shy: shy.to_vec(),
        };
        for at in 0..snapshot.nodes.len() {
            rules.add_domains(snapshot, at);
            for (_, other, is_terminating) in snapshot.pods_on(at) {
                rules.count(snapshot, at, other, is_terminating);
            }
            for other in &snapshot.nodes[at].added {
                rules.count(snapshot, at, *other, false);
            }
        }
        rules
    }

    /// A domain without pods counts, too.
    fn add_domains(&mut self, snapshot: &Snapshot, at: At) {
        for (nth, constraint) in hard(snapshot.world, self.template).enumerate() {
            if let Some(domain) = self.counted_domain(snapshot, at, constraint) {
                self.spread[nth].entry(domain).or_insert(0);
            }
        }
    }

    /// The domain of a node whose pods count for a constraint: one that has the labels of all hard ones.
    /// Source: podtopologyspread/filtering.go, `calPreFilterState`.
    fn counted_domain(
        &self,
        snapshot: &Snapshot,
        at: At,
        constraint: &SpreadConstraint,
    ) -> Option<Domain> {
        let world = snapshot.world;
        let has_all =
            hard(world, self.template).all(|one| snapshot.domain(at, one.topology).is_some());
        let own = &world.templates[self.template.index()];
        let counts = has_all
            && snapshot.lets_on(
                own,
                at,
                constraint.honors_affinity,
                constraint.honors_taints,
            );
        counts
            .then(|| snapshot.domain(at, constraint.topology))
            .flatten()
    }

    /// Takes a pod on a node into account.
    pub fn count(&mut self, snapshot: &Snapshot, at: At, other: TemplateId, is_terminating: bool) {
        let world = snapshot.world;
        let own = &world.templates[self.template.index()];
        if self.shy.contains(&other) {
            for term in &world.templates[other.index()].forbidden_pods {
                if let Some(domain) = snapshot.domain(at, term.topology)
                    && term.selects(self.template, &world.selectors)
                {
                    self.avoided
                        .entry(term.topology)
                        .or_default()
                        .insert(domain);
                }
            }
        }
        if !own.required_pods.is_empty()
            && own
                .required_pods
                .iter()
                .all(|term| term.selects(other, &world.selectors))
        {
            for (term, domains) in own.required_pods.iter().zip(&mut self.needed) {
                domains.extend(snapshot.domain(at, term.topology));
            }
        }
        for (term, domains) in own.forbidden_pods.iter().zip(&mut self.forbidden) {
            if term.selects(other, &world.selectors) {
                domains.extend(snapshot.domain(at, term.topology));
            }
        }
        if is_terminating {
            return;
        }
        for (nth, constraint) in hard(world, self.template).enumerate() {
            if world.selectors.selects(constraint.selector, other)
                && let Some(domain) = self.counted_domain(snapshot, at, constraint)
            {
                *self.spread[nth].entry(domain).or_insert(0) += 1;
            }
        }
    }

    /// Whether a pod may be bound to a node.
    pub fn hold(&self, snapshot: &Snapshot, at: At) -> bool {
        let avoids = |(key, domains): (&Symbol, &BTreeSet<Domain>)| {
            snapshot
                .domain(at, *key)
                .is_some_and(|domain| domains.contains(&domain))
        };
        !self.avoided.iter().any(avoids)
            && self.has_needed(snapshot, at)
            && self.has_no_forbidden(snapshot, at)
            && self.is_spread(snapshot, at)
    }

    /// The first pod of a kind that wants to be together may go anywhere.
    /// Source: interpodaffinity/filtering.go, `satisfyPodAffinity`.
    fn has_needed(&self, snapshot: &Snapshot, at: At) -> bool {
        let world = snapshot.world;
        let terms = &world.templates[self.template.index()].required_pods;
        let mut is_near = true;
        for (term, domains) in terms.iter().zip(&self.needed) {
            let Some(domain) = snapshot.domain(at, term.topology) else {
                return false;
            };
            is_near &= domains.contains(&domain);
        }
        is_near
            || self.needed.iter().all(BTreeSet::is_empty)
                && terms
                    .iter()
                    .all(|term| term.selects(self.template, &world.selectors))
    }

    fn has_no_forbidden(&self, snapshot: &Snapshot, at: At) -> bool {
        let terms = &snapshot.world.templates[self.template.index()].forbidden_pods;
        terms.iter().zip(&self.forbidden).all(|(term, domains)| {
            snapshot
                .domain(at, term.topology)
                .is_none_or(|domain| !domains.contains(&domain))
        })
    }

    /// Source: podtopologyspread/filtering.go, `Filter`.
    fn is_spread(&self, snapshot: &Snapshot, at: At) -> bool {
        let world = snapshot.world;
        hard(world, self.template)
            .zip(&self.spread)
            .all(|(constraint, domains)| {
                let Some(domain) = snapshot.domain(at, constraint.topology) else {
                    return false;
                };
                let wanted = constraint.min_domains.unwrap_or(1);
                let has_enough = i64::try_from(domains.len()).is_ok_and(|count| count >= wanted);
                let least = if has_enough {
                    domains.values().min().copied().unwrap_or(0)
                } else {
                    0
                };
                let itself = i64::from(world.selectors.selects(constraint.selector, self.template));
                let there = domains.get(&domain).copied().unwrap_or(0);
                there + itself - least <= constraint.max_skew
            })
    }
}
