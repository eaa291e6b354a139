//! Config → System: adds defaults and provider facts and resolves references. All decisions are made here.

use super::{
    System, descheduler, monitoring, overprovisioner, priority_expander, proportional_autoscaler,
    termination_handler,
};
use crate::components::placement::deletion_candidates::are_tolerated;
use crate::config::{Spec, SpotConfig};
use crate::defaults;
use crate::diagnostic::Report;
use crate::kubernetes::Labels;
use crate::load::Document;
use crate::manifests::{ExistingPlacement, ManifestWorkload, Manifests};
use crate::model::WorkloadView;
use crate::model::sides::Sides;
use crate::plan::{Cluster, Placement, Plan, Workload, node_pools, owned_labels};
use crate::providers::facts;
use crate::workloads::{self, Classes, custom};

/// Decides everything that the configuration leaves open. Workloads of which too little is known are left out, and are in
/// the report. The second workloads of those that keep pods on on-demand are added to the manifests.
pub fn resolve(
    mut config: SpotConfig,
    document: &Document<'_>,
    manifests: Option<&mut Manifests>,
) -> (System, Report) {
    let from_manifests = manifests.is_some();
    // There may be very many, so each is converted in place.
    let declared = std::mem::take(&mut config.spec.workloads);
    let spec = &config.spec;
    let facts = facts(spec.provider);
    let cluster = cluster(spec);
    let pools = node_pools::resolve(spec, facts);
    let spot_labels = node_pools::spot_labels(facts, &pools);
    let autoscaler = priority_expander::resolve(spec, facts);
    let classes = Classes::new(spec, facts);
    let spot_tolerations = node_pools::spot_tolerations(facts, &pools);
    let sides = Sides::new(
        node_pools::for_workloads(&pools, &spot_tolerations),
        &spot_tolerations,
        facts,
        cluster.kubernetes_version,
        &autoscaler.profile,
    );
    let tolerates_candidates =
        |placement: &Placement, kind, declared, existing: Option<&ExistingPlacement>| {
            are_tolerated(sides.as_ref(), placement, kind, declared, existing)
        };
    let (resolved, mut report) = workloads::resolve(
        spec,
        declared,
        workloads::Given {
            classes: &classes,
            facts,
            version: cluster.kubernetes_version,
            tolerates_candidates: &tolerates_candidates,
        },
        manifests.as_deref(),
        document,
    );
    let workloads::Resolved {
        workloads,
        generated,
        uncovered,
        class_rules,
        mut bases,
    } = resolved;
    let (custom_workloads, said) = custom::resolve(spec, &classes, manifests.as_deref(), document);
    report.extend(said);
    let manifests = manifests.map(|own| with_bases(own, &mut bases));
    let resolved_classes = classes.resolved(spec, facts, &tolerates_candidates);
    let mut plan = Plan {
        name: config.metadata.name.to_string(),
        provider: facts,
        cluster,
        common_labels: owned_labels(spec.common_labels.clone()),
        common_annotations: common_annotations(spec),
        spot_labels,
        autoscaler,
        spot_tolerations,
        on_demand_tolerations: node_pools::on_demand_tolerations(&pools),
        node_pools: pools,
        workloads,
        generated,
        uncovered,
        class_rules,
        custom_workloads,
        classes: resolved_classes,
    };
    // How much room is needed depends on it.
    keep_off_spot(&mut plan, manifests);
    let growth = overprovisioner::growth(spec, &plan.node_pools, &plan.workloads);
    priority_expander::derive(spec, &mut plan.autoscaler, &growth);
    priority_expander::match_pools(&plan.autoscaler, &mut plan.node_pools);
    let descheduler = descheduler::resolve(spec, facts, &plan.spot_labels[0], &plan.workloads);
    let overprovisioner = overprovisioner::resolve(
        spec,
        &plan.node_pools,
        &plan.workloads,
        descheduler.as_ref(),
    );
    let placeholders = overprovisioner
        .as_ref()
        .map_or(&[][..], |overprovisioner| &overprovisioner.placeholders);
    let notices = [
        overprovisioner::scaled(spec, placeholders),
        overprovisioner::left_out(spec, &plan.node_pools, &plan.workloads),
        descheduler::left_out(spec, &plan.spot_labels[0], &plan.workloads),
    ];
    let proportional_autoscaler = overprovisioner
        .as_ref()
        .filter(|_| has_scaling(placeholders))
        .map(|overprovisioner| proportional_autoscaler::resolve(spec, overprovisioner));
    let monitoring = monitoring::resolve(spec, &plan, descheduler.as_ref(), manifests);
    let system = System {
        descheduler,
        termination_handler: termination_handler::resolve(spec, facts, &plan.node_pools),
        overprovisioner,
        proportional_autoscaler,
        monitoring,
        simulation: spec.simulation.clone(),
        allowed: allowed(spec),
        from_manifests,
        notices: notices.into_iter().flatten().collect(),
        plan,
    };
    (system, report)
}

fn has_scaling(placeholders: &[overprovisioner::Placeholder]) -> bool {
    let mut scaling = placeholders.iter().map(|placeholder| &placeholder.scaling);
    scaling.any(Option::is_some)
}

fn common_annotations(spec: &Spec) -> Labels {
    let declared = spec.common_annotations.iter();
    let owned = declared.map(|(key, value)| (key.to_string(), value.clone()));
    owned.collect()
}

/// The manifests with those of second workloads behind them.
fn with_bases<'m>(own: &'m mut Manifests, bases: &mut Vec<ManifestWorkload>) -> &'m Manifests {
    own.workloads.append(bases);
    own
}

/// Marks the workloads that their manifests keep off every Spot pool.
fn keep_off_spot(plan: &mut Plan, manifests: Option<&Manifests>) {
    let Some(manifests) = manifests else { return };
    let is_kept_off = |workload: &Workload| {
        let found = workload.found().and_then(|at| manifests.workloads.get(at));
        let pods = WorkloadView {
            found,
            ..WorkloadView::planned(workload)
        };
        pods.kept_off_spot(plan).is_some()
    };
    let kept_off: Vec<bool> = plan.workloads.iter().map(is_kept_off).collect();
    for (workload, is_kept_off) in plan.workloads.iter_mut().zip(kept_off) {
        workload.is_kept_off_spot = is_kept_off;
    }
}

fn cluster(spec: &Spec) -> Cluster {
    let version = spec.kubernetes_version();
    let declared = spec.cluster.as_ref();
    Cluster {
        name: declared.and_then(|cluster| cluster.name.clone()),
        resource_group: declared.and_then(|cluster| cluster.resource_group.clone()),
        kubernetes_version: version.unwrap_or(defaults::KUBERNETES_VERSION),
        kubernetes_version_assumed: version.is_none(),
    }
}

/// Rules whose findings are accepted, with the reasons.
fn allowed(spec: &Spec) -> Vec<(String, String)> {
    spec.check
        .iter()
        .flat_map(|check| &check.allow)
        .map(|allowance| (allowance.rule.clone(), allowance.reason.clone()))
        .collect()
}
