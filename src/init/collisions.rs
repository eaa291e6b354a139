//! Objects that spotgen writes, and that another hand has made already.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::ownership::{are_ours, marks, owner, owning_tool};
use super::section::Section;
use crate::kubernetes::{Marks, Object};
use crate::snapshot::{Controller, Snapshot};

/// What names a generated object.
#[derive(Deserialize)]
struct Head {
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    namespace: Option<String>,
}

/// What is to be known before these objects are applied, except what the sections tell.
pub(super) fn of<'o>(
    objects: impl Iterator<Item = &'o Object>,
    snapshot: &Snapshot,
    sections: &[Section],
) -> Vec<String> {
    let heads = objects.filter_map(|object| {
        let json = serde_json::to_value(object).ok()?;
        Head::deserialize(&json).ok()
    });
    let told = |head: &Head| {
        let mut tells = sections.iter().flat_map(|section| &section.tells);
        tells.any(|own| own.kind == head.kind && own.name == head.metadata.name)
    };
    let heads: Vec<Head> = heads.filter(|head| !told(head)).collect();
    heads
        .iter()
        .filter_map(|head| {
            let whose = theirs(head, snapshot)?;
            let Head { kind, metadata } = head;
            let name = match &metadata.namespace {
                Some(namespace) => format!("{namespace}/{}", metadata.name),
                None => metadata.name.clone(),
            };
            Some(format!(
                "`spotgen render` writes {kind} `{name}`, which {whose}: take it out of there before you apply spotgen's, \
                 or one undoes the other"
            ))
        })
        .collect()
}

/// Whose it is, after `which`; none if nobody else has it.
fn theirs(head: &Head, snapshot: &Snapshot) -> Option<String> {
    let Metadata { name, namespace } = &head.metadata;
    if head.kind == "ServiceAccount" {
        return user_of(name, namespace.as_deref()?, snapshot);
    }
    let marks = marks(snapshot, &head.kind, namespace.as_deref(), name)?;
    // Anybody may make a namespace, and it stays.
    let is_shared = head.kind == "Namespace" && owning_tool(marks).is_none();
    (!is_shared && !are_ours(marks)).then(|| format!("is {}", owner(marks)))
}

/// A snapshot has no service accounts, and the workloads tell which of them are there.
fn user_of(account: &str, namespace: &str, snapshot: &Snapshot) -> Option<String> {
    let quoted = Json::from(account).to_string();
    let in_place = |own: &&Controller| own.namespace == namespace;
    let kept: &BTreeMap<_, _> = &snapshot.kept;
    kept.keys().filter(in_place).find_map(|own| {
        let marks: &Marks = &kept.get(own)?.marks;
        let text = snapshot.object(own)?;
        if are_ours(marks) || !text.contains(&quoted) {
            return None;
        }
        let json: Json = serde_json::from_str(text).ok()?;
        let template = json
            .pointer("/spec/template")
            .or_else(|| json.pointer("/spec/jobTemplate/spec/template"))?;
        let used = template.pointer("/spec/serviceAccountName")?.as_str()?;
        let Controller { kind, name, .. } = own;
        (used == account).then(|| format!("{kind} `{name}` uses, and that is {}", owner(marks)))
    })
}
