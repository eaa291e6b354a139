//! The Kubernetes operator of Apache Flink.
//!
//! Sources: apache/flink-kubernetes-operator helm/flink-kubernetes-operator/crds/{flinkdeployments,
//! flinkbluegreendeployments}.flink.apache.org-v1.yml. That the template of both is merged into that of each by the
//! positions of list items: docs/content/docs/custom-resource/pod-template.md, "Array Merging Behaviour". The labels:
//! flink-kubernetes-standalone/src/main/java/org/apache/flink/kubernetes/operator/utils/StandaloneKubernetesUtils.java,
//! and apache/flink flink-kubernetes/src/main/java/org/apache/flink/kubernetes/utils/KubernetesUtils.java.

use super::operator_kind::{OperatorKind, Template};

const GROUP: &str = "flink.apache.org";
const JOB_MANAGER: (&str, &str) = ("component", "jobmanager");
const TASK_MANAGER: (&str, &str) = ("component", "taskmanager");
const APP: (&str, &str) = ("app", "{name}");

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind {
        common: Some(Template::at("spec.podTemplate.spec", &[APP])),
        ..OperatorKind::new(
            GROUP,
            "FlinkDeployment",
            &[
                Template::at("spec.jobManager.podTemplate.spec", &[APP, JOB_MANAGER]),
                Template::at("spec.taskManager.podTemplate.spec", &[APP, TASK_MANAGER]),
            ],
        )
    },
    // The deployments that it makes have names of their own.
    OperatorKind {
        common: Some(Template::at("spec.template.spec.podTemplate.spec", &[])),
        ..OperatorKind::new(
            GROUP,
            "FlinkBlueGreenDeployment",
            &[
                Template::at("spec.template.spec.jobManager.podTemplate.spec", &[]),
                Template::at("spec.template.spec.taskManager.podTemplate.spec", &[]),
            ],
        )
    },
];
