use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "floating-image",
    level: Severity::Warning,
    summary: "an image without a fixed tag",
    harm: "`latest`, or no tag at all, means another program on each node that pulls it. A new Spot node pulls \
           the handler before it is protected, and what it pulls nobody has tried.",
    detection: "`kubectl get pods -o jsonpath={..imageID}` shows several digests of one image.",
    remedy: "Name a release, or a digest. Left out, `image` is a release that spotgen was tested with.",
    sources: &[
        "https://kubernetes.io/docs/concepts/containers/images/: avoid the tag latest in production",
        "maksim-paskal/aks-node-termination-handler charts values.yaml: the tag is latest, pulled always",
    ],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let images = [
        (
            "overprovisioner",
            system.overprovisioner.as_ref().map(|part| &part.image),
        ),
        (
            "proportionalAutoscaler",
            system
                .proportional_autoscaler
                .as_ref()
                .map(|part| &part.image),
        ),
        (
            "descheduler",
            system.descheduler.as_ref().map(|part| &part.image),
        ),
        (
            "terminationHandler",
            system.termination_handler.as_ref().map(|part| &part.image),
        ),
    ];
    for (section, image) in images {
        let Some(image) = image.filter(|image| is_floating(image)) else {
            continue;
        };
        let pointer = pointers::spec(section).child("image");
        let origin = findings.origin(&pointer);
        let or = origin.unless_manifest(", or leave `image` out");
        let message = format!("`{image}` is whatever is newest when a node pulls it");
        findings.at(&pointer, message, |diagnostic| {
            let diagnostic = diagnostic.help(format!("name a release or a digest{or}"));
            if origin.is_manifest() {
                return diagnostic.no_fix("only its owner knows which release it is to be");
            }
            diagnostic.fix(Fix::remove(pointer.clone()))
        });
    }
}

fn is_floating(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    // A port comes before the last slash.
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
