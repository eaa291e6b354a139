use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::{Installed, System};
use crate::config::Mode;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::SAFE_TO_EVICT;
use crate::manifests::{BudgetIndex, ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::node_labels;
use crate::plan::{NodePool, Plan};
use crate::providers::PoolLabel;
use serde_json::json;

const NAMESPACE: &str = "kube-system";
const SETTING: &str = "skip-nodes-with-system-pods";

pub(super) const RULE: Rule = Rule {
    id: "system-pods-keep-nodes",
    level: Severity::Warning,
    summary: "what brings pods back to Spot keeps an on-demand node from being removed",
    harm: "The autoscaler leaves a node alone that has a pod of `kube-system` without a budget. When the descheduler or a \
           proportional autoscaler lands on an on-demand node of the workloads, that node stays when everything has gone back \
           to Spot, and so does its price.",
    detection: "The autoscaler's status says `no.scale.down.node.pod.kube.system.unmovable`.",
    remedy: "Give it a PodDisruptionBudget, as spotgen does, put it on the System pool, or set \
             `skip-nodes-with-system-pods: \"false\"` in the autoscaler's profile.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/drainability/rules/system/rule.go",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: `skip-nodes-with-system-pods` is true",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let setting = plan.autoscaler.profile.get(SETTING);
    let is_known = plan.provider.cluster_autoscaler.has_setting(SETTING);
    if !is_known || setting.is_some_and(|value| value == "false") {
        return;
    }
    let budgets = BudgetIndex::new(&installed.manifests.budgets);
    let programs = [
        ComponentId::Descheduler,
        ComponentId::ProportionalAutoscaler,
    ];
    for found in programs
        .iter()
        .flat_map(|program| installed.running(*program))
    {
        // Those of a CronJob are gone in a moment.
        let is_there = found.namespace.as_deref() == Some(NAMESPACE) && found.kind.is_counted();
        let safe = found.pod_annotations.get(SAFE_TO_EVICT);
        let is_let_go = safe.map(String::as_str) == Some("true");
        if !is_there || is_let_go || budgets.over(NAMESPACE, &found.pod_labels).next().is_some() {
            continue;
        }
        let keeps = |pool: &&NodePool| {
            !pool.is_spot()
                && pool.mode == Mode::User
                && pool
                    .taints
                    .iter()
                    .all(|taint| taint.is_soft() || WorkloadView::alone(found).own_tolerates(taint))
                && node_labels::allows(plan, pool, found) != Some(false)
        };
        let Some(pool) = plan.node_pools.iter().find(keeps) else {
            continue;
        };
        let message = format!(
            "`{}` in {NAMESPACE} has no budget: a node of `{}` that it is on is kept",
            found.name, pool.name
        );
        findings.in_manifest(found.locations.name, message, |diagnostic| {
            let diagnostic = diagnostic.help("give it a PodDisruptionBudget with `maxUnavailable: 1`, or put it on the System pool");
            match put_on_system_pool(plan, found) {
                Some(fix) => diagnostic.fix(fix),
                None => diagnostic.no_fix("it takes a budget of its own, which is another object"),
            }
        });
    }
}

/// By the label of System pools; none where the provider has no such pools.
fn put_on_system_pool(plan: &Plan, found: &ManifestWorkload) -> Option<Fix> {
    let (taint, ..) = plan.provider.system_pools.as_ref()?.taint;
    let mut labels = plan.provider.labels.others.iter();
    let (key, value) = labels.find_map(|(key, label)| match label {
        PoolLabel::Mode { system, .. } => Some((key, *system)),
        _ => None,
    })?;
    let pod = pod_spec_pointer(found.kind);
    let select = Edit::Set {
        pointer: pod.child("nodeSelector").child(key),
        value: value.into(),
    };
    let tolerate = Edit::Append {
        pointer: pod.child("tolerations"),
        value: json!({"key": taint, "operator": "Exists"}),
    };
    let object = found.locations.name;
    let edits = [select, tolerate].map(|edit| ManifestEdit { object, edit });
    Some(Fix::Manifest(edits.into()))
}
