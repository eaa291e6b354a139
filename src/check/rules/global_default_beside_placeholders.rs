use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::ManifestWorkload;

pub(super) const RULE: Rule = Rule {
    id: "global-default-beside-placeholders",
    levels: &[Severity::Warning],
    summary: "a PriorityClass installed with the placeholders becomes the default for every pod of the cluster",
    harm: "A class with `globalDefault: true` applies to every new pod without a class, in all namespaces. A cluster \
           can have only one: if it already has another, the release is rejected. The chart cluster-overprovisioner \
           installs one by default.",
    detection: "`kubectl get priorityclass` shows a class with `GLOBAL-DEFAULT` true that nobody asked for.",
    remedy: "Set `globalDefault: false`; with the chart cluster-overprovisioner, `priorityClassDefault.enabled: false`. \
             Pods without a class have the priority \
             0 anyway.",
    sources: &[
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/priorityclass-default.yaml",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass",
    ],
    check: Check::Installed(check),
};

/// Where Helm's charts say what they are. Source: helm/helm pkg/chart/v2/util/create.go.
const CHART_LABEL: &str = "helm.sh/chart";

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    if installed.placeholders().all(ManifestWorkload::is_off) {
        return;
    }
    let mut placeholders = installed.placeholders();
    let is_of_chart = placeholders.any(|found| {
        let chart = found.labels.get(CHART_LABEL);
        chart.is_some_and(|chart| chart.starts_with("cluster-overprovisioner"))
    });
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
            .help(if is_of_chart {
                "set `globalDefault: false`, or disable the class in the chart's values: \
                 `priorityClassDefault.enabled: false`"
            } else {
                "set `globalDefault: false`, and name the class in the pods that it is for: `priorityClassName`"
            })
            .fix(Fix::manifest(class.location, edit))
    });
}
