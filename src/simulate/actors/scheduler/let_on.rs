//! Whether the labels and taints of a node let pods on it.
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins.

use super::reason::Reason;
use super::snapshot::Place;
use crate::kubernetes::Effect;
use crate::simulate::world::{NodeTaint, Symbols, Template, Tolerance};

/// The taint that stands for `spec.unschedulable`. Source: kubernetes/api `core/v1/well_known_taints.go`.
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Source: `nodeunschedulable/node_unschedulable.go`, `Filter`.
pub(super) fn tolerates_cordon(template: &Template, symbols: &Symbols) -> bool {
    let key = symbols.find(UNSCHEDULABLE);
    let tolerates = |own: &Tolerance| {
        // A toleration of this key must have brought the text with it.
        let effect = Effect::NoSchedule;
        match key {
            Some(key) => own.tolerates(NodeTaint {
                key,
                value: None,
                effect,
            }),
            None => own.key.is_none() && own.effect.is_none_or(|own| own == effect),
        }
    };
    template.tolerations.0.iter().any(tolerates)
}

/// Whether no taint keeps the pod away, the one of a cordon included.
///
/// # Errors
/// Which one does.
pub(super) fn taints(template: &Template, place: &Place, symbols: &Symbols) -> Result<(), Reason> {
    if place.is_cordoned && !tolerates_cordon(template, symbols) {
        return Err(Reason::Unschedulable);
    }
    let kept_away = place
        .taints
        .iter()
        .find(|taint| !template.tolerations.let_on(**taint));
    kept_away.map_or(Ok(()), |taint| Err(Reason::Taint(*taint)))
}

/// Source: `nodeaffinity/node_affinity.go`, `Filter`; the node selector is part of each term.
pub(super) fn node_affinity(template: &Template, place: &Place, symbols: &Symbols) -> bool {
    template.may_be_on(place.name, &place.labels, symbols)
}
