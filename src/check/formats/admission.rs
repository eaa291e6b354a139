//! Limits of admission policies.

use crate::components::bundle::Bundle;
use crate::components::{ComponentId, System};
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;

/// Source: kubernetes/enhancements keps/sig-api-machinery/3962-mutating-admission-policies: beta in 1.34.
const BETA_SINCE: (u16, u16) = (1, 34);

/// Reasons why policies cannot be rendered.
pub(crate) fn refusals(system: &System, bundle: &Bundle<'_>, document: &Document<'_>) -> Report {
    let plan = &system.plan;
    let mut report = Report::default();
    if !bundle.has(ComponentId::Placement) {
        return report;
    }
    let version = plan.cluster.kubernetes_version;
    let (major, minor) = BETA_SINCE;
    if !version.at_least(major, minor) {
        let location = Pointer::root()
            .child("spec")
            .child("cluster")
            .child("kubernetesVersion");
        let said = if plan.cluster.kubernetes_version_assumed {
            format!("the configuration sets no version, so {version} is assumed")
        } else {
            format!("the configuration sets {version}")
        };
        let message =
            format!("MutatingAdmissionPolicy needs Kubernetes {major}.{minor} or newer; {said}");
        let refusal = Diagnostic::error("format", message)
            .at(document.locate(&location))
            .help("write `cluster: {kubernetesVersion: \"1.36\"}` if the cluster runs that version, or add placement with `spotgen patch`");
        report.push(refusal);
    }
    report
}
