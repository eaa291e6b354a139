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
const CAUTIONS: &[Caution] = &[
    Caution {
        about: Cautioned::AnyChange,
        level: Severity::Warning,
        message: "Knative refuses these fields unless they are switched on",
        help: "set `kubernetes.podspec-affinity`, `kubernetes.podspec-tolerations` and \
               `kubernetes.podspec-topologyspreadconstraints` to `enabled` in the ConfigMap `config-features`",
    },
    // pkg/deployment/config.go, `default-affinity-type`; pkg/reconciler/revision/resources/deploy.go. The name of the
    // revision, by which the default one selects, is not known before Knative makes it.
    Caution {
        about: Cautioned::NewAffinity,
        level: Severity::Info,
        message: "with an `affinity` of its own it loses Knative's default one, which keeps the pods of a revision on \
                  different nodes, so one that does so with the pods of all its revisions is written beside it",
        help: "remove it where something else keeps them apart, or `default-affinity-type` is `none` in the ConfigMap \
               `config-deployment`: later runs do not add it again",
    },
];
const SERVICE: &[(&str, &str)] = &[("serving.knative.dev/service", "{name}")];
const CONFIGURATION: &[(&str, &str)] = &[("serving.knative.dev/configuration", "{name}")];

pub(super) const KINDS: &[OperatorKind] = &[
    OperatorKind {
        cautions: CAUTIONS,
        apart: SERVICE,
        ..OperatorKind::new(
            GROUP,
            "Service",
            &[Template::at(POD_SPEC, SERVICE).lacking(LACKING)],
        )
    },
    OperatorKind {
        cautions: CAUTIONS,
        apart: CONFIGURATION,
        ..OperatorKind::new(
            GROUP,
            "Configuration",
            &[Template::at(POD_SPEC, CONFIGURATION).lacking(LACKING)],
        )
    },
];
