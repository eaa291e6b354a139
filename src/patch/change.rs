//! The change that adds placement to one workload.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::change_tree::{Change, Item, Step, data};
use super::findings::RULE;
use super::objects::Object;
use super::select::Selected;
use super::text::Text;
use crate::check::rules::SHORTENED_GRACE;
use crate::components::placement::deletion_candidates::are_tolerated;
use crate::components::placement::{Additions, RequiredNode, Wanted, additions, term};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::kubernetes::{Labels, PREFERRED, REQUIRED};
use crate::manifests;
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::workloads::grace::{self, Shortened};

/// The placement that a workload lacks, and a warning about what it cannot get.
///
/// # Errors
/// When part of the workload cannot be read.
pub(super) fn placing(
    (plan, sides): (&Plan, Option<&Sides<'_>>),
    selected: &Selected<'_, '_, '_>,
    text: &Text<'_>,
) -> Result<(Change, Vec<Diagnostic>), Report> {
    let Selected { object, choice, .. } = selected;
    let Some(pod_spec) = &selected.pod_spec else {
        return Ok((Change::Within(Vec::new()), Vec::new()));
    };
    let placeable = manifests::placeable(
        &|span| text.slice(span),
        object.title(),
        object.node,
        pod_spec.kind,
        pod_spec.template(),
    )?;
    let settings = &choice.settings;
    let mut placement = Cow::Borrowed(&settings.placement);
    let mut warnings = Vec::new();
    if placeable.selector.is_none() && !placement.spread.is_empty() {
        placement.to_mut().spread.clear();
        // Nobody asked for a spread of a Job whose pods have no labels, if the built-in class has it.
        if pod_spec.kind.is_none_or(Kind::has_selector) || !choice.has_default_spread {
            warnings.push(without_spread(object));
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
    let change = with_additions(
        additions(plan, &wanted, &placeable.existing),
        placeable.termination_grace_period_seconds,
    );
    let shortened = grace::shortened(
        placeable.asked_grace,
        settings.termination_grace_period_seconds,
        choice.declared.sets_grace,
    );
    let is_on_spot = settings.placement.spot() != Some(Spot::Never);
    warnings.extend(
        shortened.map(|shortened| with_less_time(object, &choice.class, shortened, is_on_spot)),
    );
    Ok((change, warnings))
}

fn without_spread(object: &Object<'_, '_>) -> Diagnostic {
    let message = format!(
        "{} gets no `spread`: it has no label selector, so its pods cannot be identified",
        object.title()
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, message)
    }
    .at(object.location())
    .help("give its pods a label of their own, or give the workload a class without `spread`")
}

fn with_less_time(
    object: &Object<'_, '_>,
    class: &str,
    shortened: Shortened,
    is_on_spot: bool,
) -> Diagnostic {
    let Shortened { asked, given } = shortened;
    let message = format!(
        "{} asks for {asked} s to stop, and class `{class}` gives it {given} s",
        object.title()
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(SHORTENED_GRACE, message)
    }
    .at(object.location())
    .help(if is_on_spot {
        grace::WAYS_OUT
    } else {
        grace::WAYS_OUT_OFF_SPOT
    })
}

/// The change that adds additions to a pod spec with this grace period.
fn with_additions(additions: Additions, grace: Option<i64>) -> Change {
    let required_node = additions.required_node.map_or_else(Vec::new, |required| {
        within(
            REQUIRED,
            Change::Within(within("nodeSelectorTerms", terms(required))),
        )
    });
    let node_affinity = [
        append(PREFERRED, additions.preferred_nodes, Item::PreferredNode),
        required_node,
    ]
    .concat();
    let anti_affinity = [
        append(
            PREFERRED,
            additions.preferred_anti_affinity,
            Item::PreferredPods,
        ),
        append(
            REQUIRED,
            additions.required_anti_affinity,
            Item::RequiredPods,
        ),
    ]
    .concat();
    let affinity = [
        within("nodeAffinity", Change::Within(node_affinity)),
        within("podAntiAffinity", Change::Within(anti_affinity)),
    ]
    .concat();
    let new_grace = additions
        .termination_grace_period_seconds
        .map(i64::from)
        .filter(|new| Some(*new) != grace);
    let steps = [
        within("affinity", Change::Within(affinity)),
        new_grace.map_or_else(Vec::new, |seconds| {
            within(
                "terminationGracePeriodSeconds",
                Change::Set {
                    old: grace.map(Json::from),
                    new: Json::from(seconds),
                },
            )
        }),
        append("tolerations", additions.tolerations, Item::Toleration),
        append(
            "topologySpreadConstraints",
            additions.topology_spread,
            Item::Spread,
        ),
    ];
    Change::Within(steps.concat())
}

fn append<T>(key: &'static str, items: Vec<T>, item: fn(T) -> Item) -> Vec<(Step, Change)> {
    within(key, Change::Append(items.into_iter().map(item).collect()))
}

/// A step into a key; `None` if nothing changes there.
fn within(key: &'static str, change: Change) -> Vec<(Step, Change)> {
    if change.is_empty() {
        return Vec::new();
    }
    vec![(Step::Key(key.into()), change)]
}

fn terms(required: RequiredNode) -> Change {
    match required {
        RequiredNode::NewTerm(requirement) => {
            Change::Append(vec![Item::Data(data(&term(requirement)))])
        }
        RequiredNode::InTerms(requirement, numbers) => {
            let add = Change::Append(vec![Item::Data(data(&requirement))]);
            let add = Change::Within(within("matchExpressions", add));
            let numbered = numbers.into_iter().map(|at| (Step::Item(at), add.clone()));
            Change::Within(numbered.collect())
        }
    }
}
