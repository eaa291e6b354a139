//! Taints of nodes and tolerations of pods, compared by number.

use super::{Millis, Symbol};
use crate::kubernetes::Effect;

/// A taint of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeTaint {
    pub key: Symbol,
    /// None where the value is empty.
    pub value: Option<Symbol>,
    pub effect: Effect,
}

/// One toleration: as [`crate::kubernetes::Toleration`], its texts as symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Any key, when there is none.
    pub key: Option<Symbol>,
    pub value: ToleratedValue,
    /// Any effect, when there is none.
    pub effect: Option<Effect>,
    /// For how long a `NoExecute` taint is tolerated: forever, when there is none.
    pub lasts: Option<Millis>,
}

/// The value of a taint that is tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToleratedValue {
    Any,
    /// This one, or an empty one.
    Only(Option<Symbol>),
}

/// All tolerations of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tolerations(pub Vec<Tolerance>);

impl Tolerance {
    /// Source: kubernetes/api core/v1/toleration.go, `ToleratesTaint`.
    pub fn tolerates(&self, taint: NodeTaint) -> bool {
        self.effect.is_none_or(|own| own == taint.effect)
            && self.key.is_none_or(|own| own == taint.key)
            && match self.value {
                ToleratedValue::Any => true,
                ToleratedValue::Only(own) => own == taint.value,
            }
    }
}

impl Tolerations {
    pub fn tolerate(&self, taint: NodeTaint) -> bool {
        self.0.iter().any(|own| own.tolerates(taint))
    }

    /// Whether the pod may be bound to a node with this taint.
    pub fn let_on(&self, taint: NodeTaint) -> bool {
        taint.effect == Effect::PreferNoSchedule || self.tolerate(taint)
    }

    /// For how long a pod stays on a node with these `NoExecute` taints: `None` for ever; zero if one is not tolerated.
    /// For each taint the first toleration that matches counts, and of these the shortest time.
    /// Source: kubernetes/kubernetes `pkg/controller/tainteviction/taint_eviction.go`, `getMinTolerationTime`;
    /// pkg/apis/core/v1/helper/helpers.go, `GetMatchingTolerations`.
    pub fn stay(&self, taints: impl Iterator<Item = NodeTaint>) -> Option<Millis> {
        let mut shortest = None::<Millis>;
        for taint in taints.filter(|taint| taint.effect == Effect::NoExecute) {
            let Some(first) = self.0.iter().find(|own| own.tolerates(taint)) else {
                return Some(0);
            };
            shortest = first
                .lasts
                .map(|lasts| lasts.max(0))
                .into_iter()
                .chain(shortest)
                .min();
        }
        shortest
    }
}
