use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "global-default-beside-placeholders",
    levels: &[Severity::Warning],
    summary: "a PriorityClass installed with the placeholders becomes the default for every pod of the cluster",
    harm: "A class with `globalDefault: true` applies to every new pod without a class, in all namespaces. A cluster \
           can have only one: if it already has another, the release is rejected. The chart cluster-overprovisioner \
           installs one by default.",
    detection: "`kubectl get priorityclass` shows a class with `GLOBAL-DEFAULT` true that nobody asked for.",
    remedy: "In the chart's values, set `priorityClassDefault.enabled: false`. Pods without a class have the priority \
             0 anyway.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/priorityclass-default.yaml",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    if installed.placeholders().next().is_none() {
        return;
    }
    let classes = installed.manifests.priority_classes.iter();
    let defaults: Vec<_> = classes.filter(|class| class.is_global_default).collect();
    // Two of them are a different problem.
    let [class] = defaults[..] else {
        return;
    };
    let message = format!(
        "PriorityClass `{}` has `globalDefault: true`, so it also changes the priority of every new pod of the cluster that names no \
         class",
        class.name
    );
    findings.in_manifest(class.location, message, |diagnostic| {
        let edit = Edit::Set {
            pointer: Pointer::parse("/globalDefault"),
            value: false.into(),
        };
        diagnostic
            .help(
                "set `globalDefault: false`, or disable the class in the chart's values: \
                 `priorityClassDefault.enabled: false`",
            )
            .fix(Fix::manifest(class.location, edit))
    });
}
