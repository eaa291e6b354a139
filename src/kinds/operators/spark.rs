//! The operator of Apache Spark.
//!
//! Sources: kubeflow/spark-operator config/crd/bases/sparkoperator.k8s.io_{sparkapplications,
//! scheduledsparkapplications}.yaml: a driver and an executor have no spread constraints outside their `template`. The
//! labels: pkg/common/spark.go, internal/controller/sparkapplication/submission.go.

use super::operator_kind::{OperatorKind, Template};
use crate::kinds::fields::TOPOLOGY_SPREAD;

const GROUP: &str = "sparkoperator.k8s.io";
const LACKING: &[&str] = &[TOPOLOGY_SPREAD];
const NAME: (&str, &str) = ("sparkoperator.k8s.io/app-name", "{name}");

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind::new(
        GROUP,
        "SparkApplication",
        &[
            Template::at("spec.driver", &[NAME, ("spark-role", "driver")]).lacking(LACKING),
            Template::at("spec.executor", &[NAME, ("spark-role", "executor")]).lacking(LACKING),
        ],
    ),
    // Each run has a name of its own.
    OperatorKind::new(
        GROUP,
        "ScheduledSparkApplication",
        &[
            Template::at("spec.template.driver", &[]).lacking(LACKING),
            Template::at("spec.template.executor", &[]).lacking(LACKING),
        ],
    ),
];
