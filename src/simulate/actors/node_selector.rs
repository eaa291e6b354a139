//! Label selectors of nodes, as text in arguments and policies.

use crate::kubernetes::{Operator, Requirement};
use crate::simulate::world::{LabelSet, NodeRequirement, Symbols, Test};

/// Expressions on the labels of a node, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NodeSelector(Vec<NodeRequirement>);

impl NodeSelector {
    /// `None` if it is not a selector. An empty one selects every node.
    /// Source: kubernetes/apimachinery pkg/labels/selector.go, `Parse`.
    pub(super) fn parse(text: &str, symbols: &mut Symbols) -> Option<Self> {
        let requirements = Requirement::parse(text)?;
        let compiled = requirements.iter().map(|one| compile(one, symbols));
        Some(Self(compiled.collect()))
    }

    pub(super) fn selects(&self, labels: &LabelSet, symbols: &Symbols) -> bool {
        let mut all = self.0.iter();
        all.all(|one| one.test.holds(labels.get(one.key), symbols))
    }
}

fn compile(one: &Requirement, symbols: &mut Symbols) -> NodeRequirement {
    let key = symbols.of(&one.key);
    let mut values = |texts: &[String]| texts.iter().map(|text| symbols.of(text)).collect();
    let test = match &one.operator {
        Operator::In(texts) => Test::In(values(texts)),
        Operator::NotIn(texts) => Test::NotIn(values(texts)),
        Operator::Exists => Test::Exists,
        Operator::DoesNotExist => Test::DoesNotExist,
        Operator::Gt(bound) => Test::Gt(*bound),
        Operator::Lt(bound) => Test::Lt(*bound),
    };
    NodeRequirement { key, test }
}
