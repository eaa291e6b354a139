//! What a finding says removes it does remove it: applied to the bad case of its rule, the rule is silent.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json};
use spotgen::check::Detail;
use spotgen::check::rules::ALL;
use spotgen::diagnostic::{Edit, Fix, Pointer};
use spotgen::load::Inputs;
use spotgen::source::Span;

use super::golden::{finish, root};

/// A configuration, and manifests as documents with where each begins.
struct Case {
    config: Json,
    manifests: Vec<(usize, Json)>,
    has_manifests: bool,
}

/// A finding of a rule: what removes it, and how it is told.
type Found = (Result<Fix, &'static str>, String);

fn first(case: &Path, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| fs::read_to_string(case.join(name)).ok())
}

fn json(text: &str) -> Json {
    serde_saphyr::from_str(text).expect("a case is YAML")
}

/// Documents of a stream, each with the place where it begins.
fn documents(text: &str) -> Vec<(usize, Json)> {
    let mut documents = Vec::new();
    let mut start = 0;
    for document in text.split_inclusive("\n---\n") {
        let body = document.strip_suffix("---\n").unwrap_or(document);
        let body = body.strip_prefix("---\n").unwrap_or(body);
        if !body.trim().is_empty() {
            documents.push((start, json(body)));
        }
        start += document.len();
    }
    documents
}

/// What a rule finds in a case, written as files.
fn find(rule: &str, config: &str, manifests: Option<&str>) -> Result<Vec<Found>, String> {
    let mut inputs = Inputs::default();
    let config = inputs.sources.add("spot-config.yaml", config);
    inputs.files.push(config);
    let from = manifests.map(|text| vec![inputs.sources.add("manifests.yaml", text)]);
    let planned = spotgen::plan(&inputs, from.as_deref()).map_err(|report| {
        format!(
            "{:?}",
            report.iter().map(|d| &d.message).collect::<Vec<_>>()
        )
    })?;
    let report = planned.check(&[], Detail::ALL);
    let found = report.iter().filter(|diagnostic| diagnostic.rule == rule);
    let found = found.map(|diagnostic| {
        let fix = diagnostic.fix.clone().map_err(|reason| reason.0);
        (fix, diagnostic.message.clone())
    });
    Ok(found.collect())
}

/// The value that a pointer means, with the mappings and lists on the way to it.
fn at<'j>(root: &'j mut Json, pointer: &Pointer) -> &'j mut Json {
    pointer.segments().fold(root, |node, segment| {
        if let Json::Array(items) = node {
            let at: usize = segment.parse().expect("an item has a number");
            if at == items.len() {
                items.push(Json::Null);
            }
            return &mut items[at];
        }
        if node.is_null() {
            *node = Json::Object(Map::new());
        }
        let Json::Object(entries) = node else {
            panic!("{pointer} leads through {node}");
        };
        entries.entry(segment.into_owned()).or_insert(Json::Null)
    })
}

fn apply(root: &mut Json, edit: &Edit) {
    match edit {
        Edit::Set { pointer, value } => *at(root, pointer) = value.clone(),
        Edit::Append { pointer, value } => {
            let list = at(root, pointer);
            if list.is_null() {
                *list = Json::Array(Vec::new());
            }
            list.as_array_mut().expect("a list").push(value.clone());
        }
        Edit::Remove { pointer } => {
            let segments: Vec<_> = pointer.segments().collect();
            let last = segments
                .last()
                .expect("the root is not removed")
                .to_string();
            match at(root, &pointer.parent()) {
                Json::Array(items) => {
                    items.remove(last.parse().expect("an item has a number"));
                }
                Json::Object(entries) => {
                    entries.shift_remove(&last);
                }
                other => panic!("{pointer} leads through {other}"),
            }
        }
    }
}

impl Case {
    fn read(case: &Path) -> (Self, String, Option<String>) {
        let config = first(case, &["bad.yaml", "spot-config.yaml"]).expect("a configuration");
        let manifests = first(case, &["bad-manifests.yaml", "manifests.yaml"]);
        let this = Self {
            config: json(&config),
            manifests: manifests.as_deref().map_or_else(Vec::new, documents),
            has_manifests: manifests.is_some(),
        };
        (this, config, manifests)
    }

    fn object(&mut self, location: Span) -> &mut Json {
        let documents = self.manifests.iter_mut().rev();
        let mut before = documents.filter(|(start, _)| *start <= location.start as usize);
        &mut before.next().expect("a place in the manifests").1
    }

    fn apply(&mut self, fix: &Fix) {
        match fix {
            Fix::Config(edits) => {
                for edit in edits {
                    apply(&mut self.config, edit);
                }
            }
            Fix::Manifest(edits) => {
                for edit in edits {
                    apply(self.object(edit.object), &edit.edit);
                }
            }
            Fix::Command(_) => {}
        }
    }

    fn manifests(&self) -> Option<String> {
        let documents = self.manifests.iter();
        let documents = documents.map(|(_, document)| format!("{document:#}\n"));
        let documents: Vec<String> = documents.collect();
        self.has_manifests.then(|| documents.join("---\n"))
    }
}

#[test]
fn what_removes_a_finding_removes_it() {
    let mut mismatches = Vec::new();
    let mut applied = 0;
    for rule in ALL {
        let (mut case, config, manifests) = Case::read(&root().join("rules").join(rule.id));
        let found = find(rule.id, &config, manifests.as_deref()).expect("a case is valid");
        // From the end: what is removed from a list moves what stands behind it.
        let fixes = found.iter().rev().filter_map(|(fix, _)| fix.as_ref().ok());
        let fixes: Vec<&Fix> = fixes.collect();
        if fixes.is_empty() || matches!(fixes[..], [Fix::Command(_)]) {
            continue;
        }
        for fix in &fixes {
            case.apply(fix);
        }
        applied += 1;
        let config = format!("{:#}", case.config);
        match find(rule.id, &config, case.manifests().as_deref()) {
            Ok(left) => mismatches.extend(left.iter().map(|(_, message)| {
                format!("{}: still there after {fixes:?}: {message}", rule.id)
            })),
            Err(mistakes) => mismatches.push(format!(
                "{}: {fixes:?} makes it invalid: {mistakes}",
                rule.id
            )),
        }
    }
    assert!(applied > ALL.len() / 2, "fixes of {applied} rules only");
    finish(&mismatches);
}

#[test]
fn where_nothing_removes_a_finding_the_reason_can_be_read() {
    for rule in ALL {
        let (_, config, manifests) = Case::read(&root().join("rules").join(rule.id));
        let found = find(rule.id, &config, manifests.as_deref()).expect("a case is valid");
        for reason in found.iter().filter_map(|(fix, _)| fix.as_ref().err()) {
            assert!(
                reason.len() > 20 && !reason.ends_with('.'),
                "{}: {reason}",
                rule.id
            );
        }
    }
}
