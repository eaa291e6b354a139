use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "two-global-defaults",
    levels: &[Severity::Error],
    summary: "two PriorityClasses are marked as the global default",
    harm: "Kubernetes allows only one PriorityClass with `globalDefault: true`. It rejects the second one, and with it \
           the release that installs it. The chart cluster-overprovisioner installs such a class, `default`, unless \
           `priorityClassDefault.enabled` is false.",
    detection: "`kubectl apply` and `helm upgrade` fail with `already marked as default`.",
    remedy: "Keep only one of them. For the chart cluster-overprovisioner, set `priorityClassDefault.enabled: false`.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/priorityclass-default.yaml",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: only one PriorityClass with \
         globalDefault set to true can exist in the system",
    ],
    check: Check::Installed(check),
};

const CHOICE: &str = "only the owner knows which of them is meant";

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let classes = installed.manifests.priority_classes.iter();
    let mut defaults = classes.filter(|class| class.is_global_default);
    let Some(first) = defaults.next() else {
        return;
    };
    for class in defaults {
        let message = format!(
            "PriorityClasses `{}` and `{}` both have `globalDefault: true`: Kubernetes rejects the second one",
            first.name, class.name
        );
        findings.in_manifest(class.global_default, message, |diagnostic| {
            diagnostic
                .related(first.global_default, "the other global default")
                .help("remove `globalDefault: true` from one of them")
                .fix(Fix::manifest(class.location, take_away()))
                .choice(CHOICE)
        });
    }
}

/// Applies to the rejected class, so that the default that pods get today stays.
fn take_away() -> Edit {
    Edit::Remove {
        pointer: Pointer::parse("/globalDefault"),
    }
}
