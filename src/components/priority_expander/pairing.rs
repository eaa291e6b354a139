//! Which autoscaler of the manifests reads which priorities.

use super::installed::InstalledPriorities;
use super::running::{namespace, running};
use crate::components::Installed;
use crate::manifests::{ManifestProgram, ManifestWorkload};

/// Those that an autoscaler finds by their name and namespace, the nearest first: of its own release, then of its own file.
/// Those of a release that has an autoscaler are for that one alone: two releases may be for two clusters. Without an
/// autoscaler, all in the namespace.
pub(crate) fn found_by<'i, 'm>(
    installed: &'i Installed<'m>,
    autoscaler: Option<&ManifestWorkload>,
    namespace: &str,
) -> Vec<&'i InstalledPriorities<'m>> {
    let is_found = |own: &&InstalledPriorities<'_>| {
        let there = own.map.namespace.as_deref();
        own.has_its_name() && there.is_none_or(|there| there == namespace)
    };
    let all = installed.priorities.iter().filter(is_found);
    let Some(autoscaler) = autoscaler else {
        return all.collect();
    };
    let is_own = |own: &InstalledPriorities<'_>| own.map.location == autoscaler.location;
    let mut all: Vec<_> = all
        .filter(|own| is_own(own) || !has_autoscaler(installed, own))
        .collect();
    if all.iter().any(|own| is_own(own)) {
        all.retain(|own| is_own(own));
    }
    let file = autoscaler.location.source;
    all.sort_by_key(|own| own.map.location.source != file);
    all
}

/// Those that are meant for an autoscaler: that it finds, else that it would find in another namespace and no other
/// autoscaler finds.
pub(crate) fn meant_for<'i, 'm>(
    installed: &'i Installed<'m>,
    (found, program): (&ManifestWorkload, &ManifestProgram),
) -> Option<&'i InstalledPriorities<'m>> {
    let own = found_by(installed, Some(found), &namespace(found, program));
    let mut all = installed.priorities.iter();
    let is_free = |own: &&InstalledPriorities<'_>| {
        own.has_its_name() && !has_autoscaler(installed, own) && !is_found(installed, own)
    };
    own.first().copied().or_else(|| all.find(is_free))
}

/// Those of a chart's values that no autoscaler of the manifests finds: values that say nothing else of it.
pub(crate) fn of_values_alone<'i, 'm>(
    installed: &'i Installed<'m>,
) -> impl Iterator<Item = &'i InstalledPriorities<'m>> {
    let all = installed.priorities.iter();
    all.filter(|own| own.is_of_a_chart(installed.manifests) && !is_found(installed, own))
}

fn is_found(installed: &Installed<'_>, own: &InstalledPriorities<'_>) -> bool {
    running(installed).any(|(found, program)| {
        let all = found_by(installed, Some(found), &namespace(found, program));
        all.iter().any(|other| std::ptr::eq(*other, own))
    })
}

/// Whether the release that has them has an autoscaler too: all that a release renders stands at one place.
fn has_autoscaler(installed: &Installed<'_>, own: &InstalledPriorities<'_>) -> bool {
    running(installed).any(|(found, _)| found.location == own.map.location)
}
