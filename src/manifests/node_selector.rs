//! The nodes that a workload asks for by their labels.
//!
//! Source of all types: kubernetes/api core/v1/types.go.

use k8s_openapi::api::core::v1 as api;

use super::fields::Fields;
use crate::kubernetes::{Operator, Requirement};
use crate::source::Span;
use crate::yaml::Node;

/// A `NodeSelectorTerm`: all that it asks for must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSelectorTerm {
    pub expressions: Vec<NodeExpression>,
    /// Whether it asks for fields of nodes, of which nothing is known.
    pub has_fields: bool,
}

/// An item of `matchExpressions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeExpression {
    /// None where it cannot be evaluated.
    pub requirement: Option<Requirement>,
    /// Its key.
    pub location: Span,
    /// Whether it says nothing else.
    is_whole: bool,
}

/// A `PreferredSchedulingTerm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreferredNodes {
    pub weight: i64,
    pub preference: Option<NodeSelectorTerm>,
    /// Whether it says nothing else.
    is_whole: bool,
}

impl NodeSelectorTerm {
    /// Whether it asks for nothing; it then takes no node.
    ///
    /// Source: kubernetes/component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go, `isEmptyNodeSelectorTerm`.
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty() && !self.has_fields
    }

    /// What it requires of labels, as far as that can be evaluated.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        let expressions = self.expressions.iter();
        expressions.filter_map(|expression| expression.requirement.as_ref())
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self::read_whole(node).0
    }

    /// Whether it says nothing else, too.
    fn read_whole(node: &Node<'_>) -> (Self, bool) {
        let mut fields = Fields::of(node);
        let expressions = fields.items("matchExpressions").iter();
        let term = Self {
            expressions: expressions.map(NodeExpression::read).collect(),
            has_fields: node
                .get("matchFields")
                .is_some_and(|fields| !fields.items().is_empty()),
        };
        (term, fields.is_whole())
    }
}

impl NodeExpression {
    fn read(node: &Node<'_>) -> Self {
        let (requirement, is_whole) = Requirement::read_leniently(node);
        Self {
            requirement: requirement.or_else(|| comparison(node)),
            location: node.get("key").unwrap_or(node).span,
            is_whole,
        }
    }

    /// Whether it is just this requirement.
    pub fn is(&self, wanted: &api::NodeSelectorRequirement) -> bool {
        let (operator, values) = match &self.requirement {
            Some(Requirement {
                key,
                operator: Operator::In(values),
            }) if *key == wanted.key => ("In", values),
            Some(Requirement {
                key,
                operator: Operator::NotIn(values),
            }) if *key == wanted.key => ("NotIn", values),
            _ => return false,
        };
        self.is_whole && wanted.operator == operator && wanted.values.as_ref() == Some(values)
    }
}

/// `Gt` or `Lt`, which compare with one whole number.
/// Source: kubernetes/apimachinery pkg/labels/selector.go, `NewRequirement`.
fn comparison(node: &Node<'_>) -> Option<Requirement> {
    let mut fields = Fields::of(node);
    let key = fields.text("key")?;
    let operator = fields.text("operator")?;
    let values = fields.texts("values")?;
    let [bound] = &values[..] else {
        return None;
    };
    let bound = bound.parse().ok()?;
    let operator = match operator {
        "Gt" => Operator::Gt(bound),
        "Lt" => Operator::Lt(bound),
        _ => return None,
    };
    Some(Requirement::new(key, operator))
}

impl PreferredNodes {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let mut fields = Fields::of(node);
        let weight = fields.integer("weight");
        let preference = fields.node("preference").map(NodeSelectorTerm::read_whole);
        Self {
            weight: weight.unwrap_or(0),
            is_whole: fields.is_whole()
                && preference.as_ref().is_none_or(|(_, is_whole)| *is_whole),
            preference: preference.map(|(term, _)| term),
        }
    }

    /// Whether it is just this preference.
    pub fn is(&self, wanted: &api::PreferredSchedulingTerm) -> bool {
        let wanted_expressions = wanted.preference.match_expressions.as_deref();
        let wanted_expressions = wanted_expressions.unwrap_or_default();
        let Some(own) = &self.preference else {
            return false;
        };
        self.is_whole
            && self.weight == i64::from(wanted.weight)
            && !own.has_fields
            && own.expressions.len() == wanted_expressions.len()
            && own
                .expressions
                .iter()
                .zip(wanted_expressions)
                .all(|(own, wanted)| own.is(wanted))
    }
}
