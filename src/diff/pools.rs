//! What differs in the plans of two configurations and is in no manifest: node pools, and settings of the autoscaler.

use serde_json::{Map, Value as Json, json};

use super::change::{Change, Kind, PoolChange};
use super::compare::Walk;
use super::fixed::{Fixed, Refused};
use crate::kubernetes::Taint;
use crate::plan::{Autoscaler, NodePool, Plan};
use crate::providers::Facts;

/// The pools in the order of the new configuration, then those that are gone; and the autoscaler.
pub fn pools(new: &Plan, old: &Plan) -> (Vec<PoolChange>, Vec<Change>) {
    let named = |pools: &'_ [NodePool], name: &str| pools.iter().position(|own| own.name == name);
    let mut pools = Vec::new();
    for pool in &new.node_pools {
        let Some(at) = named(&old.node_pools, &pool.name) else {
            pools.push(whole(pool, Kind::Added));
            continue;
        };
        let before = &old.node_pools[at];
        let changes = Walk::whole().changes(&fields(pool), &fields(before), None);
        if !changes.is_empty() {
            pools.push(PoolChange {
                changes: marked(changes, new.provider),
                ..whole(pool, Kind::Changed)
            });
        }
    }
    let gone = old.node_pools.iter();
    let gone = gone.filter(|pool| named(&new.node_pools, &pool.name).is_none());
    pools.extend(gone.map(|pool| whole(pool, Kind::Removed)));
    let autoscaler =
        Walk::whole().changes(&settings(&new.autoscaler), &settings(&old.autoscaler), None);
    (pools, autoscaler)
}

fn whole(pool: &NodePool, kind: Kind) -> PoolChange {
    PoolChange {
        name: pool.name.clone(),
        kind,
        changes: Vec::new(),
    }
}

/// With what the provider cannot change.
fn marked(mut changes: Vec<Change>, facts: &Facts) -> Vec<Change> {
    let fixed = &facts.fixed_pool_fields;
    for change in &mut changes {
        let is_fixed = |field: &str| change.path.begins_with(&[field]);
        if fixed.iter().any(|field| is_fixed(field)) {
            change.fixed = Some(Fixed {
                refused: Refused::Always,
                way: format!(
                    "{} changes this on no existing pool: add a pool with another name, cordon and drain the nodes of the old one, then delete it",
                    facts.title
                ),
            });
        }
    }
    changes
}

/// By the keys of `spec.nodePools`.
fn fields(pool: &NodePool) -> Json {
    let taints = pool.taints.iter().map(Taint::text);
    let mut fields = json!({
        "capacity": pool.capacity,
        "mode": pool.mode,
        "osType": pool.os_type,
        "vmSize": pool.vm_size,
        "zones": pool.zones,
        "nodes": pool.nodes,
        "maxPods": pool.max_pods,
        "instancesDistribution": pool.on_demand_part,
        "labels": pool.labels,
        "taints": taints.collect::<Vec<_>>(),
        "nodeGroup": pool.node_group,
        "spot": {"evictionPolicy": pool.eviction_policy, "maxPrice": pool.max_price},
    });
    drop_unset(&mut fields);
    fields
}

fn settings(autoscaler: &Autoscaler) -> Json {
    let mut settings = json!({"expander": autoscaler.expander, "profile": autoscaler.profile});
    drop_unset(&mut settings);
    settings
}

fn drop_unset(value: &mut Json) {
    if let Json::Object(entries) = value {
        entries.values_mut().for_each(drop_unset);
        entries.retain(|key, value| {
            let is_empty = key == "spot" && value.as_object().is_some_and(Map::is_empty);
            !value.is_null() && !is_empty
        });
    }
}
