use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "global-default-beside-placeholders",
    level: Severity::Warning,
    summary: "what brings placeholders also brings a priority class for every pod of the cluster",
    harm: "A class with `globalDefault: true` becomes that of every new pod that names none, in all namespaces, and there can be \
           one only: where the cluster has another, the release is refused. The chart cluster-overprovisioner brings one by \
           default.",
    detection: "`kubectl get priorityclass` shows a class with `GLOBAL-DEFAULT` true that nobody asked for.",
    remedy: "Of the chart, set `priorityClassDefault.enabled: false`: pods without a class have the priority 0 anyway.",
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
    // Two are another fault.
    let [class] = defaults[..] else {
        return;
    };
    let message = format!(
        "`{}` becomes the class of every pod that names none",
        class.name
    );
    findings.in_manifest(class.location, message, |diagnostic| {
        let edit = Edit::Set {
            pointer: Pointer::parse("/globalDefault"),
            value: false.into(),
        };
        diagnostic
            .help("leave it out: of the chart, `priorityClassDefault.enabled: false`")
            .fix(Fix::manifest(class.location, edit))
    });
}
