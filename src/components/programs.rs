//! The programs of the system itself, where manifests bring them: told by their images.

use crate::config::Kind;
use crate::manifests::{ManifestWorkload, Manifests};

/// What a workload runs, if it is a part of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Descheduler,
    ProportionalAutoscaler,
    TerminationHandler,
    /// Does nothing: what placeholders run.
    Pause,
}

impl Program {
    /// Mirrors keep the last part of a name; images for one kind of processor have that behind it.
    pub fn of_image(image: &str) -> Option<Self> {
        let (_, name) = image.rsplit_once('/').unwrap_or(("", image));
        let name = name.split([':', '@']).next()?;
        let is = |own: &str| {
            let rest = name.strip_prefix(own);
            rest.is_some_and(|rest| {
                matches!(
                    rest,
                    "" | "-amd64" | "-arm" | "-arm64" | "-ppc64le" | "-s390x"
                )
            })
        };
        if is("descheduler") {
            Some(Self::Descheduler)
        } else if is("cluster-proportional-autoscaler") {
            Some(Self::ProportionalAutoscaler)
        } else if is("aks-node-termination-handler") {
            Some(Self::TerminationHandler)
        } else if is("pause") {
            Some(Self::Pause)
        } else {
            None
        }
    }

    /// What of the system a workload runs.
    pub fn of(found: &ManifestWorkload) -> Option<Self> {
        Self::of_image(&found.program.as_ref()?.image)
    }
}

/// The workloads that run a program of the system.
pub(crate) fn running(
    manifests: &Manifests,
    program: Program,
) -> impl Iterator<Item = &ManifestWorkload> {
    let workloads = manifests.workloads.iter();
    workloads.filter(move |found| Program::of(found) == Some(program))
}

/// The workloads of placeholders. What does nothing on every node, once images are there, is something else.
pub(crate) fn placeholders(manifests: &Manifests) -> impl Iterator<Item = &ManifestWorkload> {
    let is_one = |found: &&ManifestWorkload| {
        matches!(
            found.kind,
            Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
        )
    };
    running(manifests, Program::Pause).filter(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_images() {
        for (image, expected) in [
            (
                "registry.k8s.io/descheduler/descheduler:v0.36.0",
                Some(Program::Descheduler),
            ),
            ("registry.k8s.io/pause:3.9", Some(Program::Pause)),
            ("pause-amd64@sha256:12", Some(Program::Pause)),
            (
                "localhost:5000/cpa/cluster-proportional-autoscaler-amd64:1.8.6",
                Some(Program::ProportionalAutoscaler),
            ),
            (
                "paskalmaksim/aks-node-termination-handler",
                Some(Program::TerminationHandler),
            ),
            ("registry.example.com/pauses:1", None),
            ("registry.example.com/descheduler/web:1", None),
        ] {
            assert_eq!(Program::of_image(image), expected, "{image}");
        }
    }
}
