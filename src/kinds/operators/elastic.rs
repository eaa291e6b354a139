//! Elastic Cloud on Kubernetes.
//!
//! Sources: elastic/cloud-on-k8s config/crds/v1/all-crds.yaml. A `Beat` and an `Agent` are a Deployment, a `DaemonSet` or
//! a `StatefulSet`, whichever of the keys is there. The labels: pkg/controller/elasticsearch/label/label.go,
//! pkg/controller/{kibana,logstash,apmserver,enterprisesearch,maps,beat,agent}, each in its `labels.go` or `label.go`; the
//! name of a `StatefulSet`: pkg/apis/elasticsearch/v1/name.go.

use super::operator_kind::{OperatorKind, Template};
use crate::diagnostic::Severity;
use crate::kinds::behaviour::{Caution, Cautioned, Controller};

const DEPLOYMENT: &str = "spec.deployment?.podTemplate.spec";
const DAEMON_SET: &str = "spec.daemonSet?.podTemplate.spec";
const STATEFUL_SET: &str = "spec.statefulSet?.podTemplate.spec";
const POD_SPEC: &str = "spec.podTemplate.spec";

const BEAT: &[(&str, &str)] = &[("beat.k8s.elastic.co/name", "{name}")];
const AGENT: &[(&str, &str)] = &[("agent.k8s.elastic.co/name", "{name}")];

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind {
        // pkg/controller/elasticsearch/nodespec/defaults.go, `DefaultAffinity`;
        // pkg/controller/common/defaults/pod_template.go, `WithAffinity`.
        cautions: &[Caution {
            about: Cautioned::NewAffinity,
            level: Severity::Info,
            message: "with an `affinity` of its own it loses the operator's default one, so the same anti-affinity, which \
                      keeps the pods of a cluster on different nodes, is written beside it",
            help: "remove it where something else keeps them apart: later runs do not add it again",
        }],
        apart: &[("elasticsearch.k8s.elastic.co/cluster-name", "{name}")],
        ..OperatorKind::new(
            "elasticsearch.k8s.elastic.co",
            "Elasticsearch",
            &[Template::at(
                "spec.nodeSets[].podTemplate.spec",
                &[
                    ("elasticsearch.k8s.elastic.co/cluster-name", "{name}"),
                    (
                        "elasticsearch.k8s.elastic.co/statefulset-name",
                        "{name}-es-{item}",
                    ),
                ],
            )
            .of(Controller::StatefulSet)],
        )
    },
    OperatorKind::new(
        "kibana.k8s.elastic.co",
        "Kibana",
        &[Template::at(
            POD_SPEC,
            &[("kibana.k8s.elastic.co/name", "{name}")],
        )],
    ),
    OperatorKind::new(
        "logstash.k8s.elastic.co",
        "Logstash",
        &[
            Template::at(POD_SPEC, &[("logstash.k8s.elastic.co/name", "{name}")])
                .of(Controller::StatefulSet),
        ],
    ),
    OperatorKind::new(
        "apm.k8s.elastic.co",
        "ApmServer",
        &[Template::at(
            POD_SPEC,
            &[("apm.k8s.elastic.co/name", "{name}")],
        )],
    ),
    OperatorKind::new(
        "enterprisesearch.k8s.elastic.co",
        "EnterpriseSearch",
        &[Template::at(
            POD_SPEC,
            &[("enterprisesearch.k8s.elastic.co/name", "{name}")],
        )],
    ),
    OperatorKind::new(
        "maps.k8s.elastic.co",
        "ElasticMapsServer",
        &[Template::at(
            POD_SPEC,
            &[("maps.k8s.elastic.co/name", "{name}")],
        )],
    ),
    OperatorKind::new(
        "beat.k8s.elastic.co",
        "Beat",
        &[
            Template::at(DEPLOYMENT, BEAT),
            Template::at(DAEMON_SET, BEAT).of(Controller::DaemonSet),
        ],
    ),
    OperatorKind::new(
        "agent.k8s.elastic.co",
        "Agent",
        &[
            Template::at(DEPLOYMENT, AGENT),
            Template::at(DAEMON_SET, AGENT).of(Controller::DaemonSet),
            Template::at(STATEFUL_SET, AGENT).of(Controller::StatefulSet),
        ],
    ),
];
