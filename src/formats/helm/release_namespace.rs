//! Rules and dashboard know the placeholders and the termination handler by their namespace, which in a chart is that of the
//! release.

use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};

/// What stands for it in data that no template evaluates. No namespace has such a name.
const STAND_IN: &str = "RELEASE-NAMESPACE";

/// The system with all that the chart installs where the release is.
pub(super) fn in_release(system: &System, bundle: &Bundle<'_>) -> System {
    let mut system = system.clone();
    if bundle.has(ComponentId::Overprovisioner)
        && let Some(overprovisioner) = &mut system.overprovisioner
    {
        STAND_IN.clone_into(&mut overprovisioner.namespace);
    }
    if bundle.has(ComponentId::TerminationHandler)
        && let Some(handler) = &mut system.termination_handler
    {
        STAND_IN.clone_into(&mut handler.namespace);
    }
    system
}
