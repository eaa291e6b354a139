//! The components themselves, where manifests bring them: told by their images.

use super::ComponentId;
use crate::manifests::{ManifestWorkload, Manifests};

/// The component that an image is of. Mirrors keep the last part of a name; images for one kind of processor have that
/// behind it. Pause is in many pods: placeholders are known by what they are.
pub(crate) fn component_of_image(image: &str) -> Option<ComponentId> {
    let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
    let name = name.split([':', '@']).next()?;
    ComponentId::ALL.into_iter().find(|id| {
        let own = id
            .component()
            .image
            .filter(|_| *id != ComponentId::Overprovisioner);
        let rest = own.and_then(|own| name.strip_prefix(own));
        rest.is_some_and(|rest| {
            matches!(
                rest,
                "" | "-amd64" | "-arm" | "-arm64" | "-ppc64le" | "-s390x"
            )
        })
    })
}

/// The workloads that run a component.
pub(crate) fn running(
    manifests: &Manifests,
    id: ComponentId,
) -> impl Iterator<Item = &ManifestWorkload> {
    let runs = move |found: &&ManifestWorkload| {
        let program = found.program.as_ref();
        program.is_some_and(|program| component_of_image(&program.image) == Some(id))
    };
    manifests.workloads.iter().filter(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_known_by_their_images() {
        for (image, expected) in [
            (
                "registry.k8s.io/descheduler/descheduler:v0.36.0",
                Some(ComponentId::Descheduler),
            ),
            (
                "localhost:5000/descheduler-amd64@sha256:12",
                Some(ComponentId::Descheduler),
            ),
            ("registry.k8s.io/pause:3.9", None),
            (
                "localhost:5000/cpa/cluster-proportional-autoscaler-amd64:1.8.6",
                Some(ComponentId::ProportionalAutoscaler),
            ),
            (
                "paskalmaksim/aks-node-termination-handler",
                Some(ComponentId::TerminationHandler),
            ),
            ("registry.example.com/descheduler/web:1", None),
        ] {
            assert_eq!(component_of_image(image), expected, "{image}");
        }
    }
}
