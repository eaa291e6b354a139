use crate::check::context::Systems;
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
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    for (section, image) in IMAGES {
        let floating = systems.distinct(|system| image(system).filter(|image| is_floating(image)));
        for (version, image) in floating {
            judge(section, image, findings.of(version));
        }
    }
}

/// A component's section of the configuration, and its image.
type Image = (&'static str, fn(&System) -> Option<&str>);

const IMAGES: [Image; 4] = [
    ("overprovisioner", |system| {
        let part = system.overprovisioner.as_ref();
        part.map(|part| part.image.as_str())
    }),
    ("proportionalAutoscaler", |system| {
        let part = system.proportional_autoscaler.as_ref();
        part.map(|part| part.image.as_str())
    }),
    ("descheduler", |system| {
        let part = system.descheduler.as_ref();
        part.map(|part| part.image.as_str())
    }),
    ("terminationHandler", |system| {
        let part = system.termination_handler.as_ref();
        part.map(|part| part.image.as_str())
    }),
];

fn judge(section: &str, image: &str, findings: &mut Findings<'_>) {
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

fn is_floating(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    // A port comes before the last slash.
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
