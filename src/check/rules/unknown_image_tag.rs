use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::Installed;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unknown-image-tag",
    levels: &[Severity::Error],
    summary: "the image tag of the proportional autoscaler was never published",
    harm: "The image cannot be pulled, so the number of placeholders is never set. Tags up to 1.8.6 have no `v`, tags \
           from v1.8.8 on have one.",
    detection: "The pod of the proportional autoscaler is in `ImagePullBackOff`.",
    remedy: "Set a published tag, or remove `image` to use the default.",
    sources: &[
        "kubernetes/k8s.io registry.k8s.io/images/k8s-staging-cpa/images.yaml",
        "kubernetes-sigs/cluster-proportional-autoscaler CHANGELOG.md, 1.8.8",
    ],
    check: Check::Systems(check),
};

const REPOSITORY: &str = "registry.k8s.io/cpa/cluster-proportional-autoscaler";
/// Tags with a higher number are accepted: there may be newer releases than this list knows.
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
                    None => diagnostic.help("set a published tag"),
                };
                diagnostic.no_fix("only the owner knows which release is meant")
            });
        }
    }
}

/// The tag of an image of the autoscaler, if nothing was ever published under it.
fn unknown_tag(image: &str) -> Option<&str> {
    let tag = image.strip_prefix(REPOSITORY)?.strip_prefix(':')?;
    // What a tool writes there is not known.
    let is_replaced = tag.contains(['$', '{']);
    if is_replaced || tag.contains('@') || PUBLISHED.contains(&tag) {
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
    format!(
        "tag `{tag}` of the proportional autoscaler was never published: its image cannot be pulled, so placeholders \
         are not scaled"
    )
}

fn in_config(tag: &str, findings: &mut Findings<'_>) {
    let pointer = pointers::spec("proportionalAutoscaler/image");
    let location = findings.locate(&pointer);
    findings.at(&pointer, message(tag), |diagnostic| match meant(tag) {
        Some(meant) => diagnostic.replace(location, format!("{REPOSITORY}:{meant}")),
        None => diagnostic
            .help("set a published tag, or remove `image`: the default is the release that spotgen was tested with")
            .fix(Fix::remove(pointer.clone())),
    });
}
