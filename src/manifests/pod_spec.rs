//! Where objects have their pod spec.

use crate::config::Kind;
use crate::diagnostic::Pointer;

/// Where an object of a kind has its pod spec.
pub(crate) fn pod_spec_pointer(kind: Kind) -> Pointer {
    Pointer::parse(match kind {
        Kind::Pod => "/spec",
        Kind::CronJob => "/spec/jobTemplate/spec/template/spec",
        _ => "/spec/template/spec",
    })
}
