use crate::check::capacity_values;
use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "toleration-without-preference",
    levels: &[Severity::Warning],
    summary: "a workload tolerates Spot but does not prefer it",
    harm: "A toleration allows pods on Spot nodes but does not attract them. The scheduler's other scores decide where \
           the pods run. The descheduler never moves them, because it moves only pods with a preference.",
    detection: "Pods of the workload run on on-demand while Spot has free capacity, and nothing moves them.",
    remedy: "Choose a class with `spot: Preferred` for the workload. If the toleration alone is intended, use `spot: \
             Tolerated`.",
    sources: &[
        "Azure/AKS#2695: a toleration does not attract",
        "kubernetes-sigs/descheduler v0.36.0 \
         pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: pods without node affinity are ignored",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "a class with `spot: Tolerated` says that it is intended";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let asks = pods.own_prefers_spot(plan)
        || pods.own_requires_spot(plan)
        || pods.own_prefers_on_demand(plan);
    let is_meant = pods.spot().is_some() || pods.kind() == Kind::DaemonSet;
    let is_misspelled = capacity_values::has_odd(plan, pods.found);
    if asks
        || is_meant
        || is_misspelled
        || !pods.tolerates_by_key(plan)
        || pods.own_excludes_spot(plan)
    {
        return;
    }
    let message = format!(
        "workload `{}` tolerates Spot but does not prefer it: its pods run there only by chance, and are never moved \
         there",
        pods.name()
    );
    let Some(found) = pods.found else { return };
    let keys: Vec<String> = plan
        .spot_taints()
        .into_iter()
        .map(|taint| taint.key)
        .collect();
    let mut tolerations = found.existing.tolerations.iter();
    let at = tolerations.position(|own| own.key.as_ref().is_some_and(|key| keys.contains(key)));
    let key = format!("tolerations/{}/key", at.unwrap_or_default());
    let location = findings.part_of_pods(found, &[&key, "tolerations"]);
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic = diagnostic.help(
            "choose a class with `spot: Preferred`, or with `spot: Tolerated` if this is intended",
        );
        diagnostic
            .cure(workload_setting::fix(
                pods,
                &["placement", "spot"],
                "Preferred",
            ))
            .choice(CHOICE)
    });
}
