//! The labels by which the pods of a workload are found.

use super::objects::Object;
use super::pod_spec::PodSpec;
use crate::kinds::{Named, PodLabels};
use crate::kubernetes::Labels;
use crate::yaml::Node;

/// Those that the configuration or the operator sets on the pods, or else `declared`, those of the manifest.
pub(super) fn of(
    object: &Object<'_, '_>,
    spec: &PodSpec<'_, '_, '_>,
    declared: Option<Labels>,
) -> Option<Labels> {
    match set(spec) {
        Some(set) => filled(object, spec, set),
        None => declared,
    }
}

/// Labels with the names of an object; none where it does not have them.
pub(super) fn filled(
    object: &Object<'_, '_>,
    spec: &PodSpec<'_, '_, '_>,
    labels: &PodLabels<'_>,
) -> Option<Labels> {
    with_names(object, spec, |named| labels.of(named))
}

/// What those labels refer to and the object does not have. A name that is completed later is nobody's mistake.
pub(super) fn unknown<'k>(object: &Object<'_, '_>, spec: &PodSpec<'_, '_, 'k>) -> Option<&'k str> {
    let set = set(spec)?;
    let unknown = with_names(object, spec, |named| set.unknown(named));
    unknown.filter(|word| *word != "name")
}

fn set<'t, 'k>(spec: &'t PodSpec<'_, '_, 'k>) -> Option<&'t PodLabels<'k>> {
    spec.template?.labels.as_ref()
}

fn with_names<T>(
    object: &Object<'_, '_>,
    spec: &PodSpec<'_, '_, '_>,
    ask: impl FnOnce(&Named<'_>) -> T,
) -> T {
    let labels = object.metadata("labels");
    ask(&Named {
        name: object.text("name"),
        item: spec.item,
        label: &|key| labels?.get(key).and_then(Node::as_str),
    })
}
