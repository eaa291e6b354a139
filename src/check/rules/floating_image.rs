use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "floating-image",
    levels: &[Severity::Warning],
    summary: "an image has no fixed tag",
    harm: "With `latest`, or without a tag, each node can pull a different program. A new Spot node has to pull the \
           handler before it is protected, and nobody has tested what it pulls.",
    detection: "`kubectl get pods -o jsonpath={..imageID}` shows several digests of one image.",
    remedy: "Pin the image to a release or a digest. Without `image`, spotgen uses a release that it was tested with.",
    sources: &[
        "https://kubernetes.io/docs/concepts/containers/images/: avoid the tag latest in production",
        "maksim-paskal/aks-node-termination-handler charts values.yaml: the tag is latest, pulled always",
    ],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let planned = IMAGES.map(|(section, image)| (section, image(systems.planned())));
    for (section, image) in planned {
        if let Some(image) = image.filter(|image| is_floating(image)) {
            in_config(section, image, findings);
        }
    }
    let installed = systems.installed().into_iter();
    for found in installed.flat_map(Installed::components) {
        let image = found.system_image();
        let is_planned = planned.iter().any(|(_, planned)| *planned == image);
        // Without a tag in the values, a chart uses the one that it was released with.
        let is_rendered = |_: &&str| {
            let installed = systems.installed();
            installed.is_some_and(|installed| installed.manifests.is_rendered(found.location))
        };
        let image = image.filter(|image| is_floating(image) && !is_planned);
        if let Some(image) = image.filter(|image| image.contains(':') || !is_rendered(image)) {
            findings.in_manifest(found.locations.name, message(image), |diagnostic| {
                diagnostic
                    .help("pin the image to a release tag or a digest")
                    .no_fix("only its owner knows which release to use")
            });
        }
    }
}

/// The section of a component in the configuration, and the component's image.
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

fn in_config(section: &str, image: &str, findings: &mut Findings<'_>) {
    let pointer = pointers::spec(section).child("image");
    findings.at(&pointer, message(image), |diagnostic| {
        diagnostic
            .help("pin `image` to a release tag or a digest, or remove `image`: the default is a tested release")
            .fix(Fix::remove(pointer.clone()))
    });
}

fn message(image: &str) -> String {
    format!("image `{image}` is not pinned: each node runs whatever is newest when it pulls")
}

fn is_floating(image: &str) -> bool {
    // No reference of an image has these signs: a tool writes another one in its place.
    let is_replaced = image.contains("${") || image.contains("{{");
    if image.contains('@') || is_replaced {
        return false;
    }
    // A port comes before the last slash.
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
