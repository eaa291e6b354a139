use crate::components::System;
use crate::components::controller::{container, creates_namespace};
use crate::components::overprovisioner::Overprovisioner;
use crate::components::proportional_autoscaler::ProportionalAutoscaler;
use crate::components::{ComponentId, Notice};
use crate::config::Spec;
use crate::defaults;

/// One program for all scaled placeholders; each gets a `Deployment` of its own.
pub(crate) fn resolve(spec: &Spec, overprovisioner: &Overprovisioner) -> ProportionalAutoscaler {
    let declared = spec.proportional_autoscaler.clone().unwrap_or_default();
    let namespace = declared
        .namespace
        .map_or_else(|| overprovisioner.namespace.clone(), String::from);
    ProportionalAutoscaler {
        create_namespace: creates_namespace(spec, &namespace),
        namespace,
        image: declared.image.map_or_else(
            || defaults::PROPORTIONAL_AUTOSCALER_IMAGE.to_owned(),
            String::from,
        ),
        resources: container(
            declared.resources.as_ref(),
            defaults::PROPORTIONAL_AUTOSCALER_RESOURCES,
        ),
    }
}

/// The plan where nothing scales placeholders: without a number of replicas their `Deployment`s would have one, for good.
pub(crate) fn leave_out(system: &mut System) {
    system.proportional_autoscaler = None;
    let overprovisioner = system.overprovisioner.iter_mut();
    let placeholders =
        overprovisioner.flat_map(|overprovisioner| &mut overprovisioner.placeholders);
    let mut fixed = Vec::new();
    for placeholder in placeholders {
        if let Some(scaling) = placeholder.scaling.take() {
            placeholder.replicas = Some(scaling.unscaled);
            fixed.push(format!("{} of `{}`", scaling.unscaled, placeholder.name));
        }
    }
    if !fixed.is_empty() {
        system.notices.push(Notice {
            component: ComponentId::Overprovisioner,
            message: format!(
                "the proportional autoscaler is left out, so placeholders have a fixed number of replicas: {}; where it runs all \
                 the same, each apply undoes what it did",
                fixed.join(", ")
            )
            .into(),
            next: "spotgen render --only overprovisioner,proportional-autoscaler",
        });
    }
}
