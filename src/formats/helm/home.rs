//! The namespace in which the chart is installed.

use crate::components::bundle::Bundle;
use crate::components::objects::enforced_level;
use crate::components::{ComponentId, System};
use crate::defaults::SYSTEM_NAMESPACE;

/// The namespace of the release.
pub(super) struct Home<'p> {
    pub(super) namespace: &'p str,
    /// The Pod Security Standard that the namespace enforces, if the plan creates the namespace.
    pub(super) level: Option<&'static str>,
}

/// The namespace of the placeholders: their chart and that of the termination handler use the release's namespace.
pub(super) fn home<'p>(system: &'p System, bundle: &Bundle<'_>) -> Home<'p> {
    let placeholders = system.overprovisioner.as_ref();
    let placeholders = placeholders.filter(|_| {
        bundle.has(ComponentId::Overprovisioner) || bundle.has(ComponentId::ProportionalAutoscaler)
    });
    let handler = system.termination_handler.as_ref();
    let handler = handler.filter(|_| bundle.has(ComponentId::TerminationHandler));
    let (namespace, is_made) = placeholders
        .map(|found| (found.namespace.as_str(), found.create_namespace))
        .or(handler.map(|found| (found.namespace.as_str(), found.create_namespace)))
        .unwrap_or((SYSTEM_NAMESPACE, false));
    Home {
        namespace,
        level: is_made.then(|| enforced_level(system, handler.is_some())),
    }
}
