use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, pointers};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::model::notice;
use crate::workloads::grace::{self, Changed};

/// The rule, for a stream that is patched.
pub const ID: &str = "changed-grace";

const KEY: &str = "terminationGracePeriodSeconds";

pub(super) const RULE: Rule = Rule {
    id: ID,
    levels: &[Severity::Warning, Severity::Info],
    summary: "a class gives pods another time to stop than their manifest asks for",
    harm: "With less time, the pods are killed before they have done what their author gave them time for: a queue is \
           not drained, a cache not written back. With more time, each drain and each rollout can take longer.",
    detection: "Containers end with exit code 137 after an eviction. `spotgen patch --report` shows the old and the new \
                grace period.",
    remedy: "Keep the workload off Spot if it needs the time: the eviction notice leaves no more. If it can stop in less \
             time, say so in its manifest. Where the pods are not on Spot, set `terminationGracePeriodSeconds: None` in the class, which keeps \
             the value of the manifest.\n\nThe finding is an info if the class gives more time. A grace \
             period of 30 s counts only where somebody wrote it: the API server adds it to every object that it gives back.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_PodSpec`: 30 seconds",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    ],
    check: Check::SystemsWithEachWorkload(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let usable = notice::usable_seconds(plan, systems.longest_period());
    for pods in all.iter().filter(|pods| pods.kind() != Kind::DaemonSet) {
        let usable = pods.can_be_on_spot(plan).then_some(usable);
        changed(*pods, usable, findings);
    }
}

/// `usable` is what the eviction notice leaves to pods on Spot.
fn changed(pods: WorkloadView<'_>, usable: Option<i64>, findings: &mut Findings<'_>) {
    let (Some(planned), Some(found)) = (pods.planned, pods.found) else {
        return;
    };
    let workloads = pointers::spec("workloads");
    let written = pods.setting(findings.document, &[KEY]);
    let is_declared = written.is_some_and(|pointer| pointer.lies_in(&workloads));
    let given = planned.termination_grace_period_seconds;
    let Some(changed) = grace::changed(found.asked_grace, given, is_declared) else {
        return;
    };
    let Changed { asked, given } = changed;
    let usable = usable.filter(|_| changed.is_shorter());
    let why = usable.map_or_else(String::new, |usable| {
        format!(": the eviction notice leaves pods {usable} s")
    });
    let class = &planned.class;
    let message = format!(
        "workload `{}` asks for {asked} s to stop, but class `{class}` gives it {given} s{why}",
        planned.name
    );
    let help = match usable {
        Some(usable) if asked <= usable => format!(
            "set `{KEY}: {asked}` for the workload or in its class: the notice leaves enough time"
        ),
        Some(_) => grace::WAYS_OUT.to_owned(),
        None => grace::KEEP_OWN.to_owned(),
    };
    let kind = format!("{class} {asked} {given}");
    findings.once_in_manifests(
        found.locations.grace,
        (kind, ("workload", &planned.name)),
        message,
        |diagnostic| {
            diagnostic
                .level(changed.level())
                .help(help)
                .no_fix("only its owner knows how long it takes to stop")
        },
    );
}
