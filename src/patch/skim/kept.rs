//! What selecting and placing workloads of Kubernetes looks at. Of a key that is not named here, nothing counts but that its
//! value is YAML; of what is large, only whether it is there: a container with ports is no placeholder.
//!
//! A key that is written twice counts where it is looked at (`doubts.rs`), and all of what is in these is kept: metadata,
//! selectors, and what placing changes.

use crate::config::Kind;
use crate::yaml::Shape::{self, Kept, Only, Over, Within};

/// Source of all keys: kubernetes/api core/v1/types.go, `Container`.
const CONTAINER: Shape = Only(&[
    ("args", Kept),
    ("command", Kept),
    ("env", Over),
    ("envFrom", Over),
    ("image", Kept),
    ("lifecycle", Over),
    ("livenessProbe", Over),
    ("ports", Over),
    ("readinessProbe", Over),
    ("resources", Over),
    ("startupProbe", Over),
    ("stdin", Kept),
    ("tty", Kept),
    ("volumeDevices", Over),
    ("volumeMounts", Over),
]);

/// What tells most containers from those of placeholders.
const IMAGE: Shape = Only(&[("image", Kept)]);

/// What is kept of an object: of its containers all that tells placeholders, or the image alone.
struct Objects<const WITH_CONTAINERS: bool>;

impl<const WITH_CONTAINERS: bool> Objects<WITH_CONTAINERS> {
    /// Source of all keys: kubernetes/api core/v1/types.go, `PodSpec`.
    const POD: Shape = Only(&[
        ("affinity", Kept),
        (
            "containers",
            if WITH_CONTAINERS { CONTAINER } else { IMAGE },
        ),
        ("initContainers", Over),
        ("nodeSelector", Kept),
        ("priorityClassName", Kept),
        ("serviceAccount", Kept),
        ("serviceAccountName", Kept),
        ("terminationGracePeriodSeconds", Kept),
        ("tolerations", Kept),
        ("topologySpreadConstraints", Kept),
        ("volumes", Over),
    ]);

    /// Source of all keys: kubernetes/api core/v1/types.go, `PodTemplateSpec`.
    const TEMPLATE: Shape = Only(&[("metadata", Kept), ("spec", Self::POD)]);

    /// Source of the keys: kubernetes/api apps/v1/types.go, `DeploymentSpec`; batch/v1/types.go, `JobSpec` (`parallelism`);
    /// argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, `RolloutSpec` (`workloadRef`). None of them has metadata,
    /// which would count if they were there.
    const OF_TEMPLATE: Shape = Only(&[
        ("metadata", Kept),
        ("parallelism", Kept),
        ("replicas", Kept),
        ("selector", Kept),
        ("template", Self::TEMPLATE),
        ("workloadRef", Over),
    ]);

    /// Source of the key: kubernetes/api batch/v1/types.go, `CronJobSpec`; the others as above.
    const OF_JOB: Shape = Only(&[
        (
            "jobTemplate",
            Only(&[
                ("metadata", Kept),
                ("selector", Kept),
                ("spec", Self::OF_TEMPLATE),
            ]),
        ),
        ("metadata", Kept),
        ("parallelism", Kept),
        ("replicas", Kept),
        ("selector", Kept),
    ]);

    fn of(kind: Kind) -> Shape {
        match kind {
            Kind::Pod => Within(&[("spec", Self::POD)]),
            Kind::CronJob => Within(&[("spec", Self::OF_JOB)]),
            _ => Within(&[("spec", Self::OF_TEMPLATE)]),
        }
    }
}

/// What is kept of an object of a kind, besides its metadata.
pub(super) fn of(kind: Kind) -> Shape {
    Objects::<false>::of(kind)
}

/// The same with all that tells whether its pods are placeholders.
pub(super) fn with_containers(kind: Kind) -> Shape {
    Objects::<true>::of(kind)
}
