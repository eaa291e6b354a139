//! The second workload that keeps a number of the pods of a `Deployment` on on-demand.

use std::sync::Arc;

use super::selection::IGNORE_ANNOTATION;
use crate::config::{self, Class, Kind, Spec, Spot};
use crate::manifests::{ExistingPlacement, ManifestWorkload, PodSelector, ScaledBy};
use crate::plan::{
    BASE, Base, OfManifest, PART_LABEL, Part, Placement, SpotPlacement, Workload, WorkloadFacts,
    base_name, of_base, with_part,
};
use crate::values::Int;

/// The label by which admission policies leave pods alone.
pub(crate) const IGNORE_LABEL: &str = IGNORE_ANNOTATION;

/// How many pods a class keeps on on-demand.
pub(crate) fn count(class: &Class) -> i64 {
    class.on_demand_base.map_or(0, Int::get)
}

/// Whether a class or a listed workload may keep pods on on-demand: few configurations have such.
pub(crate) fn are_asked_for(spec: &Spec, listed: &[config::Workload]) -> bool {
    let classes = spec.classes.values().map(|class| class.on_demand_base);
    let listed = listed.iter().map(|own| own.on_demand_base);
    classes.chain(listed).flatten().any(|count| count.get() > 0)
}

/// Whether a workload of the manifests is itself the second one of another.
pub(crate) fn is_base(found: &ManifestWorkload) -> bool {
    let selector = found.selector.as_ref();
    let part = selector.and_then(|labels| labels.get(PART_LABEL));
    part.is_some_and(|part| part == BASE)
}

/// Why a workload can have no second one, and what to do instead.
pub(super) fn misfit(
    kind: Kind,
    spot: Option<Spot>,
    found: Option<&ManifestWorkload>,
) -> Option<(&'static str, &'static str)> {
    const SPLIT: &str =
        "set `onDemandBase: 0` for it, or place all of its pods: `spot: Avoided` or `spot: Never`";
    let why = match kind {
        Kind::Deployment if spot == Some(Spot::Never) => {
            return Some((
                "with `spot: Never` all its pods are on on-demand already",
                "remove one of the two",
            ));
        }
        Kind::Deployment => {
            let is_bound = found.is_some_and(ManifestWorkload::is_bound_to_node);
            return is_bound.then_some((
                "its pods share a volume that one node alone can mount (`ReadWriteOnce`), so pods on two kinds of \
                 nodes cannot all start",
                SPLIT,
            ));
        }
        Kind::StatefulSet => {
            "its pods have names and volumes of their own, so a second StatefulSet has other members, without data"
        }
        Kind::DaemonSet => "a DaemonSet runs a pod on each node, on on-demand too",
        Kind::Job | Kind::CronJob => "a second one would do the work twice",
        Kind::Rollout => "the second one would have steps and traffic of its own",
        Kind::ReplicaSet | Kind::ReplicationController | Kind::Pod => {
            "only a Deployment rolls out changes to both alike"
        }
    };
    Some((why, SPLIT))
}

/// The second workload of one that is resolved. `number` is that of its manifest among those given.
pub(super) fn of(
    workload: &Workload,
    count: i64,
    original: Option<&ManifestWorkload>,
    number: Option<usize>,
) -> Workload {
    Workload {
        name: base_name(&workload.name).into(),
        selector: with_part(&workload.selector),
        facts: Arc::new(WorkloadFacts {
            number: None,
            replicas: Some(count),
            autoscaling: None,
            placement: Placement {
                spot_placement: Some(SpotPlacement::Never),
                spread: workload.placement.spread.clone(),
            },
            // Those of the class are for the notice of Spot.
            termination_grace_period_seconds: None,
            node_loss_toleration_seconds: None,
            ..WorkloadFacts::clone(&workload.facts)
        }),
        disruption_budget: None,
        manifest: number.map(|number| Box::new(of_manifest(workload, number))),
        let_go_by_manifests: None,
        is_kept_off_spot: false,
        part: Some(Part::Base(Box::new(Base {
            of: workload.name.to_string(),
            shares_budget: false,
            original: original.and_then(|found| found.original.clone()),
        }))),
        ..workload.clone()
    }
}

/// What its manifest says beside the number: what that of the first says, if there is one.
fn of_manifest(first: &Workload, number: usize) -> OfManifest {
    OfManifest {
        number,
        existing: first
            .manifest
            .as_ref()
            .map_or_else(Arc::default, |own| Arc::clone(&own.existing)),
        is_without_namespace: first.is_without_namespace(),
        drift: Vec::new(),
        priority: first.priority(),
    }
}

/// Its manifest, as if it were among those given. It points to that of the first.
pub(super) fn manifest(found: &ManifestWorkload, count: i64, number: usize) -> ManifestWorkload {
    let ignored = [(IGNORE_ANNOTATION.to_owned(), "true".to_owned())];
    let mut made = ManifestWorkload {
        number,
        name: base_name(&found.name),
        selector: found.selector.as_ref().map(with_part),
        pod_labels: with_part(&found.pod_labels),
        replicas: Some(count),
        states_replicas: true,
        autoscaling: None,
        scaled_by: ScaledBy::default(),
        existing: existing(found),
        original: None,
        ..found.clone()
    };
    made.annotations.extend(ignored.clone());
    made.pod_labels.extend(ignored);
    if let Some(selector) = &mut made.whole_selector {
        selector.match_labels = with_part(&selector.match_labels);
        let own = &mut selector.match_expressions;
        own.retain(|requirement| requirement.key != PART_LABEL);
    }
    made
}

/// Where its own manifest lets its pods run: what counts the pods of the first alone counts its own there.
fn existing(found: &ManifestWorkload) -> Arc<ExistingPlacement> {
    let pods = &found.pod_labels;
    let mut own = ExistingPlacement::clone(&found.existing);
    let spread = own.topology_spread.iter_mut();
    let spread = spread.map(|constraint| &mut constraint.selector);
    let required = own.required_anti_affinity.iter_mut();
    let preferred = own.preferred_anti_affinity.iter_mut();
    let preferred = preferred.filter_map(|weighted| weighted.term.as_mut());
    let apart = required.chain(preferred).map(|term| &mut term.selector);
    let mut is_changed = false;
    for selector in spread.chain(apart) {
        if let PodSelector::By(by) = selector
            && let Some(of_base) = of_base(by, pods)
        {
            *by = of_base;
            is_changed = true;
        }
    }
    if is_changed {
        Arc::new(own)
    } else {
        Arc::clone(&found.existing)
    }
}
