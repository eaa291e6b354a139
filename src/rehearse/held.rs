//! Where it is written what holds pods up: a budget, or a part of their own specification.

use super::hold::Hold;
use super::place::of_pool;
use super::place::{Places, of_pods};
use crate::components::System;
use crate::config::{Spot, SpreadMethod, pointers};
use crate::diagnostic::Pointer;
use crate::kubernetes::{Labels, REQUIRED};
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::model::hard_spread::Own;
use crate::model::node_labels;
use crate::plan::{NodePool, Plan, Workload};

/// Containers and ports of a pod that are looked through.
const MOST: usize = 32;

/// A workload itself: where the configuration lists it, else its manifest, else what chose it.
pub(super) fn workload(name: &str, places: &Places<'_>) -> String {
    let Some(pods) = places.workload(name) else {
        return places.in_config(&pointers::spec("workloads"));
    };
    let listed = pods.planned.and_then(Workload::pointer);
    match (listed, pods.found) {
        (None, Some(found)) => places.told(found.locations.name, &Pointer::parse("/metadata/name")),
        (listed, _) => {
            let chosen = || pods.planned.map(Workload::location);
            let place = listed.or_else(chosen);
            places.in_config(&place.unwrap_or_else(|| pointers::spec("workloads")))
        }
    }
}

/// The budget of a workload: that of the manifests, else that of the configuration.
pub(super) fn budget(name: &str, places: &mut Places<'_>) -> String {
    let Some(pods) = places.workload(name) else {
        return places.in_config(&pointers::spec("classes"));
    };
    if let Some(found) = pods.budget {
        let bounds = ["/spec/minAvailable", "/spec/maxUnavailable"].map(Pointer::parse);
        let place = places.in_object(found.location, &bounds);
        let name = Pointer::parse("/metadata/name");
        return place.unwrap_or_else(|| places.told(found.location, &name));
    }
    places.in_config(&places.setting(pods, &["disruptionBudget"]))
}

/// What of a workload keeps its pods off nodes of these pools.
pub(super) fn pods(name: &str, hold: &Hold, pools: &[String], places: &mut Places<'_>) -> String {
    let Some(pods) = by(name, hold, places) else {
        return places.in_config(&pointers::spec("workloads"));
    };
    let asked = asked(pools, places.system);
    match in_manifest(pods, hold, &asked, &places.system.plan) {
        Some((found, pointers)) => places.in_pods(found, &pointers),
        None => in_config(pods, hold, &asked, places),
    }
}

/// Whether a manifest has what keeps them off.
pub(super) fn is_in_manifest(
    pods: WorkloadView<'_>,
    hold: &Hold,
    pools: &[String],
    places: &Places<'_>,
) -> bool {
    let asked = asked(pools, places.system);
    in_manifest(pods, hold, &asked, &places.system.plan).is_some()
}

/// The workload that has it.
pub(super) fn by<'a>(name: &str, hold: &Hold, places: &Places<'a>) -> Option<WorkloadView<'a>> {
    match hold {
        Hold::AntiAffinityOf(other) => places.workload(other),
        _ => places.workload(name),
    }
}

fn asked<'a>(pools: &[String], system: &'a System) -> Vec<&'a NodePool> {
    let all = system.plan.node_pools.iter();
    all.filter(|pool| pools.contains(&pool.name)).collect()
}

/// The parts of the pods in a manifest that can be it, the likeliest first; none where the configuration has it.
fn in_manifest<'a>(
    pods: WorkloadView<'a>,
    hold: &Hold,
    pools: &[&NodePool],
    plan: &Plan,
) -> Option<(&'a ManifestWorkload, Vec<Pointer>)> {
    let found = pods.found?;
    let part = |path: &str| of_pods(found, path);
    let required = || part("affinity/nodeAffinity").child(REQUIRED);
    let apart = || part("affinity/podAntiAffinity").child(REQUIRED);
    let pointers = match hold {
        Hold::Labels => {
            let allows = |labels: &Labels, has_terms: bool| {
                let own: &[_] = if has_terms {
                    &found.existing.required_nodes
                } else {
                    &[]
                };
                let mut pools = pools.iter();
                pools.any(|pool| node_labels::allow(plan, pool, labels, own) == Some(true))
            };
            if allows(&found.node_selector, true) {
                return None;
            }
            let mut labels = found.node_selector.iter();
            let wrong = labels.find(|(key, value)| {
                let own = [((*key).clone(), (*value).clone())];
                !allows(&own.into_iter().collect(), false)
            });
            let wrong = wrong.map(|(key, _)| part("nodeSelector").child(key.as_str()));
            let mut all: Vec<Pointer> = wrong.into_iter().collect();
            all.extend([required().child("nodeSelectorTerms"), part("nodeSelector")]);
            all
        }
        // A class adds what its placement takes.
        Hold::Taints if pods.spot().is_some() => return None,
        Hold::Taints => vec![part("tolerations"), part("nodeSelector"), required()],
        Hold::Requests => {
            let containers = (0..MOST).map(|at| {
                let container = part("containers").child(at);
                container.child("resources").child("requests")
            });
            containers
                .chain([part("resources").child("requests")])
                .collect()
        }
        Hold::Priority => vec![part("priorityClassName"), part("priority")],
        Hold::Device(name) => {
            let containers = (0..MOST).flat_map(|at| {
                let container = part("containers").child(at);
                let own = |key: &str| container.child("resources").child(key).child(name.as_str());
                [own("limits"), own("requests")]
            });
            let own =
                ["limits", "requests"].map(|key| part("resources").child(key).child(name.as_str()));
            containers.chain(own).collect()
        }
        Hold::Ports => ports(found),
        Hold::Spread | Hold::AntiAffinity | Hold::AntiAffinityOf(_) => {
            let method = match hold {
                Hold::Spread => SpreadMethod::TopologySpread,
                _ => SpreadMethod::PodAntiAffinity,
            };
            let spreads = pods.hard_spreads();
            let constraints = part("topologySpreadConstraints");
            match spreads.iter().find(|own| own.method == method) {
                Some(own) => match own.own? {
                    Own::Constraint(at) => vec![constraints.child(at).child("whenUnsatisfiable")],
                    Own::AntiAffinity(at) => vec![apart().child(at).child("topologyKey")],
                },
                // It looks at other pods than its own.
                None if method == SpreadMethod::TopologySpread => vec![constraints],
                None => vec![apart()],
            }
        }
        Hold::Claims | Hold::LocalStorage => {
            let templates = Pointer::parse("/spec/volumeClaimTemplates");
            vec![templates, part("volumes")]
        }
        Hold::Few => return None,
        Hold::Affinity => vec![part("affinity/podAffinity").child(REQUIRED)],
    };
    Some((found, pointers))
}

/// Ports of the node that containers take; with the network of the node, each port of theirs is one.
fn ports(found: &ManifestWorkload) -> Vec<Pointer> {
    let mut all = Vec::new();
    for container in 0..MOST {
        for port in 0..MOST {
            let port = of_pods(found, "containers")
                .child(container)
                .child("ports")
                .child(port);
            all.push(port.child("hostPort"));
        }
    }
    all.push(of_pods(found, "hostNetwork"));
    all
}

fn in_config(
    pods: WorkloadView<'_>,
    hold: &Hold,
    pools: &[&NodePool],
    places: &Places<'_>,
) -> String {
    let pointer = match (hold, pools) {
        (Hold::Few, _) => pointers::spec("descheduler/evictor/minReplicas"),
        (Hold::Claims | Hold::LocalStorage, _) => {
            pointers::spec("descheduler/evictor/podProtections")
        }
        (Hold::Taints, [first, ..]) => {
            // Pods that may not be on Spot want a pool of the others.
            let wants_spot = pods.spot().is_some_and(|spot| spot != Spot::Never);
            let mut others = pools.iter().filter(|pool| wants_spot || !pool.is_spot());
            let pool = others.next().unwrap_or(first);
            of_pool(&pool.name, places.system).child("taints")
        }
        (Hold::Labels | Hold::Taints | Hold::Ports | Hold::Affinity, _) => {
            places.setting(pods, &["placement", "spot"])
        }
        (Hold::Priority, _) => places.setting(pods, &["priorityClassName"]),
        (Hold::Requests | Hold::Device(_), _) => places.setting(pods, &["requests"]),
        (Hold::Spread | Hold::AntiAffinity | Hold::AntiAffinityOf(_), _) => {
            places.setting(pods, &["placement", "spread"])
        }
    };
    places.in_config(&pointer)
}
