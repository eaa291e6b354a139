//! `spotgen explain` of keys, from outside.

use std::collections::BTreeSet;

use serde_json::Value;
use spotgen::config::strict_schema;

use super::process::spotgen;

/// The code, and everything that is said.
fn explain(subject: &str) -> (Option<i32>, String) {
    let output = spotgen(["explain", subject]).run();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// The paths of all keys, with a name or an index where users choose one.
fn paths(root: &Value, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let referenced = root.pointer(reference.trim_start_matches('#'));
        paths(root, referenced.expect("the type is there"), path, found);
    }
    for keyword in ["anyOf", "oneOf"] {
        for branch in schema[keyword].as_array().into_iter().flatten() {
            paths(root, branch, path, found);
        }
    }
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{key}");
        paths(root, property, &path, found);
        found.insert(path);
    }
    if schema["items"].is_object() {
        let path = format!("{path}[0]");
        paths(root, &schema["items"], &path, found);
        found.insert(path);
    }
    if schema["additionalProperties"].is_object() {
        let name = if path.ends_with("priorities") {
            "20"
        } else {
            "a"
        };
        let path = format!("{path}.{name}");
        paths(root, &schema["additionalProperties"], &path, found);
        // The names of these are not chosen.
        if !path.ends_with("profile.a") {
            found.insert(path);
        }
    }
}

#[test]
fn every_key_has_a_page_and_no_other_has_one() {
    let root: Value = strict_schema();
    let mut found = BTreeSet::new();
    paths(&root, &root, "", &mut found);
    assert!(found.len() > 150, "{found:?}");
    for path in &found {
        let page = spotgen::config::fields::explain(path);
        let page = page.unwrap_or_else(|failure| panic!("{path}: {}", failure.message));
        assert!(page.text.lines().count() > 4, "{path}: {}", page.text);
        // Below a map whose keys users choose, it is a name.
        let below = format!("{path}.made_Up");
        match spotgen::config::fields::explain(&below) {
            Ok(page) => assert!(page.path.ends_with(".*"), "{below}"),
            Err(failure) => assert!(failure.help.is_some(), "{below}"),
        }
    }
}

#[test]
fn what_is_there_without_being_written_is_shown() {
    let (code, page) = explain("spec.autoscaler.profile");
    assert_eq!(code, Some(0));
    assert!(page.contains("- `scan-interval`: whole seconds"), "{page}");
    let preset =
        "`max-node-provision-time`: whole minutes, such as `10m`; the preset `Spot` sets `5m`";
    assert!(page.contains(preset), "{page}");
    let (code, page) = explain("spec.autoscaler.profile.scan-interval");
    assert_eq!(code, Some(0));
    assert!(page.contains("`scan-interval`: whole seconds"), "{page}");
}

#[test]
fn the_nearest_key_is_named() {
    for (subject, help) in [
        ("hpa", "`spec.workloads[].autoscaling`"),
        ("pdb", "`spec.workloads[].disruptionBudget`"),
        ("minCount", "`spec.nodePools[].nodes.min`"),
        ("interval", "`spec.descheduler.interval`"),
        ("intervall", "`spec.descheduler.interval`"),
        ("spec.nodePools[0].minCount", "`nodes.min`"),
        ("spec.autoscaler.profile.scan_interval", "`scan-interval`"),
        ("spec.autoscaler.profile.foo", "known settings: "),
        ("spec.autoscaler.priorities.high", "a positive number"),
        ("spec.descheduler.interval.seconds", "takes text"),
        ("no-catchall", "`no-catch-all`"),
    ] {
        let (code, said) = explain(subject);
        assert_eq!(code, Some(2), "{subject}: {said}");
        assert!(said.contains(help), "{subject}: {said}");
    }
    for (subject, start) in [
        ("spec.nodePools[0]", "# spec.nodePools[]\n"),
        ("nodePools", "# spec.nodePools\n"),
        ("commonLabels.example.com/team", "# spec.commonLabels.*\n"),
        ("format", "# format\n"),
    ] {
        let (code, page) = explain(subject);
        assert_eq!(code, Some(0), "{subject}: {page}");
        assert!(page.starts_with(start), "{subject}: {page}");
    }
}

#[test]
fn a_misspelled_alert_is_recognised() {
    let (code, said) = explain("SpotFailbackStuk");
    assert_eq!(code, Some(2));
    assert!(said.contains("did you mean `SpotFailbackStuck`?"), "{said}");
}
