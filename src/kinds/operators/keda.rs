//! KEDA, which makes Jobs.
//!
//! Sources: kedacore/keda `config/crd/bases/keda.sh_scaledjobs.yaml`. The label: `pkg/scaling/executor/scale_jobs.go`.

use super::operator_kind::{OperatorKind, Template};

pub(super) const KINDS: &[OperatorKind] = &[OperatorKind::new(
    "keda.sh",
    "ScaledJob",
    &[Template::at(
        "spec.jobTargetRef.template.spec",
        &[("scaledjob.keda.sh/name", "{name}")],
    )],
)];
