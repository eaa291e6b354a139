use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
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
    let images = systems.distinct(|system| {
        let autoscaler = system.proportional_autoscaler.as_ref();
        autoscaler.map(|autoscaler| autoscaler.image.as_str())
    });
    for (version, image) in images {
        judge(image, findings.of(version));
    }
}

fn judge(image: &str, findings: &mut Findings<'_>) {
    let tag = image
        .strip_prefix(REPOSITORY)
        .and_then(|tag| tag.strip_prefix(':'));
    let Some(tag) = tag.filter(|tag| !tag.contains('@') && !PUBLISHED.contains(tag)) else {
        return;
    };
    let number = tag.trim_start_matches('v');
    let parts: Vec<u32> = number
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect();
    if tag.starts_with('v') && parts.as_slice() > NEWEST.as_slice() {
        return;
    }
    let pointer = pointers::spec("proportionalAutoscaler/image");
    let message = format!("the tag `{tag}` was never published: the image cannot be pulled");
    let location = findings.locate(&pointer);
    let meant = PUBLISHED
        .iter()
        .find(|known| known.trim_start_matches('v') == number);
    let is_manifest = findings.origin(&pointer).is_manifest();
    findings.at(&pointer, message, |diagnostic| {
        if let Some(meant) = meant {
            return diagnostic.replace(location, format!("{REPOSITORY}:{meant}"));
        }
        let diagnostic =
            diagnostic.help("leave `image` out for the release that spotgen was tested with");
        if is_manifest {
            diagnostic.no_fix("which release is meant only its owner knows")
        } else {
            diagnostic.fix(Fix::remove(pointer.clone()))
        }
    });
}
