use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::plan::Origin;

pub(super) const RULE: Rule = Rule {
    id: "replicas-beside-scaling",
    levels: &[Severity::Warning, Severity::Info],
    summary: "placeholders set `replicas` although an autoscaler sets their number",
    harm: "In a manifest, each apply resets the number that the autoscaler has set, and the autoscaler sets it again. \
           In the configuration, `replicas` is not rendered and has no effect, so the finding there is only an info.",
    detection: "The number of placeholders jumps whenever the manifests are applied.",
    remedy: "Remove `replicas` if an autoscaler sets the number. If a chart renders the field, make the tool that \
             applies it ignore it: `ignoreDifferences` with `RespectIgnoreDifferences` in Argo CD.",
    sources: &[
        "argoproj/argo-cd#5105, grafana/helm-charts#3476: replicas that are rendered fight with an autoscaler",
    ],
    check: Check::Placeholder(check),
};

fn check(_: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    if placeholder.scaling.is_none() {
        return;
    }
    let pointer = pointers::placeholder(at).child("replicas");
    if placeholder.replicas.is_some() {
        let message = format!(
            "placeholders `{}` set `replicas`, but an autoscaler scales them: every apply resets their number",
            placeholder.name
        );
        // The plan never sets both, so this `replicas` is in a manifest.
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help("remove `replicas` from the manifest, or make the tool that applies it ignore the field")
                .fix(Fix::manifest(location, leave_out()))
        });
    } else if matches!(findings.origin(&pointer), Origin::Config(_)) {
        let message = "`replicas` has no effect: `scaling` sets the number of placeholders";
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .level(Severity::Info)
                .help("remove `replicas`")
                .fix(Fix::remove(pointer.clone()))
        });
    }
}

fn leave_out() -> Edit {
    Edit::Remove {
        pointer: Pointer::parse("/spec/replicas"),
    }
}
