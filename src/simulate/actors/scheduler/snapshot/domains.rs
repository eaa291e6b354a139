//! Counts of pods by the value of a label of their nodes, kept up to date with each pod that comes and goes.

use std::collections::HashMap;

use super::place::Place;
use crate::kubernetes::HOSTNAME;
use crate::simulate::actors::scheduler::let_on;
use crate::simulate::world::{NodeId, SelectorId, Symbol, TemplateId, World};

/// Index into [`super::Snapshot`]'s tallies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TallyId(pub(super) usize);

/// Index into [`super::Snapshot`]'s domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DomainsId(pub(super) usize);

/// Which pods a tally counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Those that a spread constraint selects; what terminates no longer counts.
    Spread(SelectorId),
    /// Those that meet all terms of this template's required affinity.
    MeetsAffinity(TemplateId),
    /// Those that one term of this template's anti-affinity selects.
    Forbidden(TemplateId, usize),
    /// Those that one term of this template's preferred affinity selects.
    Preferred(TemplateId, usize),
    /// Those of this template.
    Template(TemplateId),
}

impl Counted {
    pub(super) fn selects(self, world: &World, template: TemplateId) -> bool {
        let selectors = &world.selectors;
        let of = |id: TemplateId| &world.templates[id.index()];
        match self {
            Self::Spread(selector) => selectors.selects(selector, template),
            Self::MeetsAffinity(own) => {
                let terms = &of(own).required_pods;
                terms.iter().all(|term| term.selects(template, selectors))
            }
            Self::Forbidden(own, at) => of(own).forbidden_pods[at].selects(template, selectors),
            Self::Preferred(own, at) => of(own).preferred_pods[at].1.selects(template, selectors),
            Self::Template(own) => own == template,
        }
    }
}

/// How many pods of a kind stand on each node.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub counted: Counted,
    /// By template, as far as templates are known.
    pub matches: Vec<bool>,
    /// By node.
    pub on: Vec<i64>,
    pub domains: Vec<DomainsId>,
}

impl Tally {
    /// Of a change on one node, what it changes here.
    pub(super) fn part(&self, all: i64, lasting: i64) -> i64 {
        if matches!(self.counted, Counted::Spread(_)) {
            lasting
        } else {
            all
        }
    }
}

/// A label, and the values of it that were seen.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    pub key: Symbol,
    /// By node: the number of its value.
    pub of_node: Vec<Option<u32>>,
    /// Only ever asked for a value, never walked.
    known: HashMap<Symbol, u32>,
}

impl Topology {
    pub(super) fn new(key: Symbol) -> Self {
        Self {
            key,
            of_node: Vec::new(),
            known: HashMap::new(),
        }
    }

    pub(super) fn set(&mut self, node: NodeId, place: Option<&Place>) {
        let next = u32::try_from(self.known.len()).expect("fewer domains than a u32 counts");
        let value = place.and_then(|place| place.labels.get(self.key));
        let domain = value.map(|value| *self.known.entry(value).or_insert(next));
        if self.of_node.len() <= node.index() {
            self.of_node.resize(node.index() + 1, None);
        }
        self.of_node[node.index()] = domain;
    }
}

/// Which nodes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inclusion {
    /// All that have the label.
    Labelled,
    /// Those that this constraint of the template takes in.
    Constraint(TemplateId, usize),
}

impl Inclusion {
    /// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go,
    /// `matchNodeInclusionPolicies` and `nodeLabelsMatchSpreadConstraints`.
    pub(super) fn takes(self, world: &World, place: &Place) -> bool {
        let Self::Constraint(template, at) = self else {
            return true;
        };
        let template = &world.templates[template.index()];
        let constraint = &template.spread[at];
        let same = template
            .spread
            .iter()
            .filter(|one| one.is_hard == constraint.is_hard);
        let must_have_all = constraint.is_hard || !template.spread_is_default;
        let has_all = || {
            same.clone()
                .all(|one| place.labels.get(one.topology).is_some())
        };
        let honors_affinity = || let_on::node_affinity(template, place, &world.symbols);
        let honors_taints = || let_on::taints(template, place, &world.symbols).is_ok();
        (!must_have_all || has_all())
            && (!constraint.honors_affinity || honors_affinity())
            && (!constraint.honors_taints || honors_taints())
    }

    pub(super) fn looks_at_taints(self, world: &World) -> bool {
        match self {
            Self::Labelled => false,
            Self::Constraint(template, at) => {
                world.templates[template.index()].spread[at].honors_taints
            }
        }
    }
}

/// How many pods of a kind stand in each domain.
#[derive(Clone, Debug)]
pub(super) struct Domains {
    pub tally: TallyId,
    pub topology: usize,
    pub inclusion: Inclusion,
    /// By node: the domain to which its pods are counted.
    pub counted_in: Vec<Option<u32>>,
    /// By domain.
    pub pods: Vec<i64>,
    /// By domain: nodes that count.
    pub nodes: Vec<u32>,
    /// How many pods there are in all.
    pub total: i64,
}

impl Domains {
    pub(super) fn change(&mut self, node: NodeId, by: i64) {
        if let Some(domain) = self.counted_in.get(node.index()).copied().flatten() {
            self.pods[domain as usize] += by;
            self.total += by;
        }
    }

    /// Counts a node to a domain, or to none, with the pods that stand there.
    pub(super) fn set(&mut self, node: NodeId, domain: Option<u32>, pods: i64) {
        if self.counted_in.len() <= node.index() {
            self.counted_in.resize(node.index() + 1, None);
        }
        self.change(node, -pods);
        if let Some(old) = self.counted_in[node.index()] {
            self.nodes[old as usize] -= 1;
        }
        self.counted_in[node.index()] = domain;
        if let Some(new) = domain {
            let new = new as usize;
            if self.pods.len() <= new {
                self.pods.resize(new + 1, 0);
                self.nodes.resize(new + 1, 0);
            }
            self.nodes[new] += 1;
        }
        self.change(node, pods);
    }
}

/// Whether a constraint on this label is about single nodes.
pub(super) fn is_hostname(world: &World, key: Symbol) -> bool {
    world.symbols.text(key) == HOSTNAME
}
