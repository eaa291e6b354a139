//! The change that adds placement to one workload.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::change_tree::{Change, Item, Step, data};
use super::objects::Object;
use super::select::{Pods, Selected};
use super::text::Text;
use super::{labels, lacking as without};
use crate::check::rules::CHANGED_GRACE;
use crate::components::placement::deletion_candidates::are_tolerated;
use crate::components::placement::{
    Additions, MissingRequirement, RequiredAdditions, Wanted, additions,
};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Diagnostic, Report};
use crate::kinds::PlacementFields;
use crate::kubernetes::{Labels, PREFERRED, REQUIRED};
use crate::manifests::{self, Placeable, WeightedPodAffinityTerm};
use crate::model::is_open;
use crate::model::sides::Sides;
use crate::model::spot_terms::{exclude_spot, require_spot};
use crate::plan::Plan;
use crate::workloads::grace::{self, Changed};

/// The placement that a pod spec lacks, and warnings about what it cannot get.
///
/// # Errors
/// When part of the workload cannot be read.
pub(super) fn placing(
    (plan, sides): (&Plan, Option<&Sides<'_>>),
    selected: &Selected<'_, '_, '_, '_>,
    pods: &Pods<'_, '_, '_>,
    text: &Text<'_>,
) -> Result<(Change, Vec<Diagnostic>), Report> {
    let object = selected.object;
    let placeable = manifests::placeable(
        &|span| text.slice(span),
        object.title(),
        object.node,
        pods.spec.place(),
    )?;
    Ok(lacking((plan, sides), selected, pods, &placeable))
}

/// The same for a pod spec that has been read.
pub(super) fn lacking(
    (plan, sides): (&Plan, Option<&Sides<'_>>),
    selected: &Selected<'_, '_, '_, '_>,
    pods: &Pods<'_, '_, '_>,
    placeable: &Placeable,
) -> (Change, Vec<Diagnostic>) {
    let object = selected.object;
    let choice = selected.choice_for(pods);
    let spec = &pods.spec;
    let settings = &choice.settings;
    let mut placement = Cow::Borrowed(&settings.placement);
    let mut warnings = Vec::new();
    let is_without_spread = without::spread(&spec.fields, &mut placement);
    // What a part does not have, the pods have from elsewhere.
    if !spec.is_part() {
        if is_without_spread && !choice.has_default_spread {
            warnings.push(without::without_spread(object, without::NO_FIELD));
        }
        warnings.extend(without::side(object, &spec.fields, &placement));
    }
    let selector = labels::of(object, spec, placeable.selector.clone());
    if selector.is_none() && !placement.spread.is_empty() {
        placement.to_mut().spread.clear();
        // Nobody asked for a spread of pods without known labels, if the built-in class has it.
        let (is_expected, reason) = match spec.template {
            Some(template) => (template.labels.is_none(), without::NO_POD_LABELS),
            None => (
                spec.kind.is_none_or(Kind::has_selector),
                no_selector(object),
            ),
        };
        if let Some(unknown) = labels::unknown(object, spec) {
            warnings.push(without::without_label(object, unknown));
        } else if is_expected || !choice.has_default_spread {
            warnings.push(without::without_spread(object, reason));
        }
    }
    let (selector_of_nodes, terms) = (&placeable.node_selector, &placeable.existing.required_nodes);
    let requires_spot = || {
        let is_open = |pool: &_| is_open(plan, pool, &placeable.existing.tolerations);
        require_spot(plan, selector_of_nodes, terms, is_open)
    };
    let excludes_spot = || exclude_spot(plan, selector_of_nodes, terms);
    let by_manifest = (&requires_spot as _, &excludes_spot as _);
    warnings.extend(without::nodes(object, &placement, by_manifest));
    // The operator's own anti-affinity stands only beside no other affinity.
    let apart = selected.custom.and_then(|kind| kind.apart.as_ref());
    let apart = apart.filter(|_| spec.has_no_affinity());
    let labels_apart = apart.and_then(|apart| labels::filled(object, spec, apart));
    let mut existing = Cow::Borrowed(&placeable.existing);
    if let Some(labels) = &labels_apart {
        let term = WeightedPodAffinityTerm::by_node(labels.clone());
        existing.to_mut().preferred_anti_affinity.push(term);
    }
    let existing = Some(existing.as_ref());
    if are_tolerated(sides, &placement, spec.kind, choice.declared, existing) {
        placement.to_mut().tolerate_deletion_candidates();
    }
    let none = Labels::new();
    let wanted = Wanted {
        placement: &placement,
        termination_grace_period_seconds: settings.termination_grace_period_seconds,
        node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
        selector: selector.as_ref().unwrap_or(&none),
    };
    let mut additions = additions(plan, &wanted, &placeable.existing);
    if apart.is_some() && additions.has_affinity() {
        match &labels_apart {
            Some(labels) => additions.keep_apart(labels),
            None => warnings.push(without::apart(object)),
        }
    }
    let change = with_additions(
        additions,
        placeable.termination_grace_period_seconds,
        &spec.fields,
    );
    let changed = grace::changed(
        placeable.asked_grace,
        settings.termination_grace_period_seconds,
        choice.declared.sets_grace,
    );
    let is_on_spot = settings.placement.spot() != Some(Spot::Never);
    warnings.extend(changed.map(|changed| {
        let location = placeable.grace_location.unwrap_or(object.location());
        with_another_time(object, &choice.class, changed, is_on_spot).at(location)
    }));
    (change, warnings)
}

/// Why a workload of Kubernetes has no labels that select its pods.
fn no_selector(object: &Object<'_, '_>) -> without::Reason {
    let expressions = object.node.at(&["spec", "selector", "matchExpressions"]);
    if expressions.is_some_and(|expressions| !expressions.items().is_empty()) {
        without::ONLY_EXPRESSIONS
    } else {
        without::NO_SELECTOR
    }
}

fn with_another_time(
    object: &Object<'_, '_>,
    class: &str,
    changed: Changed,
    is_on_spot: bool,
) -> Diagnostic {
    let Changed { asked, given } = changed;
    let message = format!(
        "{} asks for {asked} s to stop, and class `{class}` gives it {given} s",
        object.title()
    );
    Diagnostic {
        severity: changed.level(),
        ..Diagnostic::error(CHANGED_GRACE, message)
    }
    .help(if is_on_spot && changed.is_shorter() {
        grace::WAYS_OUT
    } else {
        grace::KEEP_OWN
    })
}

/// The change that adds additions to a pod spec with this grace period.
fn with_additions(
    additions: Additions,
    grace: Option<i64>,
    fields: &PlacementFields<'_>,
) -> Change {
    let required_nodes = additions.required_nodes.map_or_else(Vec::new, |required| {
        within(
            REQUIRED,
            Change::Within(within("nodeSelectorTerms", terms(required))),
        )
    });
    let mut node_affinity = append(PREFERRED, additions.preferred_nodes, Item::PreferredNode);
    node_affinity.extend(required_nodes);
    let mut anti_affinity = append(
        PREFERRED,
        additions.preferred_anti_affinity,
        Item::PreferredPods,
    );
    anti_affinity.extend(append(
        REQUIRED,
        additions.required_anti_affinity,
        Item::RequiredPods,
    ));
    let mut affinity = within("nodeAffinity", Change::Within(node_affinity));
    affinity.extend(within("podAntiAffinity", Change::Within(anti_affinity)));
    let new_grace = additions
        .termination_grace_period_seconds
        .map(i64::from)
        .filter(|new| Some(*new) != grace);
    let new_grace = new_grace.map(|seconds| Change::Set {
        old: grace.map(Json::from),
        new: Json::from(seconds),
    });
    let parts = [
        (&fields.affinity, Some(Change::Within(affinity))),
        (&fields.grace, new_grace),
        (
            &fields.tolerations,
            Some(items(additions.tolerations, Item::Toleration)),
        ),
        (
            &fields.topology_spread,
            Some(items(additions.topology_spread, Item::Spread)),
        ),
    ];
    let parts = parts.into_iter().filter_map(|(path, change)| {
        let steps = path.as_ref()?.iter();
        let steps = steps.map(|key| Step::Key((*key).to_owned().into()));
        Some(change?.under(steps.collect()))
    });
    parts.fold(Change::Within(Vec::new()), Change::and)
}

fn items<T>(items: Vec<T>, item: fn(T) -> Item) -> Change {
    Change::Append(items.into_iter().map(item).collect())
}

fn append<T>(key: &'static str, items: Vec<T>, item: fn(T) -> Item) -> Vec<(Step, Change)> {
    within(key, self::items(items, item))
}

/// A step into a key; `None` if nothing changes there.
fn within(key: &'static str, change: Change) -> Vec<(Step, Change)> {
    if change.is_empty() {
        return Vec::new();
    }
    vec![(Step::Key(key.into()), change)]
}

fn terms(required: RequiredAdditions) -> Change {
    match required {
        RequiredAdditions::NewTerms(terms) => items(terms, |term| Item::Data(data(&term))),
        RequiredAdditions::InTerms { missing, further } => {
            let changes = missing.into_iter().map(in_terms);
            let within = changes.fold(Change::Within(Vec::new()), Change::and);
            if further.is_empty() {
                return within;
            }
            Change::Both(vec![within, items(further, Item::Data)])
        }
    }
}

fn in_terms(missing: MissingRequirement) -> Change {
    let add = Change::Append(vec![Item::Data(data(&missing.requirement))]);
    let add = Change::Within(within("matchExpressions", add));
    let numbered = missing.terms.into_iter();
    Change::Within(numbered.map(|at| (Step::Item(at), add.clone())).collect())
}
