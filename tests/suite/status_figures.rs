//! The figures of `status --report json` are those that docs/status.md names.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value as Json, json};

use super::process::stdout;
use super::status::status;
use super::status_cluster::{Snapshot, healthy};

/// By part: what stands in the docs between backticks. A list ends in `[]`, numbers by name in `.*`.
fn documented() -> BTreeMap<String, Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/status.md");
    let docs = fs::read_to_string(path).expect("the page is there");
    let (_, table) = docs.split_once("| part | figures |").expect("the table");
    let rows = table
        .lines()
        .skip(1)
        .skip_while(|line| line.starts_with("|---"));
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut words = row.split('`').skip(1).step_by(2).map(str::to_owned);
        (words.next().expect("a part"), words.collect())
    })
    .collect()
}

/// The clusters between which every figure is told.
fn clusters() -> Vec<Snapshot> {
    let mut off_spot = healthy();
    off_spot.edit("Pod", "web-5d9c-a", |pod| {
        pod["spec"]["nodeName"] = json!("regular-a");
    });
    let mut rules = healthy();
    rules.add_stream(
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: spot, namespace: spot-system, \
         labels: {app.kubernetes.io/managed-by: spotgen, app.kubernetes.io/component: monitoring}}\nspec: {}\n",
    );
    let mut queue = healthy();
    queue.edit("DaemonSet", "handler", |found| {
        found["kind"] = json!("Deployment");
        let main = &mut found["spec"]["template"]["spec"]["containers"][0];
        main["image"] = json!("public.ecr.aws/aws-ec2/aws-node-termination-handler:v1.25.0");
        main["args"] = json!(["--enable-sqs-termination-draining=true"]);
    });
    vec![healthy(), off_spot, rules, queue]
}

/// As the docs write it.
fn written(key: &str, value: &Json) -> Vec<String> {
    match value {
        Json::Number(_) => vec![key.to_owned()],
        Json::Array(items) => {
            let fields = items.iter().filter_map(Json::as_object);
            let fields = fields.flat_map(|item| item.keys().cloned());
            std::iter::once(format!("{key}[]")).chain(fields).collect()
        }
        Json::Object(entries) => {
            assert!(entries.values().all(Json::is_number), "{value}");
            vec![format!("{key}.*")]
        }
        other => panic!("{key} is {other}"),
    }
}

#[test]
fn every_figure_is_documented_as_what_it_is() {
    let documented = documented();
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for snapshot in clusters() {
        let json = stdout(&status(&snapshot, &["--report", "json"]));
        let json: Json = serde_json::from_str(&json).expect("it is JSON");
        for part in json["parts"].as_array().expect("a list") {
            let name = part["name"].as_str().expect("text").to_owned();
            let figures = part["figures"].as_object().expect("figures");
            let figures = figures.iter().flat_map(|(key, value)| written(key, value));
            seen.entry(name).or_default().extend(figures);
        }
    }
    for (part, mut figures) in seen {
        figures.sort_unstable();
        figures.dedup();
        let mut own = documented.get(&part).cloned().unwrap_or_default();
        own.sort_unstable();
        assert_eq!(
            figures, own,
            "docs/status.md does not say the figures of {part}"
        );
    }
}
