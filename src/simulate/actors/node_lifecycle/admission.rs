//! What the API server lets pods tolerate when they are made.

use crate::kubernetes::Effect;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Symbols, Template, Tolerance, ToleratedValue};

pub(super) const NOT_READY: &str = "node.kubernetes.io/not-ready";
pub(super) const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// Lets pods of a template tolerate the loss of their node for a while, unless they say for how long themselves.
/// Source: kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go, `Admit`.
pub fn tolerate_loss(template: &mut Template, symbols: &mut Symbols, timings: &Timings) {
    for key in [NOT_READY, UNREACHABLE] {
        let key = symbols.of(key);
        let says = |own: &Tolerance| {
            own.key.is_none_or(|own| own == key)
                && own.effect.is_none_or(|own| own == Effect::NoExecute)
        };
        if !template.tolerations.0.iter().any(says) {
            template.tolerations.0.push(Tolerance {
                key: Some(key),
                value: ToleratedValue::Any,
                effect: Some(Effect::NoExecute),
                lasts: Some(timings.default_toleration),
            });
        }
    }
}
