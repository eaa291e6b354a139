//! From a plan to what a run begins with.

mod autoscaler;
mod devices;
mod groups;
mod rollouts;
mod strategic;
mod workloads;

pub(super) use groups::REGION;
pub use groups::without_nodes;
pub use workloads::without_pods;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use crate::components::bundle::{self, Bundle};
use crate::components::{ComponentId, System};
use crate::config::EvictionPolicy;
use crate::plan::{Amount, NodePool};
use crate::providers::Drain;
use crate::simulate::cloud::Taken;
use crate::simulate::read::Unread;
use crate::simulate::start::{DrainedBy, Given, SpotUpgrade};
use crate::simulate::timings::Timings;
use crate::simulate::world::seconds;

/// A cluster as the plan describes it.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub given: Given,
    /// What the plan has and the model has not, with the reasons; reading the objects adds to it.
    pub unread: Vec<Unread>,
}

/// The objects of the workloads' manifests.
#[derive(Clone, Debug)]
pub enum Manifests {
    /// Their placement is in them.
    Placed(Vec<Json>),
    AsTheyAre(Vec<Json>),
}

/// The cluster of a system.
pub fn cluster(system: &System, manifests: &Manifests) -> Cluster {
    let plan = &system.plan;
    let mut unread = Vec::new();
    let (Manifests::Placed(all) | Manifests::AsTheyAre(all)) = manifests;
    let groups = groups::groups(plan, &groups::region(plan, all), &mut unread);
    let bundle = bundle::build(system, |_| true);
    let (mut installed, mut own) = objects(&bundle);
    installed.extend(
        plan.node_pools
            .iter()
            .filter_map(|pool| add_ons(system, pool)),
    );
    own.extend(workloads::listed(plan, &bundle, &mut unread));
    let known: BTreeSet<_> = installed.iter().chain(&own).filter_map(place).collect();
    let others = match manifests {
        Manifests::Placed(objects) => objects.clone(),
        Manifests::AsTheyAre(objects) => {
            let objects = objects.iter().cloned();
            objects
                .map(|object| workloads::placed(plan, &bundle, object))
                .collect()
        }
    };
    let others = only_last(others, &mut unread)
        .into_iter()
        .map(|object| rollouts::as_deployment(object, &mut unread));
    own.extend(others.filter(|object| place(object).is_none_or(|place| !known.contains(&place))));
    if plan.provider.taints.are_tolerated_by_request {
        own.iter_mut().for_each(devices::tolerate);
    }
    if !groups.iter().any(|group| group.is_spot && group.max > 0) {
        unread.push(Unread {
            object: "Spot nodes".to_owned(),
            reason: "no pool has any, so no scenario interrupts one".to_owned(),
        });
    }
    let given = Given {
        system: installed,
        workloads: own,
        groups,
        kubernetes: plan.cluster.kubernetes_version,
        autoscaler: autoscaler::options(plan, &mut unread),
        drained_by: drained_by(system),
        taken: taken(system, &mut unread),
        notice: seconds(plan.provider.interruption.notice_seconds.into()),
        spot_upgrade: if plan.provider.interruption.at_upgrades {
            SpotUpgrade::Notice
        } else {
            SpotUpgrade::SurgeAndDrain
        },
        timings: Timings::real(),
    };
    Cluster { given, unread }
}

/// What is installed, and what stands for workloads: second Deployments and budgets.
fn objects(bundle: &Bundle<'_>) -> (Vec<Json>, Vec<Json>) {
    let mut installed = Vec::new();
    let mut own = Vec::new();
    for (id, made) in bundle.objects_by_component() {
        let list = match id {
            ComponentId::OnDemandBase | ComponentId::DisruptionBudgets => &mut own,
            _ => &mut installed,
        };
        list.extend(made.into_iter().map(|made| {
            serde_json::to_value(&made.value).expect("Kubernetes objects are plain data")
        }));
    }
    (installed, own)
}

/// Of what is given more than once, the last: `kubectl apply` sends the objects in their order.
fn only_last(objects: Vec<Json>, unread: &mut Vec<Unread>) -> Vec<Json> {
    let mut last: IndexMap<_, Json> = IndexMap::new();
    for (at, object) in objects.into_iter().enumerate() {
        let named = place(&object);
        let unnamed = named.is_none().then_some(at);
        let again = named.as_ref().map(|(kind, namespace, name)| Unread {
            object: format!("{kind} {namespace}/{name}"),
            reason: "it is given more than once: only the last one counts".to_owned(),
        });
        if last.insert((named, unnamed), object).is_some() {
            unread.extend(again);
        }
    }
    last.into_values().collect()
}

/// Kind, namespace and name.
fn place(object: &Json) -> Option<(String, String, String)> {
    let metadata = &object["metadata"];
    let text = |value: &Json| value.as_str().map(str::to_owned);
    Some((
        text(&object["kind"])?,
        text(&metadata["namespace"]).unwrap_or_else(|| "default".to_owned()),
        text(&metadata["name"])?,
    ))
}

/// One `DaemonSet` for all that run on a pool's nodes, but for the termination handler, which has its own.
fn add_ons(system: &System, pool: &NodePool) -> Option<Json> {
    let whole = Amount::from(pool.allocatable.as_ref()?);
    let free = Amount::from(pool.free.as_ref()?);
    let handler = system
        .termination_handler
        .as_ref()
        .filter(|_| pool.is_spot());
    let handler = handler.map_or(Amount::default(), |own| Amount::from(&own.resources));
    let all = whole.minus(free).minus(handler).max(Amount::default());
    let key = system.plan.provider.labels.pool;
    let name = format!("add-ons-{}", pool.name);
    Some(json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": "kube-system"},
        "spec": {"selector": {}, "template": {"spec": {
            "nodeSelector": {key: pool.name},
            "tolerations": [{"operator": "Exists"}],
            "priorityClassName": "system-node-critical",
            "containers": [{"name": "all", "resources": {"requests": {
                "cpu": format!("{}m", all.cpu),
                "memory": all.memory.to_string(),
            }}}],
        }}},
    }))
}

/// With a handler the provider's own drain, which nothing promises, does not count.
fn drained_by(system: &System) -> DrainedBy {
    let interruption = &system.plan.provider.interruption;
    if system.termination_handler.is_some() {
        return DrainedBy::Handler;
    }
    match interruption.drain {
        _ if interruption.kubelet_shutdown => DrainedBy::Kubelet,
        Drain::OnNotice | Drain::NoPublishedDelay => DrainedBy::Provider,
        Drain::Unknown => DrainedBy::Nobody,
    }
}

fn taken(system: &System, unread: &mut Vec<Unread>) -> Taken {
    let pools = system.plan.node_pools.iter();
    let policies: BTreeSet<bool> = pools
        .filter_map(|pool| pool.eviction_policy)
        .map(|policy| policy == EvictionPolicy::Deallocate)
        .collect();
    if policies.len() > 1 {
        unread.push(Unread {
            object: "the node pools".to_owned(),
            reason: "they have both eviction policies: the model takes `Deallocate` for all"
                .to_owned(),
        });
    }
    if policies.contains(&true) {
        Taken::Deallocated
    } else if system.plan.provider.interruption.is_replaced {
        Taken::Replaced
    } else {
        Taken::Deleted
    }
}
