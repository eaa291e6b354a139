//! Whether the objects of the configuration are in the snapshot, and have the fields that it states.

use serde_json::Value as Json;

use super::cluster::Cluster;
use super::compared::Compared;
use super::part::{NOT_INSTALLED, Part};
use crate::components::bundle::build;
use crate::components::{ComponentId, System};
use crate::kubernetes::Object;
use crate::snapshot::Controller;
use crate::values::Quantity;

/// Compares what is wanted of every part.
pub(super) fn all(cluster: &Cluster<'_>, system: &System, parts: &mut [Part]) {
    let bundle = build(system, |_| true);
    let mut absent: Vec<&str> = Vec::new();
    for (id, objects) in bundle.objects_by_component() {
        let Some(part) = parts.iter_mut().find(|part| part.name == part_of(id)) else {
            continue;
        };
        let mut compared = Compared::default();
        for object in objects {
            compare(cluster, &object.value, &mut compared);
        }
        if compared.is_empty() {
            continue;
        }
        if !part.is_there && !compared.missing.is_empty() {
            absent.push(id.name());
            // What comes of it may be told already.
            if !part.is_absent() {
                part.trouble(
                    NOT_INSTALLED,
                    "in the configuration, and not in the cluster",
                    String::new(),
                );
            }
        }
        match &mut part.compared {
            Some(before) => {
                before.same += compared.same;
                before.different.extend(compared.different);
                before.missing.extend(compared.missing);
            }
            None => part.compared = Some(compared),
        }
    }
    // One command applies all of them.
    let apply = cluster.advice.apply(&absent);
    let troubles = parts.iter_mut().flat_map(|part| &mut part.troubles);
    for trouble in troubles.filter(|own| own.is_absence() && !absent.is_empty()) {
        trouble.next.clone_from(&apply);
    }
}

/// The copies that stay on on-demand are a matter of where pods are.
fn part_of(id: ComponentId) -> &'static str {
    match id {
        ComponentId::OnDemandBase => ComponentId::Placement.name(),
        id => id.name(),
    }
}

/// A namespace may be anybody's, and tells nothing of a part.
fn compare(cluster: &Cluster<'_>, object: &Object, compared: &mut Compared) {
    let Ok(wanted) = serde_json::to_value(object) else {
        return;
    };
    let text = |path: &str| wanted.pointer(path).and_then(Json::as_str);
    let (Some(kind), Some(name)) = (text("/kind"), text("/metadata/name")) else {
        return;
    };
    if kind == "Namespace" || !cluster.snapshot.has(kind) {
        return;
    }
    let identity = Controller {
        namespace: text("/metadata/namespace").unwrap_or("default").to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
    };
    let label = format!("{kind} {name}");
    if !cluster.snapshot.kept.contains_key(&identity) {
        compared.missing.push(label);
        return;
    }
    // Of one that was not kept, only its being there is known.
    let live = cluster.snapshot.object(&identity);
    let is_same = live.is_none_or(|live| {
        let live = serde_json::from_str::<Json>(live);
        live.is_ok_and(|live| has(&wanted, &live))
    });
    if is_same {
        compared.same += 1;
    } else {
        compared.different.push(label);
    }
}

/// Whether all that is wanted is there. Defaults of the API server only add to it.
fn has(wanted: &Json, live: &Json) -> bool {
    match (wanted, live) {
        (Json::Object(wanted), Json::Object(live)) => {
            wanted.iter().all(|(key, value)| match live.get(key) {
                Some(live) => has(value, live),
                None => is_nothing(value),
            })
        }
        (Json::Array(wanted), Json::Array(live)) => {
            wanted.len() <= live.len()
                && wanted
                    .iter()
                    .zip(live)
                    .all(|(wanted, live)| has(wanted, live))
        }
        (Json::String(wanted), Json::String(live)) => {
            let quantity = |text: &str| Quantity::parse(text).ok().map(|own| own.millis());
            wanted.trim_end() == live.trim_end()
                || quantity(wanted).is_some_and(|own| Some(own) == quantity(live))
        }
        (Json::Number(number), Json::String(text)) | (Json::String(text), Json::Number(number)) => {
            number.to_string() == *text
        }
        _ => wanted == live,
    }
}

/// The API server drops what says nothing.
fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(value) => !value,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.values().all(is_nothing),
    }
}
