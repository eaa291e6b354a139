//! Strimzi, which runs Apache Kafka.
//!
//! Sources: strimzi/strimzi-kafka-operator packaging/install/cluster-operator/{040-Crd-kafka, 041-Crd-kafkaconnect,
//! 045-Crd-kafkanodepool, 046-Crd-kafkabridge, 048-Crd-kafkamirrormaker2}.yaml: a template of pods has all parts of a
//! placement. `zookeeper`, `entityOperator`, `cruiseControl` and `kafkaExporter` run only if they are there. The labels:
//! operator-common/src/main/java/io/strimzi/operator/common/model/Labels.java (`generateDefaultLabels`), and
//! cluster-operator/src/main/java/io/strimzi/operator/cluster/model/KafkaPool.java for a pool.
//!
//! The pods that build an image for `KafkaConnect` (`template.buildPod`) run once, and are left as they are.

use super::operator_kind::{OperatorKind, Template};
use crate::diagnostic::Severity;
use crate::kinds::behaviour::{Caution, Cautioned, Controller};

const GROUP: &str = "kafka.strimzi.io";
const NAME: &str = "strimzi.io/name";
const CLUSTER: &str = "strimzi.io/cluster";

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind::new(
        GROUP,
        "Kafka",
        &[
            Template::at("spec.kafka.template.pod", &[(NAME, "{name}-kafka")])
                .of(Controller::StatefulSet),
            // Gone with Strimzi 0.46, whose clusters are all of KRaft.
            Template::at(
                "spec.zookeeper?.template.pod",
                &[(NAME, "{name}-zookeeper")],
            )
            .of(Controller::StatefulSet),
            Template::at(
                "spec.entityOperator?.template.pod",
                &[(NAME, "{name}-entity-operator")],
            ),
            Template::at(
                "spec.cruiseControl?.template.pod",
                &[(NAME, "{name}-cruise-control")],
            ),
            Template::at(
                "spec.kafkaExporter?.template.pod",
                &[(NAME, "{name}-kafka-exporter")],
            ),
        ],
    ),
    OperatorKind {
        // cluster-operator/src/main/java/io/strimzi/operator/cluster/model/KafkaPool.java, `processTemplate`.
        cautions: &[Caution {
            about: Cautioned::NewTemplate,
            level: Severity::Warning,
            message: "the new `spec.template.pod` replaces `spec.kafka.template.pod` of its Kafka for this pool",
            help: "repeat in it what that one has besides placement, such as `imagePullSecrets` and `metadata`",
        }],
        ..OperatorKind::new(
            GROUP,
            "KafkaNodePool",
            &[Template::at(
                "spec.template.pod",
                &[
                    (CLUSTER, "{labels.strimzi.io/cluster}"),
                    ("strimzi.io/pool-name", "{name}"),
                ],
            )
            .of(Controller::StatefulSet)],
        )
    },
    OperatorKind::new(
        GROUP,
        "KafkaConnect",
        &[Template::at(
            "spec.template.pod",
            &[(NAME, "{name}-connect")],
        )],
    ),
    OperatorKind::new(
        GROUP,
        "KafkaMirrorMaker2",
        &[Template::at(
            "spec.template.pod",
            &[(NAME, "{name}-mirrormaker2")],
        )],
    ),
    OperatorKind::new(
        GROUP,
        "KafkaBridge",
        &[Template::at(
            "spec.template.pod",
            &[(NAME, "{name}-bridge")],
        )],
    ),
];
