use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::ManifestRelease;
use crate::source::Span;
use crate::values::words::some_of;

pub(super) const RULE: Rule = Rule {
    id: "unrendered-release",
    levels: &[Severity::Warning, Severity::Info],
    summary: "Helm releases are in the manifests, but not the objects that their charts render to",
    harm: "A `HelmRelease`, an `Application` or a values file holds the values of a chart, not its objects. Of the charts \
           `cluster-autoscaler`, `cluster-overprovisioner`, `cluster-proportional-autoscaler` and `descheduler`, spotgen \
           reads the values that are in the manifests, also in a ConfigMap, or in the `stringData` of a Secret, from which a `HelmRelease` takes them. It does \
           not see the workloads of any other chart: they get no budget, no placement and no finding.",
    detection: "`helm get manifest RELEASE` prints objects that are not in the manifests.",
    remedy: "Render the charts first, and check what they render to: `helm template … | spotgen check -`. For Flux, \
             `flux build kustomization` prints the releases, not their objects; for Argo CD, `argocd app manifests \
             APPLICATION` prints the objects.\n\nThe finding is a warning if the manifests have no workload at all, or if \
             no value of a chart that spotgen reads is in them, or a template decides about lines among these values, or they \
             are not YAML.",
    sources: &[
        "fluxcd/helm-controller api/v2/helmrelease_types.go, `HelmReleaseSpec`",
        "fluxcd/pkg chartutil/values.go, `ChartValuesFromReferences`",
        "argoproj/argo-cd pkg/apis/application/v1alpha1/types.go, `ApplicationSourceHelm`",
    ],
    check: Check::Installed(check),
};

/// So many are named.
const NAMED: usize = 3;

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let manifests = installed.manifests;
    let (read, unread): (Vec<_>, Vec<_>) = manifests
        .releases
        .iter()
        .partition(|release| release.is_read);
    let (broken, unread): (Vec<_>, Vec<_>) = unread
        .into_iter()
        .partition(|release| release.broken.is_some());
    for release in broken {
        unreadable(release, findings);
    }
    if let Some(first) = unread.first() {
        let is_all = manifests.workloads.is_empty();
        let message = format!(
            "{} not rendered: the workloads of {} not checked",
            names(&unread),
            if unread.len() == 1 {
                "its chart are"
            } else {
                "their charts are"
            },
        );
        findings.in_manifest(first.location, message, |diagnostic| {
            diagnostic
                .level(if is_all {
                    Severity::Warning
                } else {
                    Severity::Info
                })
                .help("check what the charts render to: `helm template … | spotgen check -`")
                .no_fix("it takes the charts to render them")
        });
    }
    for release in read {
        let Some(elsewhere) = release.elsewhere else {
            continue;
        };
        if let Some(lines) = release.hidden {
            decided_by_template(release, lines, findings);
        }
        if release.hidden == Some(elsewhere) {
            continue;
        }
        // A values file beside it is taken for its own.
        let has_file = || {
            manifests
                .releases
                .iter()
                .any(|own| own.kind.is_none() && own.is_read)
        };
        if !release.has_values && !has_file() {
            unseen(release, elsewhere, findings);
            continue;
        }
        let message = format!(
            "spotgen does not read all values of {}: those that come from here may say something else",
            release.named()
        );
        findings.in_manifest(elsewhere, message, |diagnostic| {
            diagnostic
                .level(Severity::Info)
                .help("check what the chart renders to: `helm template … | spotgen check -`")
                .no_fix("it takes the chart and all values to render it")
        });
    }
}

/// A chart that spotgen would read, and values that are not YAML.
fn unreadable(release: &ManifestRelease, findings: &mut Findings<'_>) {
    let message = format!(
        "spotgen cannot read the values of {}: nothing that it installs is checked",
        release.named()
    );
    findings.in_manifest(
        release.broken.unwrap_or(release.location),
        message,
        |diagnostic| {
            diagnostic
                .help(
                    "make the text valid YAML without duplicate keys: with a value in place of each `{{ }}`, it still cannot be read",
                )
                .no_fix("it takes the chart and the values to render it")
        },
    );
}

/// Lines of a template that are there or not.
fn decided_by_template(release: &ManifestRelease, lines: Span, findings: &mut Findings<'_>) {
    let message = format!(
        "spotgen does not read all values of {}: this line depends on a template",
        release.named()
    );
    findings.in_manifest(lines, message, |diagnostic| {
        diagnostic
            .help("check what the chart renders to: `helm template … | spotgen check -`")
            .no_fix("it takes the chart and all values to render it")
    });
}

/// A chart that spotgen would read, and nothing of it is here.
fn unseen(release: &ManifestRelease, elsewhere: Span, findings: &mut Findings<'_>) {
    let message = format!(
        "spotgen reads no values of {}: nothing that it installs is checked",
        release.named()
    );
    findings.in_manifest(elsewhere, message, |diagnostic| {
        diagnostic
            .help("check what the chart renders to, or pass the values file beside the manifests: `helm template … | spotgen check -`")
            .no_fix("it takes the chart and the values to render it")
    });
}

fn names(all: &[&ManifestRelease]) -> String {
    let names: Vec<String> = all.iter().map(|release| release.named()).collect();
    let verb = if all.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", some_of(&names, NAMED))
}
