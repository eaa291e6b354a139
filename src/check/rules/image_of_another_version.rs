use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::values::Version;

pub(super) const RULE: Rule = Rule {
    id: "image-of-another-version",
    levels: &[Severity::Warning],
    summary: "the image of the descheduler is of another release than `version`",
    harm: "The policy, the names of the metrics and the chart follow `version`, and the program is another one. An older one \
           does not know some of their settings and stops, or ignores them. Alerts and panels ask for metrics that it does \
           not have, so they stay silent.",
    detection: "`kubectl -n kube-system logs deployment/spotgen-descheduler` shows the release in its first lines, or that it \
                cannot read the policy.",
    remedy: "Set `descheduler.version` to the release of the image, or use an image of that version. A tag counts as a version \
             if it begins with one, as `v0.36.0` and `0.36.0-debian-12-r1` do; other tags and digests say nothing.",
    sources: &[
        "kubernetes-sigs/descheduler metrics/metrics.go at v0.33.0 and v0.36.0: 0.34 renamed the metrics",
        "kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/types.go at v0.33.0 and v0.34.0: 0.34 has \
         `podProtections`",
    ],
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    // One in manifests is taken for the version of its tag.
    let Some(descheduler) = &systems.planned().descheduler else {
        return;
    };
    let Some(of_image) = tag(&descheduler.image).and_then(version) else {
        return;
    };
    if of_image.is_of_release(descheduler.version) {
        return;
    }
    let message = format!(
        "the image of the descheduler is version {of_image}, but its policy and its metrics are taken to be those of {}",
        descheduler.version
    );
    let section = pointers::spec("descheduler");
    findings.at(&section.child("image"), message, |diagnostic| {
        diagnostic
            .help(format!("set `descheduler.version: {of_image}`"))
            .fix(Fix::set(section.child("version"), of_image.to_string()))
            .choice("the version is right: use an image of it")
    });
}

/// The tag of an image. A registry may have a port.
fn tag(image: &str) -> Option<&str> {
    let image = image.split('@').next()?;
    let name = image.rsplit('/').next()?;
    name.split_once(':').map(|(_, tag)| tag)
}

/// The version that a tag begins with: others add what they have built it on.
fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.split(['-', '_', '+']).next()?)
}

#[cfg(test)]
mod tests {
    use super::{tag, version};

    #[test]
    fn tags_with_a_version_are_known() {
        for (image, known) in [
            (
                "registry.k8s.io/descheduler/descheduler:v0.33.0",
                Some("0.33.0"),
            ),
            ("registry.example.com:5000/descheduler:0.33", Some("0.33")),
            ("bitnami/descheduler:0.33.0-debian-12-r1", Some("0.33.0")),
            ("descheduler:v0.33.0@sha256:abc", Some("0.33.0")),
            ("registry.example.com:5000/descheduler", None),
            ("descheduler@sha256:abc", None),
            ("descheduler:latest", None),
            ("descheduler:v20260101-abc", None),
            ("descheduler:33", None),
        ] {
            let found = tag(image)
                .and_then(version)
                .map(|version| version.to_string());
            assert_eq!(found.as_deref(), known, "{image}");
        }
    }
}
