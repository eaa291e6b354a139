//! What placing the pods of one workload changes.

use std::borrow::Cow;

use super::RULE;
use super::change::{self, Change};
use super::objects::{Object, PodSpec};
use super::text::Text;
use crate::components::placement::deletion_candidates::are_tolerated;
use crate::components::placement::{Wanted, additions};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::kubernetes::Labels;
use crate::manifests;
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::workloads::Choice;

/// What a workload lacks of what it is chosen to have, and what of them it cannot have.
///
/// # Errors
/// What of it cannot be read.
pub(super) fn change(
    (plan, sides): (&Plan, Option<&Sides<'_>>),
    object: &Object<'_, '_>,
    pod_spec: &PodSpec<'_, '_>,
    choice: &Choice,
    text: &Text<'_>,
) -> Result<(Change, Option<Diagnostic>), Report> {
    let placeable = manifests::placeable(
        &|span| text.slice(span),
        object.title(),
        object.node,
        pod_spec.kind,
        pod_spec.template(),
    )?;
    let settings = &choice.settings;
    let mut placement = Cow::Borrowed(&settings.placement);
    let mut warning = None;
    if placeable.selector.is_none() && !placement.spread.is_empty() {
        placement.to_mut().spread.clear();
        // A pod without labels has no siblings to keep away from.
        if pod_spec.kind != Some(Kind::Pod) {
            warning = Some(without_spread(object));
        }
    }
    let existing = Some(&placeable.existing);
    if are_tolerated(sides, &placement, pod_spec.kind, choice.declared, existing) {
        placement.to_mut().tolerate_deletion_candidates();
    }
    let none = Labels::new();
    let selector = placeable.selector.as_ref().unwrap_or(&none);
    let wanted = Wanted {
        placement: &placement,
        termination_grace_period_seconds: settings.termination_grace_period_seconds,
        node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
        selector,
    };
    let change = change::placing(
        additions(plan, &wanted, &placeable.existing),
        placeable.termination_grace_period_seconds,
    );
    Ok((change, warning))
}

fn without_spread(object: &Object<'_, '_>) -> Diagnostic {
    let message = format!(
        "{} is placed without `spread`: it has no selector by labels, so its pods cannot be told apart",
        object.title()
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, message)
    }
    .at(object.place())
    .help("give its pods a label of their own, or the workload a class without `spread`")
}
