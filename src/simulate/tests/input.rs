//! What a recording was made from, and what was seen.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::simulate::read::{GroupSpec, Overhead};

/// What the components were given besides objects.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Given {
    pub(super) groups: Vec<GroupSpec>,
    pub(super) autoscaler: BTreeMap<String, String>,
    pub(super) daemon_sets: Overhead,
}

#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    pub(super) about: About,
    pub(super) results: Vec<Outcome>,
    /// When each phase began, in seconds, and its name.
    pub(super) marks: Vec<(i64, String)>,
    pub(super) phases: Vec<Phase>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    pub(super) preferred: BTreeMap<String, i64>,
    #[serde(default)]
    pub(super) dead_pool: String,
    pub(super) outage: String,
    pub(super) handler: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub(super) word: String,
    pub(super) took: i64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phase {
    #[serde(rename = "phase")]
    pub(super) mark: String,
    pub(super) evictions: BTreeMap<String, i64>,
    pub(super) killed_without_grace: i64,
    /// By workload: how many of its pods are where.
    pub(super) at_end: BTreeMap<String, BTreeMap<String, i64>>,
    pub(super) least_serving: Option<i64>,
}

fn folder() -> PathBuf {
    let root = std::env::var("SPOTGEN_ROOT");
    let root = root.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    PathBuf::from(root).join("tests/recordings")
}

fn text(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The objects, what else was given, and what was seen.
pub(super) fn read(name: &str) -> (Vec<Json>, Given, Recording) {
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};
    let objects = text(&format!("inputs/{name}.yaml"));
    let objects = yaml::parse(SourceId(0), &objects, Dialect::Manifest);
    let objects = objects.documents.iter().map(crate::yaml::Node::to_json);
    let objects = objects.filter(Json::is_object).collect();
    let given: Result<Given, _> = serde_json::from_str(&text(&format!("inputs/{name}.json")));
    let mut given = given.expect("the input is one");
    for group in &mut given.groups {
        // What the laboratory's cloud says of its nodes besides: labd/cloud.go, `node`.
        for key in ["agentpool", "kubernetes.azure.com/agentpool"] {
            group.labels.insert(key.to_owned(), group.pool.clone());
        }
    }
    let seen = serde_json::from_str(&text(&format!("{name}.json")));
    (objects, given, seen.expect("the recording is one"))
}
