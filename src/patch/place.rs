//! What placing the pods of one workload changes.

use super::RULE;
use super::change::{self, Change};
use super::objects::{Object, PodSpec};
use super::text::Text;
use crate::components::placement::{Wanted, additions};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report};
use crate::manifests;
use crate::plan::{Labels, Plan};
use crate::resolve::Settings;

/// What a workload lacks of its settings.
///
/// # Errors
/// What of it cannot be read, or how its pods cannot be told apart.
pub(super) fn change(
    plan: &Plan,
    object: &Object<'_, '_>,
    pod_spec: &PodSpec<'_, '_>,
    settings: &Settings,
    text: Text<'_>,
) -> Result<Change, Report> {
    let placeable = manifests::placeable(
        &|span| text.slice(span),
        object.title(),
        object.node,
        pod_spec.kind,
        pod_spec.template(),
    )?;
    let mut placement = settings.placement.clone();
    if placeable.selector.is_none() && pod_spec.kind == Some(Kind::Pod) {
        // A pod without labels has no siblings to keep away from.
        placement.spread.clear();
    }
    let none = Labels::new();
    let selector = match &placeable.selector {
        Some(selector) => selector,
        None if placement.spread.is_empty() => &none,
        None => {
            let message = format!(
                "{} has no selector by labels, so its pods cannot be told apart to spread them",
                object.title()
            );
            let finding = Diagnostic::error(RULE, message)
                .at(object.place())
                .help("give it a class without `spread`, or annotate it with `spotgen.dev/ignore: \"true\"`");
            return Err(finding.into());
        }
    };
    let wanted = Wanted {
        placement: &placement,
        termination_grace_period_seconds: settings.termination_grace_period_seconds,
        node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
        selector,
    };
    Ok(change::placing(
        additions(plan, &wanted, &placeable.own),
        &placeable.own,
        placeable.termination_grace_period_seconds,
    ))
}
