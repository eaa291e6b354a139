//! The components themselves, where manifests bring them: told by their images.

use super::ComponentId;
use crate::config::Kind;
use crate::manifests::{ManifestWorkload, Manifests};

/// The component that an image is of. Mirrors keep the last part of a name; images for one kind of processor have that
/// behind it.
pub(crate) fn component_of_image(image: &str) -> Option<ComponentId> {
    let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
    let name = name.split([':', '@']).next()?;
    ComponentId::ALL.into_iter().find(|id| {
        let own = id.component().image;
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

/// The workloads of placeholders. What does nothing on every node, once images are there, is something else.
pub(crate) fn placeholders(manifests: &Manifests) -> impl Iterator<Item = &ManifestWorkload> {
    let is_one = |found: &&ManifestWorkload| {
        matches!(
            found.kind,
            Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
        )
    };
    running(manifests, ComponentId::Overprovisioner).filter(is_one)
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
                "registry.k8s.io/pause:3.9",
                Some(ComponentId::Overprovisioner),
            ),
            ("pause-amd64@sha256:12", Some(ComponentId::Overprovisioner)),
            (
                "localhost:5000/cpa/cluster-proportional-autoscaler-amd64:1.8.6",
                Some(ComponentId::ProportionalAutoscaler),
            ),
            (
                "paskalmaksim/aks-node-termination-handler",
                Some(ComponentId::TerminationHandler),
            ),
            ("registry.example.com/pauses:1", None),
            ("registry.example.com/descheduler/web:1", None),
        ] {
            assert_eq!(component_of_image(image), expected, "{image}");
        }
    }
}
