//! Placeholders beside which pods find room: smaller ones, or more of them, each of which brings a node.

use serde_json::{Map, Value as Json, json};

use crate::components::overprovisioner::{Placeholder, Target};
use crate::components::proportional_autoscaler::Control;
use crate::plan::{Amount, NodePool};
use crate::rehearse::class::Finding;
use crate::rehearse::place::Places;

const MIB: i64 = 1 << 20;

/// What to set, the smallest change first; empty where nothing holds room on Spot.
pub(super) fn sets(finding: &Finding, places: &Places<'_>) -> Vec<Vec<String>> {
    let plan = &places.system.plan;
    let of_spot = |own: &Placeholder| own.target.pools(plan).any(NodePool::is_spot);
    let all: Vec<&Placeholder> = places.system.placeholders().map(|(_, own)| own).collect();
    if !all.iter().any(|own| of_spot(own)) {
        return Vec::new();
    }
    let smaller = beside(finding, places).filter(|room| {
        let mut spot = all.iter().filter(|own| of_spot(own));
        spot.any(|own| !Amount::from(&own.requests).fits(*room))
    });
    let set = |room: Option<Amount>, more: i64| {
        let list = all.iter().map(|own| {
            if of_spot(own) {
                written(own, room, more)
            } else {
                written(own, None, 0)
            }
        });
        let list: Vec<String> = list.map(|own| flow(&own)).collect();
        vec![format!(
            "spec.overprovisioner.placeholders=[{}]",
            list.join(", ")
        )]
    };
    let mut sets = Vec::new();
    sets.extend(smaller.map(|room| set(Some(room), 0)));
    sets.extend([1, 2].map(|more| set(None, more)));
    sets.extend(smaller.map(|room| set(Some(room), 1)));
    sets
}

/// What is left of the smallest Spot node beside the largest pod of the workloads.
fn beside(finding: &Finding, places: &Places<'_>) -> Option<Amount> {
    let named = finding.workloads.iter();
    let pods = named.filter_map(|name| places.workload(name)?.requests().map(Amount::from));
    let largest = pods.reduce(Amount::max)?;
    let pools = places.system.plan.node_pools.iter();
    let free = pools.filter(|pool| pool.is_spot());
    let free = free.filter_map(|pool| pool.free.as_ref().map(Amount::from));
    let room = free.reduce(Amount::min)?.minus(largest);
    let room = Amount {
        cpu: room.cpu,
        memory: room.memory / MIB * MIB,
    };
    (room.cpu > 0 && room.memory > 0).then_some(room)
}

/// A placeholder as the configuration has it, no larger than the room, and with so many more replicas.
fn written(own: &Placeholder, room: Option<Amount>, more: i64) -> Json {
    let mut written = Map::new();
    written.insert("name".to_owned(), json!(own.name));
    match &own.target {
        Target::Spot => written.insert("capacity".to_owned(), json!("Spot")),
        Target::Pools(names) => written.insert("pools".to_owned(), json!(names)),
    };
    let whole = Amount::from(&own.requests);
    let requests = if let Some(room) = room.filter(|room| !whole.fits(*room)) {
        let least = whole.min(room);
        json!({"cpu": format!("{}m", least.cpu), "memory": format!("{}Mi", least.memory / MIB)})
    } else {
        let requests = &own.requests;
        json!({"cpu": requests.cpu.to_string(), "memory": requests.memory.to_string()})
    };
    written.insert("requests".to_owned(), requests);
    let class = &own.priority_class;
    let class = json!({"name": class.name, "value": class.value});
    written.insert("priorityClass".to_owned(), class);
    written.insert("spread".to_owned(), json!(own.spread));
    if let Some(replicas) = own.replicas {
        written.insert("replicas".to_owned(), json!(i64::from(replicas) + more));
    }
    if let Some(scaling) = &own.scaling {
        let counting = match &scaling.counting {
            Target::Spot => json!("Spot"),
            Target::Pools(names) => json!(names),
        };
        let (key, control) = match &scaling.control {
            Control::Linear(own) => ("linear", json!(own)),
            Control::Ladder(own) => ("ladder", json!(own)),
        };
        let own = json!({
            "name": scaling.name,
            "configMap": scaling.config_map,
            "counting": counting,
            key: with_more(control, more),
        });
        written.insert("scaling".to_owned(), own);
    }
    Json::Object(written)
}

/// A ladder all of whose steps have so many more, or a line that begins so much higher.
fn with_more(mut control: Json, more: i64) -> Json {
    let raise = |value: &mut Json, least: i64| {
        *value = json!(value.as_i64().unwrap_or(least) + more);
    };
    let mut has_steps = false;
    for key in ["coresToReplicas", "nodesToReplicas"] {
        let steps = control.get_mut(key).and_then(Json::as_array_mut);
        for step in steps.into_iter().flatten() {
            has_steps = true;
            raise(&mut step[1], 0);
        }
    }
    if !has_steps && more > 0 {
        raise(&mut control["min"], 1);
    }
    control
}

/// In the style of a line of YAML.
fn flow(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let entries = map.iter();
            let entries = entries.map(|(key, value)| format!("{key}: {}", flow(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Json::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether YAML reads it as the text that it is.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|own| own.is_ascii_alphanumeric() || own == b'-')
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str())
        || text.ends_with(['m', 'i'])
            && text.starts_with(|first: char| first.is_ascii_digit())
            && text.bytes().all(|own| own.is_ascii_alphanumeric())
}
