use super::create_namespace;
use super::resources::container;
use crate::config::Spec;
use crate::defaults;
use crate::plan::{Overprovisioner, ProportionalAutoscaler};

/// One program for all scaled placeholders; each gets a `Deployment` of its own.
pub(super) fn resolve(spec: &Spec, overprovisioner: &Overprovisioner) -> ProportionalAutoscaler {
    let stated = spec.proportional_autoscaler.clone().unwrap_or_default();
    let namespace = stated
        .namespace
        .map_or_else(|| overprovisioner.namespace.clone(), String::from);
    ProportionalAutoscaler {
        create_namespace: create_namespace(spec, &namespace),
        namespace,
        image: stated.image.map_or_else(
            || defaults::PROPORTIONAL_AUTOSCALER_IMAGE.to_owned(),
            String::from,
        ),
        resources: container(
            stated.resources.as_ref(),
            defaults::PROPORTIONAL_AUTOSCALER_RESOURCES,
        ),
    }
}
