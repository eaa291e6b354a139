//! Settings of the autoscaler: where they are, and how they are set.

use crate::check::findings::Findings;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer};
use crate::plan::Plan;

/// A setting with the value that it should have.
pub(in crate::check) type Setting = (&'static str, &'static str);

/// Where a setting is: among the arguments in manifests, in the profile, else where the preset is or would be.
pub(in crate::check) fn place(findings: &Findings<'_>, key: &str) -> Pointer {
    let setting = pointers::autoscaler_setting(key);
    let is_written = findings.document.node(&setting).is_some();
    if is_written || findings.origin(&setting).is_manifest() {
        setting
    } else {
        pointers::spec("autoscaler/profilePreset")
    }
}

/// Whether an autoscaler in manifests has a setting only by default: nobody has chosen it.
pub(in crate::check) fn is_by_default(findings: &Findings<'_>, plan: &Plan, key: &str) -> bool {
    let setting = pointers::autoscaler_setting(key);
    findings.origin(&setting).is_manifest() && !plan.autoscaler.profile.contains_key(key)
}

/// What to do about settings that are not as in the preset.
pub(in crate::check) fn help(findings: &Findings<'_>, plan: &Plan, settings: &[Setting]) -> String {
    let autoscaler = &plan.autoscaler;
    let is_manifest = settings.iter().any(|(key, _)| {
        let pointer = pointers::autoscaler_setting(key);
        findings.origin(&pointer).is_manifest()
    });
    let written = settings.iter().map(|(key, value)| {
        let written = if is_manifest {
            autoscaler.written(key, value)
        } else {
            format!("{key}: {value}")
        };
        format!("`{written}`")
    });
    let written = written.collect::<Vec<_>>().join(" and ");
    if is_manifest {
        format!("start the autoscaler with {written}")
    } else {
        format!(
            "set {written} in `autoscaler.profile`, as `profilePreset: Spot`, the default, does"
        )
    }
}

/// Sets them where they are.
pub(in crate::check) fn set(
    findings: &Findings<'_>,
    settings: &[Setting],
) -> Result<Fix, &'static str> {
    let edits = settings.iter().map(|(key, value)| Edit::Set {
        pointer: pointers::autoscaler_setting(key),
        value: (*value).into(),
    });
    findings.wherever(Fix::Config(edits.collect()))
}
