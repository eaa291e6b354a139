use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "two-global-defaults",
    level: Severity::Error,
    summary: "two priority classes are the default of all pods",
    harm: "Kubernetes allows one class with `globalDefault: true` and refuses the second, and with it the release that \
           brings it. The chart cluster-overprovisioner brings such a class, `default`, unless \
           `priorityClassDefault.enabled` is false.",
    detection: "`kubectl apply` and `helm upgrade` fail with `already marked as default`.",
    remedy: "Keep one. Of the chart cluster-overprovisioner, set `priorityClassDefault.enabled: false`.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/priorityclass-default.yaml",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: only one PriorityClass with \
         globalDefault set to true can exist in the system",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let classes = installed.manifests.priority_classes.iter();
    let mut defaults = classes.filter(|class| class.is_global_default);
    let Some(first) = defaults.next() else {
        return;
    };
    for class in defaults {
        let message = format!(
            "`{}` and `{}` both are the default of all pods: the second one is refused",
            first.name, class.name
        );
        findings.in_manifest(class.location, message, |diagnostic| {
            diagnostic
                .related(first.location, "the other one")
                .help("take `globalDefault: true` from one of them")
                .fix(Fix::manifest(class.location, take_away()))
        });
    }
}

/// From the one that is refused: what pods get today stays.
fn take_away() -> Edit {
    Edit::Remove {
        pointer: Pointer::parse("/globalDefault"),
    }
}
