//! The labels by which the pods of a workload are found.

use super::objects::Object;
use super::pod_spec::PodSpec;
use crate::kinds::Named;
use crate::kubernetes::Labels;
use crate::yaml::Node;

/// Those that the configuration or the operator sets on the pods, or else `declared`, those of the manifest.
pub(super) fn of(
    object: &Object<'_, '_>,
    spec: &PodSpec<'_, '_, '_>,
    declared: Option<Labels>,
) -> Option<Labels> {
    let template = spec.template;
    let Some(set) = template.and_then(|template| template.labels.as_ref()) else {
        return declared;
    };
    let labels = object.metadata("labels");
    set.of(&Named {
        name: object.text("name"),
        item: spec.item,
        label: &|key| labels?.get(key).and_then(Node::as_str),
    })
}
