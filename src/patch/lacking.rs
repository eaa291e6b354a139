//! What a workload cannot get, because its kind does not have the field or nobody knows the labels of its pods.

use std::borrow::Cow;

use super::findings::RULE;
use super::objects::Object;
use crate::config::Spot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::kinds::PlacementFields;
use crate::plan::{Placement, Spread};

/// Why there is no spread, and what helps.
pub(super) type Reason = (&'static str, &'static str);

pub(super) const NO_SELECTOR: Reason = (
    "it has no label selector, so its pods cannot be identified",
    "give its pods a label of their own, or give the workload a class without `spread`",
);

pub(super) const ONLY_EXPRESSIONS: Reason = (
    "it selects its pods by expressions alone, so no spread can name them",
    "set `spec.selector.matchLabels` in its manifest, or give the workload a class without `spread`",
);

pub(super) const NO_POD_LABELS: Reason = (
    "the labels of its pods are unknown",
    "name them under `podLabels` in `customKinds`, or give the workload a class without `spread`",
);

pub(super) const NO_FIELD: Reason = (
    "objects of its kind have no field for it",
    "give the workload a class with another `method` of spread, or without `spread`",
);

/// Takes out the spreads that there is no field for, and returns whether there were any.
pub(super) fn spread(fields: &PlacementFields<'_>, placement: &mut Cow<'_, Placement>) -> bool {
    let has_field = |spread: &Spread| match spread {
        Spread::TopologySpread { .. } => fields.topology_spread.is_some(),
        Spread::PodAntiAffinity { .. } => fields.affinity.is_some(),
    };
    if placement.spread.iter().all(has_field) {
        return false;
    }
    placement.to_mut().spread.retain(has_field);
    true
}

pub(super) fn without_spread(object: &Object<'_, '_>, (why, help): Reason) -> Diagnostic {
    warning(
        object,
        format!("{} gets no `spread`: {why}", object.title()),
    )
    .help(help)
}

/// A warning if the labels of the pods refer to something that the object does not have.
pub(super) fn without_label(object: &Object<'_, '_>, unknown: &str) -> Diagnostic {
    let (what, help) = match unknown.strip_prefix("labels.") {
        Some(label) => (
            format!("the label `{label}`, which it does not have"),
            "add the label, or give the workload a class without `spread`",
        ),
        None => (
            format!("`{{{unknown}}}`, and the item has no `name`"),
            "name a label without it under `podLabels`, or give the workload a class without `spread`",
        ),
    };
    let message = format!(
        "{} gets no `spread`: the labels of its pods depend on {what}",
        object.title()
    );
    warning(object, message).help(help)
}

/// A warning that nothing keeps the pods on different nodes any more.
pub(super) fn apart(object: &Object<'_, '_>) -> Diagnostic {
    let message = format!(
        "{} loses its operator's default anti-affinity, which keeps its pods on different nodes: its name is not known yet",
        object.title()
    );
    warning(object, message)
        .help("give the object a name, or the template an anti-affinity of its own")
}

/// A warning if the pods do not come to the side that their class wants.
pub(super) fn side(
    object: &Object<'_, '_>,
    fields: &PlacementFields<'_>,
    placement: &Placement,
) -> Option<Diagnostic> {
    let spot = placement.spot()?;
    let tolerates = fields.tolerations.is_some();
    let (field, effect) = match spot {
        Spot::Never if fields.affinity.is_none() => ("affinity", "they may run on Spot"),
        Spot::Required if fields.affinity.is_none() => ("affinity", "they may run on on-demand"),
        Spot::Preferred if fields.affinity.is_none() => ("affinity", "they do not prefer Spot"),
        Spot::Avoided if fields.affinity.is_none() => ("affinity", "they do not prefer on-demand"),
        Spot::Preferred | Spot::Required | Spot::Tolerated | Spot::Avoided if !tolerates => {
            ("tolerations", "they cannot run on tainted Spot nodes")
        }
        _ => return None,
    };
    let message = format!(
        "{} has no field for the `{field}` of its pods: {effect}",
        object.title()
    );
    let help = "give it a class that needs no such field, or name the field under `fields` in `customKinds`";
    Some(warning(object, message).help(help))
}

/// A warning if the manifest requires Spot, and the class keeps the pods off it, or the other way round.
pub(super) fn nodes(
    object: &Object<'_, '_>,
    placement: &Placement,
    (requires_spot, excludes_spot): (&dyn Fn() -> bool, &dyn Fn() -> bool),
) -> Option<Diagnostic> {
    let (verb, spot, help) = match placement.spot() {
        Some(Spot::Never) if requires_spot() => (
            "requires",
            "Never",
            "remove the `nodeSelector` or the required node affinity for Spot, or choose another class",
        ),
        Some(Spot::Required) if excludes_spot() => (
            "excludes",
            "Required",
            "remove the `nodeSelector` or the required node affinity that excludes Spot, or choose another class",
        ),
        _ => return None,
    };
    let message = format!(
        "{} {verb} Spot by its manifest, and its class has `spot: {spot}`: its pods run on no node",
        object.title()
    );
    Some(warning(object, message).help(help))
}

fn warning(object: &Object<'_, '_>, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, message)
    }
    .at(object.location())
}
