//! Knative Serving.
//!
//! Sources: knative/serving config/core/300-resources/{service,configuration}.yaml: there is no grace period. That the rest
//! of a placement is refused unless switched on: pkg/apis/config/features.go, config/core/configmaps/features.yaml. The
//! labels: pkg/apis/serving/register.go.

use super::operator_kind::{OperatorKind, Template};
use crate::diagnostic::Severity;
use crate::kinds::behaviour::{Caution, Cautioned};
use crate::kinds::fields::GRACE;

const GROUP: &str = "serving.knative.dev";
const POD_SPEC: &str = "spec.template.spec";
const LACKING: &[&str] = &[GRACE];
const CAUTIONS: &[Caution] = &[Caution {
    about: Cautioned::AnyChange,
    level: Severity::Warning,
    message: "Knative refuses these fields unless they are switched on",
    help: "set `kubernetes.podspec-affinity`, `kubernetes.podspec-tolerations` and \
           `kubernetes.podspec-topologyspreadconstraints` to `enabled` in the ConfigMap `config-features`",
}];

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind {
        cautions: CAUTIONS,
        ..OperatorKind::new(
            GROUP,
            "Service",
            &[
                Template::at(POD_SPEC, &[("serving.knative.dev/service", "{name}")])
                    .lacking(LACKING),
            ],
        )
    },
    OperatorKind {
        cautions: CAUTIONS,
        ..OperatorKind::new(
            GROUP,
            "Configuration",
            &[
                Template::at(POD_SPEC, &[("serving.knative.dev/configuration", "{name}")])
                    .lacking(LACKING),
            ],
        )
    },
];
