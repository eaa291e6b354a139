use crate::components::System;
use crate::components::controller::{container, creates_namespace};
use crate::components::overprovisioner::Overprovisioner;
use crate::components::proportional_autoscaler::ProportionalAutoscaler;
use crate::components::{ComponentId, Notice};
use crate::config::Spec;
use crate::defaults;

/// Settings that all scaled placeholders share; each has its own autoscaler `Deployment`.
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

/// Turns the system into one without autoscaler. Placeholders get a fixed number of replicas: otherwise their
/// `Deployment`s would stay at one replica.
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
                "the proportional autoscaler is skipped, so placeholders have a fixed number of replicas: {}; if it runs in the \
                 cluster, each apply undoes its scaling: render both together",
                fixed.join(", ")
            )
            .into(),
            next: "spotgen render --only overprovisioner,proportional-autoscaler",
        });
    }
}
