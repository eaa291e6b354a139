//! Node pools as the groups that the autoscaler scales.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::config::{OsType, Per, pointers};
use crate::diagnostic::Diagnostic;
use crate::kubernetes::{ARCHITECTURE_LABEL, Effect, INSTANCE_TYPE_LABEL, OS_LABEL, Taint, ZONE};
use crate::load::Document;
use crate::plan::{NodePool, Plan};
use crate::providers::ZoneLabel;
use crate::simulate::read::{GroupSpec, TaintSpec, Unread};

/// The range of a pool that says none: more nodes than anything here needs.
const UNKNOWN_MOST: i64 = 100;
/// What zones are of where the cloud says the region with them, and the configuration does not name it.
pub(crate) const REGION: &str = "region";

/// The region of the zones that manifests name, with a cloud whose zones are a region and a number; a stand-in where they
/// name none, or several.
pub(super) fn region(plan: &Plan, objects: &[Json]) -> String {
    let mut found = BTreeSet::new();
    if plan.provider.labels.zone == ZoneLabel::RegionAndZone {
        for object in objects {
            regions(object, &mut found);
        }
    }
    let only = if found.len() == 1 {
        found.pop_first()
    } else {
        None
    };
    only.unwrap_or_else(|| REGION.to_owned())
}

fn regions(value: &Json, found: &mut BTreeSet<String>) {
    let mut of_zone = |zone: &Json| {
        let parts = zone.as_str().and_then(|zone| zone.rsplit_once('-'));
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((region, _)) = parts.filter(|(_, number)| is_number(number)) {
            found.insert(region.to_owned());
        }
    };
    match value {
        Json::Object(own) => {
            if let Some(zone) = own.get(ZONE) {
                of_zone(zone);
            }
            if own.get("key").and_then(Json::as_str) == Some(ZONE) {
                let values = own.get("values").and_then(Json::as_array);
                values.into_iter().flatten().for_each(of_zone);
            }
            own.values().for_each(|own| regions(own, found));
        }
        Json::Array(items) => items.iter().for_each(|own| regions(own, found)),
        _ => {}
    }
}

/// The groups of all pools, and what of them is not known.
pub(super) fn groups(plan: &Plan, region: &str, unread: &mut Vec<Unread>) -> Vec<GroupSpec> {
    let mut groups = Vec::new();
    for pool in &plan.node_pools {
        let mut say = |reason: &str| {
            unread.push(Unread {
                object: format!("node pool {}", pool.name),
                reason: reason.to_owned(),
            });
        };
        let Some(allocatable) = &pool.allocatable else {
            say("what its nodes can hold is not known: the model leaves it out; set `allocatable`");
            continue;
        };
        if pool.nodes.is_none() {
            say("its range is not known: 0 to 100 nodes are assumed; set `nodes`");
        }
        if pool.on_demand_part.is_some() {
            say("its on-demand nodes count as Spot");
        }
        let amounts = BTreeMap::from([
            ("cpu".to_owned(), allocatable.cpu.to_string()),
            ("memory".to_owned(), allocatable.memory.to_string()),
        ]);
        let whole = group(plan, pool, region, amounts);
        groups.extend(by_zone(plan, pool, whole));
    }
    groups
}

/// What is wrong with a configuration of which no group can be made: there is nothing that could be taken.
pub fn without_nodes(plan: &Plan, document: &Document<'_>) -> Diagnostic {
    if plan.node_pools.is_empty() {
        return Diagnostic::error(
            "config",
            "there are no node pools, so nothing can be played",
        )
        .at(document.locate(&pointers::spec("nodePools")))
        .help("list the pools of the cluster under `spec.nodePools`");
    }
    let size = pointers::pool(0).child("vmSize");
    Diagnostic::error("config", "what a node can hold is known of no pool")
        .at(document.locate(&size))
        .help("set `allocatable` of each pool, or a `vmSize` that is known")
}

fn group(
    plan: &Plan,
    pool: &NodePool,
    region: &str,
    mut allocatable: BTreeMap<String, String>,
) -> GroupSpec {
    if let Some(most) = pool.max_pods {
        allocatable.insert("pods".to_owned(), most.to_string());
    }
    if let Some(count) = pool.gpus.filter(|count| *count > 0) {
        allocatable.insert("nvidia.com/gpu".to_owned(), count.to_string());
    }
    let (min, max) = pool
        .nodes
        .map_or((0, UNKNOWN_MOST), |range| (range.min, range.max));
    GroupSpec {
        name: pool.node_group_sample.clone(),
        pool: pool.name.clone(),
        is_spot: pool.is_spot(),
        fixed: None,
        min,
        max: max.max(min),
        initial: min,
        zones: zones(plan, pool, region),
        labels: labels(plan, pool),
        taints: pool.taints.iter().map(taint).collect(),
        allocatable,
    }
}

/// A pool without zones is in one: clouds label each node. Azure's value for nodes outside zones is a number.
/// Source: kubernetes-sigs/cloud-provider-azure `pkg/provider/azure_zones.go`, `GetZone` (the fault domain).
fn zones(plan: &Plan, pool: &NodePool, region: &str) -> Vec<String> {
    if pool.zones.is_empty() {
        return vec!["0".to_owned()];
    }
    let zones = pool.zones.iter();
    zones
        .map(|zone| match plan.provider.labels.zone {
            ZoneLabel::Zone => zone.clone(),
            ZoneLabel::RegionAndZone => format!("{region}-{zone}"),
        })
        .collect()
}

fn labels(plan: &Plan, pool: &NodePool) -> BTreeMap<String, String> {
    let facts = plan.provider;
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut set = |key: &str, value: &str| {
        labels.insert(key.to_owned(), value.to_owned());
    };
    let os = match pool.os_type {
        OsType::Linux => "linux",
        OsType::Windows => "windows",
    };
    set(OS_LABEL, os);
    set(facts.labels.pool, &pool.name);
    if let Some(architecture) = pool.architecture {
        set(ARCHITECTURE_LABEL, architecture.as_str());
    }
    if let Some(size) = &pool.vm_size {
        set(INSTANCE_TYPE_LABEL, size);
    }
    for (key, _) in facts.labels.others {
        if let Some(value) = pool.provider_label(facts, key) {
            set(key, value);
        }
    }
    let (key, _) = facts.labels.spot;
    if let Some(value) = pool.provider_label(facts, key) {
        set(key, value);
    }
    if let Some((key, value)) = &pool.spot_label {
        set(key, value);
    }
    for (key, value) in pool.labels.iter() {
        set(key, value);
    }
    labels
}

fn taint(taint: &Taint) -> TaintSpec {
    TaintSpec {
        key: taint.key.clone(),
        value: taint.value.clone(),
        effect: match taint.effect {
            Effect::NoSchedule => "NoSchedule",
            Effect::PreferNoSchedule => "PreferNoSchedule",
            Effect::NoExecute => "NoExecute",
        }
        .to_owned(),
    }
}

/// A cloud that counts nodes by zone makes a group for each zone; others make one for all.
fn by_zone(plan: &Plan, pool: &NodePool, whole: GroupSpec) -> Vec<GroupSpec> {
    if plan.provider.pool_limits.counted_per != Per::Zone || whole.zones.len() < 2 {
        return vec![whole];
    }
    let count = i64::try_from(whole.zones.len()).unwrap_or(1);
    let zones = whole.zones.iter().zip(&pool.zones);
    zones
        .map(|(zone, written)| GroupSpec {
            name: whole
                .name
                .replace("/zones/z/", &format!("/zones/{written}/")),
            min: whole.min / count,
            max: whole.max / count,
            initial: whole.initial / count,
            zones: vec![zone.clone()],
            ..whole.clone()
        })
        .collect()
}
