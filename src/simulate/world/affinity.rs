//! What pods ask of nodes, and of the pods there.

use super::{LabelSet, SelectorId, Symbol, Symbols, TemplateId};

/// What a requirement asks of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    In(Vec<Symbol>),
    NotIn(Vec<Symbol>),
    Exists,
    DoesNotExist,
    Gt(i64),
    Lt(i64),
}

/// One expression on a label of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRequirement {
    pub key: Symbol,
    pub test: Test,
}

/// Expressions all of which must hold. One without any holds for no node.
/// Source: kubernetes/component-helpers scheduling/corev1/nodeaffinity, `isEmptyNodeSelectorTerm`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeTerm {
    pub labels: Vec<NodeRequirement>,
    /// `matchFields`, which know `metadata.name` alone.
    pub names: Vec<Test>,
}

/// One preference for nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferredNodes {
    pub weight: i64,
    pub term: NodeTerm,
}

/// A term of affinity or anti-affinity to other pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodTerm {
    /// What it selects; one for each of its namespaces.
    pub selectors: Vec<SelectorId>,
    pub topology: Symbol,
}

/// One topology spread constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadConstraint {
    pub topology: Symbol,
    pub max_skew: i64,
    /// `DoNotSchedule`.
    pub is_hard: bool,
    pub selector: SelectorId,
    pub min_domains: Option<i64>,
    /// `nodeAffinityPolicy: Honor`.
    pub honors_affinity: bool,
    /// `nodeTaintsPolicy: Honor`.
    pub honors_taints: bool,
}

impl Test {
    pub fn holds(&self, value: Option<Symbol>, symbols: &Symbols) -> bool {
        let number = || value.and_then(|value| symbols.text(value).parse::<i64>().ok());
        match self {
            Self::In(values) => value.is_some_and(|own| values.contains(&own)),
            Self::NotIn(values) => value.is_none_or(|own| !values.contains(&own)),
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
            Self::Gt(bound) => number().is_some_and(|number| number > *bound),
            Self::Lt(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl NodeTerm {
    pub fn holds(&self, name: Symbol, labels: &LabelSet, symbols: &Symbols) -> bool {
        let is_empty = self.labels.is_empty() && self.names.is_empty();
        !is_empty
            && self
                .labels
                .iter()
                .all(|one| one.test.holds(labels.get(one.key), symbols))
            && self
                .names
                .iter()
                .all(|test| test.holds(Some(name), symbols))
    }
}

impl PodTerm {
    pub fn selects(&self, template: TemplateId, selectors: &super::Selectors) -> bool {
        self.selectors
            .iter()
            .any(|selector| selectors.selects(*selector, template))
    }
}
