//! Required affinity and anti-affinity between pods, and spread that must hold.
//!
//! Sources: kubernetes/kubernetes pkg/scheduler/framework/plugins/interpodaffinity/filtering.go and
//! podtopologyspread/filtering.go.

use std::collections::BTreeMap;

use super::places::{At, Domain, Places};
use crate::simulate::world::{PodTerm, SpreadConstraint, Symbol, TemplateId, World};

/// What stands around for pods of one template, beyond the node itself: the filters' `PreFilter`.
#[derive(Debug)]
pub struct PodRules {
    template: TemplateId,
    /// Where pods are that keep this one away.
    avoided: BTreeMap<Symbol, BTreeMap<Domain, i64>>,
    /// By required term: where pods are that match all terms.
    needed: Vec<BTreeMap<Domain, i64>>,
    /// By forbidden term: where pods are that match it.
    forbidden: Vec<BTreeMap<Domain, i64>>,
    /// By hard constraint: its domains, with the pods in each.
    spread: Vec<BTreeMap<Domain, i64>>,
}

/// How far the rules between pods reach for pods of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    Nothing,
    /// Only pods on the same node matter: nothing else has to be looked at.
    OnHosts,
    Wider,
}

fn hard(world: &World, template: TemplateId) -> impl Iterator<Item = &SpreadConstraint> {
    world.templates[template.index()]
        .spread
        .iter()
        .filter(|one| one.is_hard)
}

/// Counts a pod in a domain; one without pods is forgotten.
fn change(domains: &mut BTreeMap<Domain, i64>, domain: Option<Domain>, by: i64) {
    let Some(domain) = domain else {
        return;
    };
    let count = domains.entry(domain).or_insert(0);
    *count += by;
    if *count == 0 {
        domains.remove(&domain);
    }
}

/// Which of these rules can matter to pods of a template.
pub fn between(places: &Places, template: TemplateId) -> Between {
    let world = places.world;
    let own = &world.templates[template.index()];
    let others = world
        .templates
        .iter()
        .flat_map(|other| &other.forbidden_pods);
    let others = others.filter(|term| term.selects(template, &world.selectors));
    let mut keys = own
        .forbidden_pods
        .iter()
        .chain(others)
        .map(|term| term.topology)
        .peekable();
    let is_near = own.required_pods.is_empty() && hard(world, template).next().is_none();
    match (is_near, keys.peek().is_some()) {
        (true, false) => Between::Nothing,
        (true, true) if keys.all(|key| Some(key) == places.hostname) => Between::OnHosts,
        _ => Between::Wider,
    }
}

/// Whether no pod on the same node keeps a pod away, or is kept away by it.
pub fn is_let_alone(places: &Places, template: TemplateId, at: At) -> bool {
    let world = places.world;
    let forbids = |one: TemplateId, other: TemplateId| {
        let terms = world.templates[one.index()].forbidden_pods.iter();
        let mut terms = terms.filter(|term| Some(term.topology) == places.hostname);
        terms.any(|term| term.selects(other, &world.selectors))
    };
    let is_shy = |one: TemplateId| places.shy[one.index()];
    let there = places.pods_on(at).map(|(_, other, _)| other);
    let mut there = there.chain(places.nodes[at].added.iter().copied());
    !there.any(|other| {
        is_shy(template) && forbids(template, other) || is_shy(other) && forbids(other, template)
    })
}

impl PodRules {
    pub fn new(places: &Places, template: TemplateId) -> Self {
        let world = places.world;
        let own = &world.templates[template.index()];
        let mut rules = Self {
            template,
            avoided: BTreeMap::new(),
            needed: vec![BTreeMap::new(); own.required_pods.len()],
            forbidden: vec![BTreeMap::new(); own.forbidden_pods.len()],
            spread: hard(world, template).map(|_| BTreeMap::new()).collect(),
        };
        for at in 0..places.nodes.len() {
            rules.add_domains(places, at);
            for (_, other, is_terminating) in places.pods_on(at) {
                rules.count(places, at, (other, is_terminating), 1);
            }
            for other in &places.nodes[at].added {
                rules.count(places, at, (*other, false), 1);
            }
        }
        rules
    }

    /// A domain without pods counts, too.
    fn add_domains(&mut self, places: &Places, at: At) {
        for (nth, constraint) in hard(places.world, self.template).enumerate() {
            if let Some(domain) = self.counted_domain(places, at, constraint) {
                self.spread[nth].entry(domain).or_insert(0);
            }
        }
    }

    /// The domain of a node whose pods count for a constraint: one that has the labels of all hard ones.
    /// Source: podtopologyspread/filtering.go, `calPreFilterState`.
    fn counted_domain(
        &self,
        places: &Places,
        at: At,
        constraint: &SpreadConstraint,
    ) -> Option<Domain> {
        let world = places.world;
        let has_all =
            hard(world, self.template).all(|one| places.domain(at, one.topology).is_some());
        let own = &world.templates[self.template.index()];
        let counts = has_all
            && places.lets_on(
                own,
                at,
                constraint.honors_affinity,
                constraint.honors_taints,
            );
        counts
            .then(|| places.domain(at, constraint.topology))
            .flatten()
    }

    /// Takes a pod on a node into account, or out of it again.
    pub fn count(
        &mut self,
        places: &Places,
        at: At,
        (other, is_terminating): (TemplateId, bool),
        sign: i64,
    ) {
        let world = places.world;
        let own = &world.templates[self.template.index()];
        let is_wide = |term: &&PodTerm| Some(term.topology) != places.hostname;
        if places.shy[other.index()] {
            for term in world.templates[other.index()]
                .forbidden_pods
                .iter()
                .filter(is_wide)
            {
                if term.selects(self.template, &world.selectors) {
                    let domains = self.avoided.entry(term.topology).or_default();
                    change(domains, places.domain(at, term.topology), sign);
                }
            }
        }
        let mut needed = own.required_pods.iter();
        if needed.len() > 0 && needed.all(|term| term.selects(other, &world.selectors)) {
            for (term, domains) in own.required_pods.iter().zip(&mut self.needed) {
                change(domains, places.domain(at, term.topology), sign);
            }
        }
        let forbidden = own.forbidden_pods.iter().zip(&mut self.forbidden);
        for (term, domains) in forbidden.filter(|(term, _)| is_wide(term)) {
            if term.selects(other, &world.selectors) {
                change(domains, places.domain(at, term.topology), sign);
            }
        }
        if is_terminating {
            return;
        }
        for (nth, constraint) in hard(world, self.template).enumerate() {
            if world.selectors.selects(constraint.selector, other)
                && let Some(domain) = self.counted_domain(places, at, constraint)
            {
                *self.spread[nth].entry(domain).or_insert(0) += sign;
            }
        }
    }

    /// Whether a pod may be bound to a node.
    pub fn hold(&self, places: &Places, at: At) -> bool {
        let avoids = |(key, domains): (&Symbol, &BTreeMap<Domain, i64>)| {
            places
                .domain(at, *key)
                .is_some_and(|domain| domains.contains_key(&domain))
        };
        !self.avoided.iter().any(avoids)
            && self.has_needed(places, at)
            && self.has_no_forbidden(places, at)
            && self.is_spread(places, at)
    }

    /// The first pod of a kind that wants to be together may go anywhere.
    /// Source: interpodaffinity/filtering.go, `satisfyPodAffinity`.
    fn has_needed(&self, places: &Places, at: At) -> bool {
        let world = places.world;
        let terms = &world.templates[self.template.index()].required_pods;
        let mut is_near = true;
        for (term, domains) in terms.iter().zip(&self.needed) {
            let Some(domain) = places.domain(at, term.topology) else {
                return false;
            };
            is_near &= domains.contains_key(&domain);
        }
        is_near
            || self.needed.iter().all(BTreeMap::is_empty)
                && terms
                    .iter()
                    .all(|term| term.selects(self.template, &world.selectors))
    }

    fn has_no_forbidden(&self, places: &Places, at: At) -> bool {
        let terms = &places.world.templates[self.template.index()].forbidden_pods;
        terms.iter().zip(&self.forbidden).all(|(term, domains)| {
            places
                .domain(at, term.topology)
                .is_none_or(|domain| !domains.contains_key(&domain))
        })
    }

    /// Source: podtopologyspread/filtering.go, `Filter`.
    fn is_spread(&self, places: &Places, at: At) -> bool {
        let world = places.world;
        hard(world, self.template)
            .zip(&self.spread)
            .all(|(constraint, domains)| {
                let Some(domain) = places.domain(at, constraint.topology) else {
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
