//! Differences as one JSON object, for programs.

use serde_json::{Value as Json, json};

use super::change::{Change, Differences, Ending, Fate, Kind, ObjectChange, PoolChange, Removal};
use super::path::Side;

/// The version of the format: it changes when a key is removed or changes its meaning.
const VERSION: u32 = 1;

/// One JSON object, as docs/diff.md describes it.
pub fn json(differences: &Differences) -> String {
    let [added, changed, removed] = differences.counts();
    let whole = json!({
        "version": VERSION,
        "objects": differences.objects.iter().map(object).collect::<Vec<_>>(),
        "nodePools": differences.pools.iter().map(pool).collect::<Vec<_>>(),
        "autoscaler": changes(&differences.autoscaler),
        "notCompared": differences.not_compared,
        "counts": {
            "compared": differences.compared,
            "added": added,
            "changed": changed,
            "removed": removed,
        },
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("it is plain JSON");
    text.push('\n');
    text
}

fn object(object: &ObjectChange) -> Json {
    let identity = &object.identity;
    let mut json = json!({
        "apiVersion": object.api_version,
        "kind": identity.kind,
    });
    if let Some(namespace) = &identity.namespace {
        json["namespace"] = json!(namespace);
    }
    json["name"] = json!(identity.name);
    json["change"] = json!(match &object.fate {
        Fate::Added => "added",
        Fate::Changed => "changed",
        Fate::Unchanged => "none",
        Fate::Removed(_) => "removed",
    });
    match &object.fate {
        Fate::Removed(Removal::Pruned) => json["pruned"] = json!(true),
        Fate::Removed(Removal::Left(why)) => {
            json["pruned"] = json!(false);
            json["reason"] = json!(why);
        }
        _ => {}
    }
    json["changes"] = changes(&object.changes);
    let owners = object.owners.iter();
    let owners = owners.map(|owner| {
        let name = Some(&owner.name).filter(|name| !name.is_empty());
        json!({"tool": owner.tool.as_str(), "name": name})
    });
    json["owners"] = owners.collect();
    if let Some(ending) = object.ending {
        json["ending"] = json!(match ending {
            Ending::Object => "object",
            Ending::Namespace => "namespace",
        });
    }
    json["removalsKnown"] = json!(object.knows_removals);
    json
}

fn pool(pool: &PoolChange) -> Json {
    json!({
        "name": pool.name,
        "change": kind(pool.kind),
        "changes": changes(&pool.changes),
    })
}

fn changes(changes: &[Change]) -> Json {
    changes.iter().map(change).collect()
}

fn change(change: &Change) -> Json {
    // Where it is gone, it is only in the old one.
    let side = match change.kind {
        Kind::Removed => Side::Old,
        _ => Side::New,
    };
    let mut json = json!({
        "change": kind(change.kind),
        "path": change.path.pointer(side),
        "field": change.path.to_string(),
    });
    if let Some(within) = &change.within {
        json["pathInText"] = json!(within.pointer(side));
        json["fieldInText"] = json!(within.to_string());
    }
    if let Some(old) = &change.old {
        json["old"] = old.clone();
    }
    if let Some(new) = &change.new {
        json["new"] = new.clone();
    }
    json["inPlace"] = json!(change.fixed.is_none());
    if let Some(fixed) = &change.fixed {
        json["way"] = json!(fixed.way);
    }
    if !change.set_by.is_empty() {
        json["setBy"] = json!(change.set_by);
    }
    json
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Changed => "changed",
        Kind::Removed => "removed",
        Kind::Layout => "layout",
    }
}
