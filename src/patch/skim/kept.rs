//! What selecting and placing workloads of Kubernetes looks at. Of everything else that is large, only whether it is there
//! counts: a container with ports is no placeholder.

use crate::config::Kind;
use crate::yaml::Shape::{self, Over, Within};

/// Source of all keys: kubernetes/api core/v1/types.go, `Container`.
const CONTAINER: Shape = Within(&[
    ("env", Over),
    ("envFrom", Over),
    ("lifecycle", Over),
    ("livenessProbe", Over),
    ("ports", Over),
    ("readinessProbe", Over),
    ("startupProbe", Over),
    ("volumeDevices", Over),
    ("volumeMounts", Over),
]);

/// Source of all keys: kubernetes/api core/v1/types.go, `PodSpec`.
const POD: Shape = Within(&[
    ("containers", CONTAINER),
    ("initContainers", Over),
    ("volumes", Over),
]);

const TEMPLATE: Shape = Within(&[("spec", POD)]);

/// Source of the second key: kubernetes/api apps/v1/types.go, `StatefulSetSpec`.
const OF_TEMPLATE: Shape = Within(&[("template", TEMPLATE), ("volumeClaimTemplates", Over)]);

/// What is kept of an object of a kind.
pub(super) fn of(kind: Kind) -> Shape {
    match kind {
        Kind::Pod => TEMPLATE,
        Kind::CronJob => Within(&[("spec", Within(&[("jobTemplate", JOB)]))]),
        _ => JOB,
    }
}

const JOB: Shape = Within(&[("spec", OF_TEMPLATE)]);
