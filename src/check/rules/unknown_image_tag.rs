use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::Installed;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unknown-image-tag",
    level: Severity::Error,
    summary: "a tag of the proportional autoscaler that was never published",
    harm: "The image cannot be pulled, and the number of placeholders is never set. Up to 1.8.6 tags have no \
           `v`, from v1.8.8 on they have one.",
    detection: "The pod is in `ImagePullBackOff`.",
    remedy: "Leave `image` out, or name a tag that there is.",
    sources: &[
        "kubernetes/k8s.io registry.k8s.io/images/k8s-staging-cpa/images.yaml",
        "kubernetes-sigs/cluster-proportional-autoscaler CHANGELOG.md, 1.8.8",
    ],
    check: Check::Systems(check),
};

const REPOSITORY: &str = "registry.k8s.io/cpa/cluster-proportional-autoscaler";
/// Those with a number from here on are not known: there may be newer ones than this list.
const PUBLISHED: [&str; 10] = [
    "1.8.2", "1.8.3", "1.8.4", "1.8.5", "1.8.6", "v1.8.8", "v1.8.9", "v1.9.0", "v1.10.0", "v1.10.1",
];
const NEWEST: [u32; 3] = [1, 10, 1];

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let planned = systems.planned().proportional_autoscaler.as_ref();
    let planned = planned.map(|autoscaler| autoscaler.image.as_str());
    if let Some(tag) = planned.and_then(unknown_tag) {
        in_config(tag, findings);
    }
    let installed = systems.installed().into_iter();
    for found in installed.flat_map(Installed::scalers) {
        let image = found
            .0
            .program
            .as_ref()
            .map(|program| program.image.as_str());
        if let Some(tag) = image.filter(|_| image != planned).and_then(unknown_tag) {
            findings.in_manifest(found.0.locations.name, message(tag), |diagnostic| {
                let diagnostic = match meant(tag) {
                    Some(meant) => diagnostic.help(format!("write `image: {REPOSITORY}:{meant}`")),
                    None => diagnostic.help("name a release that was published"),
                };
                diagnostic.no_fix("which release is meant only its owner knows")
            });
        }
    }
}

/// The tag of an image of the autoscaler, if nothing was ever published under it.
fn unknown_tag(image: &str) -> Option<&str> {
    let tag = image.strip_prefix(REPOSITORY)?.strip_prefix(':')?;
    if tag.contains('@') || PUBLISHED.contains(&tag) {
        return None;
    }
    let parts = number(tag).split('.').filter_map(|part| part.parse().ok());
    let parts: Vec<u32> = parts.collect();
    let may_be_newer = tag.starts_with('v') && parts.as_slice() > NEWEST.as_slice();
    (!may_be_newer).then_some(tag)
}

fn number(tag: &str) -> &str {
    tag.trim_start_matches('v')
}

/// The published tag of the same number.
fn meant(tag: &str) -> Option<&'static str> {
    let mut published = PUBLISHED.into_iter();
    published.find(|known| number(known) == number(tag))
}

fn message(tag: &str) -> String {
    format!("the tag `{tag}` was never published: the image cannot be pulled")
}

fn in_config(tag: &str, findings: &mut Findings<'_>) {
    let pointer = pointers::spec("proportionalAutoscaler/image");
    let location = findings.locate(&pointer);
    findings.at(&pointer, message(tag), |diagnostic| match meant(tag) {
        Some(meant) => diagnostic.replace(location, format!("{REPOSITORY}:{meant}")),
        None => diagnostic
            .help("leave `image` out for the release that spotgen was tested with")
            .fix(Fix::remove(pointer.clone())),
    });
}
