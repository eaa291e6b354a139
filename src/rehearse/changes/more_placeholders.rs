//! More placeholders, each of which brings a node with room beside it.
//!
//! Smaller ones would leave more room beside them, but hold too little for the largest pod when Spot is taken again.

use serde_json::{Map, Value as Json, json};

use crate::components::overprovisioner::{Placeholder, Target};
use crate::components::proportional_autoscaler::Control;
use crate::plan::NodePool;
use crate::rehearse::place::Places;
use crate::yaml;

/// What to set, the smallest change first; empty where nothing holds room on Spot.
pub(super) fn sets(places: &Places<'_>) -> Vec<Vec<String>> {
    let plan = &places.system.plan;
    let of_spot = |own: &Placeholder| own.target.pools(plan).any(NodePool::is_spot);
    let all: Vec<&Placeholder> = places.system.placeholders().map(|(_, own)| own).collect();
    if !all.iter().any(|own| of_spot(own)) {
        return Vec::new();
    }
    let set = |more: i64| {
        let list = all.iter().map(|own| {
            let more = if of_spot(own) { more } else { 0 };
            flow(&written(own, more))
        });
        let list: Vec<String> = list.collect();
        vec![format!(
            "spec.overprovisioner.placeholders=[{}]",
            list.join(", ")
        )]
    };
    [1, 2, 4].map(set).to_vec()
}

/// A placeholder as the configuration has it, with so many more replicas.
fn written(own: &Placeholder, more: i64) -> Json {
    let mut written = Map::new();
    written.insert("name".to_owned(), json!(own.name));
    match &own.target {
        Target::Spot => written.insert("capacity".to_owned(), json!("Spot")),
        Target::Pools(names) => written.insert("pools".to_owned(), json!(names)),
    };
    let requests = &own.requests;
    let requests = json!({"cpu": requests.cpu.to_string(), "memory": requests.memory.to_string()});
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

/// Whether YAML reads it as the text that it is, within braces and brackets too.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && yaml::scalar(text) == text
}
