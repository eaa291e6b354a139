//! The Prometheus operator.
//!
//! Sources: prometheus-operator/prometheus-operator example/prometheus-operator-crd/monitoring.coreos.com_{prometheuses,
//! prometheusagents, alertmanagers, thanosrulers}.yaml: the `spec` itself has the fields of a pod spec. The labels:
//! `makeSelectorLabels` in pkg/prometheus/server/operator.go, pkg/prometheus/agent/operator.go,
//! pkg/alertmanager/operator.go and pkg/thanos/operator.go.
//!
//! The `mode` of a `PrometheusAgent`: `pkg/apis/monitoring/v1alpha1/prometheusagent_types.go`, `PrometheusAgentMode`.

use super::operator_kind::{OperatorKind, Template};
use crate::kinds::behaviour::Controller;

const GROUP: &str = "monitoring.coreos.com";
const NAME: &str = "app.kubernetes.io/name";
const INSTANCE: (&str, &str) = ("app.kubernetes.io/instance", "{name}");

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind::new(
        GROUP,
        "Prometheus",
        &[of(&[(NAME, "prometheus"), INSTANCE])],
    ),
    OperatorKind {
        has_mode: true,
        ..OperatorKind::new(
            GROUP,
            "PrometheusAgent",
            &[of(&[(NAME, "prometheus-agent"), INSTANCE])],
        )
    },
    OperatorKind::new(
        GROUP,
        "Alertmanager",
        &[of(&[(NAME, "alertmanager"), INSTANCE])],
    ),
    OperatorKind::new(
        GROUP,
        "ThanosRuler",
        &[of(&[(NAME, "thanos-ruler"), INSTANCE])],
    ),
];

const fn of(labels: &'static [(&'static str, &'static str)]) -> Template {
    Template::at("spec", labels).of(Controller::StatefulSet)
}
