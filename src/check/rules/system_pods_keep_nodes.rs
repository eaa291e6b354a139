use smol_str::SmolStr;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
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
    levels: &[Severity::Warning],
    summary: "the descheduler or a proportional autoscaler can block the removal of an on-demand node",
    harm: "The autoscaler does not remove a node that runs a `kube-system` pod without a PodDisruptionBudget. If the \
           descheduler or a proportional autoscaler lands on an on-demand node of the workloads, that node stays after \
           everything else has returned to Spot, and you keep paying for it: since version 1.33 for \
           an hour at a time.",
    detection: "The autoscaler's status shows `no.scale.down.node.pod.kube.system.unmovable`.",
    remedy: "Give the component a PodDisruptionBudget, as spotgen does. Or run it on the System pool, or set \
             `skip-nodes-with-system-pods: \"false\"` in the autoscaler's profile.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/drainability/rules/system/rule.go; since 1.33 it waits only for \
         `--blocking-system-pod-distruption-timeout`, an hour by default",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: `skip-nodes-with-system-pods` is true",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "a PodDisruptionBudget, or the System pool, removes it as well";

fn check(systems: Systems<'_>, _: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.in_effect().plan;
    let Some(installed) = systems.installed() else {
        return;
    };
    if !plan.autoscaler.is_true(SETTING) {
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
        // Pods of a CronJob do not stay long enough to matter.
        let is_placed = WorkloadView::alone(found).has_known_placement();
        let is_there =
            is_placed && found.namespace.as_deref() == Some(NAMESPACE) && found.kind.is_counted();
        let safe = found.pod_annotations.get(SAFE_TO_EVICT);
        let is_let_go = safe.map(SmolStr::as_str) == Some("true");
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
            "`{}` in `{NAMESPACE}` has no PodDisruptionBudget: if it runs on a node of `{}`, the autoscaler does \
             not remove that node",
            found.name, pool.name
        );
        findings.in_manifest(found.locations.name, message, |diagnostic| {
            let diagnostic = diagnostic
                .help("add a PodDisruptionBudget with `maxUnavailable: 1` for it, or run it on the System pool");
            match put_on_system_pool(plan, found) {
                Some(fix) => diagnostic.fix(fix).choice(CHOICE),
                None => diagnostic.no_fix("it needs a PodDisruptionBudget, which is a separate object"),
            }
        });
    }
}

/// Selects the label of System pools; `None` if the provider has no such pools.
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
