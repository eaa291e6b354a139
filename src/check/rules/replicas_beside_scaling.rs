use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::plan::Origin;

pub(super) const RULE: Rule = Rule {
    id: "replicas-beside-scaling",
    level: Severity::Warning,
    summary: "a number of placeholders that an autoscaler sets anyway",
    harm: "In a manifest each apply undoes what the autoscaler has set, and it sets it again. In the configuration, where \
           it is only worth knowing, the number is not rendered and has no effect.",
    detection: "The number of placeholders jumps whenever the manifests are applied.",
    remedy: "Leave `replicas` out where an autoscaler sets them. Where a chart writes them, let the tool that applies it pass \
             over the field: `ignoreDifferences` with `RespectIgnoreDifferences` in Argo CD.",
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
            "`{}` has `replicas`, which its autoscaler sets: every apply undoes that",
            placeholder.name
        );
        // The plan leaves them out itself: these are in a manifest.
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help("leave `replicas` out of the manifest, or let the tool that applies it pass over it")
                .fix(Fix::manifest(location, leave_out()))
        });
    } else if matches!(findings.origin(&pointer), Origin::Config(_)) {
        let message = "`scaling` sets the number of placeholders: this has no effect";
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .level(Severity::Info)
                .help("leave it out")
                .fix(Fix::remove(pointer.clone()))
        });
    }
}

fn leave_out() -> Edit {
    Edit::Remove {
        pointer: Pointer::parse("/spec/replicas"),
    }
}
