//! From two sets of objects to what differs.

use serde_json::Value as Json;

use super::change::{Change, Fate, ObjectChange, Removal};
use super::compare::Walk;
use super::either::beside_another;
use super::ending::ending;
use super::fixed::fixed;
use super::former::{Former, essential};
use super::managers::managers;
use super::object::{Identity, Objects};
use super::owner::owners;
use super::prune::{Scope, removals};
use super::strategy::beside_settings;

/// Of objects that may be live, as `kubectl apply` would change them. `manager` is the field manager that applies on the
/// server's side.
pub fn live(new: &Objects, live: &Objects, scope: &Scope, manager: &str) -> Vec<ObjectChange> {
    let mut objects: Vec<ObjectChange> = new
        .iter()
        .filter_map(|(identity, object)| match live.get(identity) {
            Some(there) => one(identity, object, there, manager).or_else(|| {
                // Equal for the moment.
                ending(identity, live).map(|_| whole(identity, object, Fate::Unchanged))
            }),
            None => Some(whole(identity, object, Fate::Added)),
        })
        .collect();
    let gone = removals(new, live, scope, manager).into_iter();
    objects.extend(gone.map(|(identity, object, removal)| ObjectChange {
        owners: owners(object, manager),
        ..whole(identity, object, Fate::Removed(removal))
    }));
    for object in &mut objects {
        object.ending = ending(&object.identity, live);
    }
    objects.sort_by(|one, other| one.identity.cmp(&other.identity));
    objects
}

/// Of two outputs: everything is stated on both sides.
pub fn outputs(new: &Objects, old: &Objects) -> Vec<ObjectChange> {
    let mut objects: Vec<ObjectChange> = new
        .iter()
        .filter_map(|(identity, object)| match old.get(identity) {
            Some(there) => changed(identity, object, there, &Former::Whole),
            None => Some(whole(identity, object, Fate::Added)),
        })
        .collect();
    let gone = old
        .iter()
        .filter(|(identity, _)| new.get(identity).is_none());
    objects.extend(gone.map(|(identity, object)| {
        whole(identity, object, Fate::Removed(Removal::NoLongerGenerated))
    }));
    objects.sort_by(|one, other| one.identity.cmp(&other.identity));
    objects
}

/// An object that may be live. None where there is nothing to say about it.
fn one(identity: &Identity, new: &Json, live: &Json, manager: &str) -> Option<ObjectChange> {
    let former = Former::of(live, manager);
    let owners = owners(live, manager);
    let knows_removals = former != Former::Unknown;
    let mut change = changed(identity, new, live, &former);
    if change.is_none() && (!owners.is_empty() || !knows_removals) {
        change = Some(whole(identity, new, Fate::Unchanged));
    }
    let mut change = change?;
    for field in &mut change.changes {
        field.set_by = setters(field, live, manager);
    }
    Some(ObjectChange {
        owners,
        knows_removals,
        ..change
    })
}

fn changed(identity: &Identity, new: &Json, old: &Json, former: &Former) -> Option<ObjectChange> {
    let is_whole = *former == Former::Whole;
    let walk = Walk::of_kind(&identity.group, &identity.kind, is_whole)
        .shared(matches!(former, Former::Managed(_)));
    let mut changes = walk.changes(&essential(new), &essential(old), former.value());
    if changes.is_empty() {
        return None;
    }
    for at in 0..changes.len() {
        let change = &changes[at];
        changes[at].fixed = fixed(identity, &change.path, new, old)
            .or_else(|| beside_another(identity, change, &changes, old))
            .or_else(|| beside_settings(identity, change, &changes, new, old));
    }
    Some(ObjectChange {
        changes,
        ..whole(identity, new, Fate::Changed)
    })
}

fn whole(identity: &Identity, object: &Json, fate: Fate) -> ObjectChange {
    let version = object.get("apiVersion").and_then(Json::as_str);
    ObjectChange {
        identity: identity.clone(),
        api_version: version.unwrap_or_default().to_owned(),
        fate,
        changes: Vec::new(),
        owners: Vec::new(),
        ending: None,
        knows_removals: true,
    }
}

/// What kubectl calls itself when it applies on the client's side.
const CLIENT_SIDE: &str = "kubectl-client-side-apply";

/// Others who have set the old value.
fn setters(change: &Change, live: &Json, manager: &str) -> Vec<String> {
    if change.old.is_none() {
        return Vec::new();
    }
    let managers = managers(live).into_iter();
    let others = managers.filter(|other| {
        let applies = other.applies && other.name == manager;
        !applies && other.name != CLIENT_SIDE
    });
    let mut names: Vec<String> = others
        .filter(|other| other.has_set(&change.path, live))
        .map(|other| other.name.to_owned())
        .collect();
    names.dedup();
    names
}
