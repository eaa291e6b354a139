//! Each picture as it was when somebody last looked at it.

use std::path::PathBuf;

use super::super::{Picture, Verdict, html, svg};
use super::{large, small, stuck};

fn compare(name: &str, kept: &str, made: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let folder = root.join("src/simulate/chart/tests/golden");
        std::fs::write(folder.join(name), made).expect("the golden files can be written");
        return;
    }
    let differ = kept
        .lines()
        .zip(made.lines())
        .find(|(kept, made)| kept != made);
    assert!(kept == made, "{name} is no longer the same: {differ:?}");
}

fn nothing() -> Picture {
    Picture {
        config: "empty <config> & \"quotes\"".to_owned(),
        scenario: "nothing happens".to_owned(),
        seed: None,
        verdict: Verdict::Quiet,
        verdict_line: String::new(),
        causes: Vec::new(),
        figures: Vec::new(),
        objectives: Vec::new(),
        from: 0,
        until: 0,
        events: Vec::new(),
        workloads: Vec::new(),
        placeholders: None,
        pools: Vec::new(),
        marks: Vec::new(),
    }
}

#[test]
fn three_workloads() {
    let kept = include_str!("golden/three-workloads.svg");
    compare("three-workloads.svg", kept, &svg(&small::picture()));
}

#[test]
fn a_loop_of_200_workloads_on_300_nodes() {
    let kept = include_str!("golden/loop.svg");
    compare("loop.svg", kept, &svg(&large::picture(6, 75, 200)));
}

#[test]
fn a_thousand_nodes_are_counted() {
    let kept = include_str!("golden/thousand-nodes.svg");
    compare(
        "thousand-nodes.svg",
        kept,
        &svg(&large::picture(3, 250, 20)),
    );
}

#[test]
fn twelve_workloads_that_stay_pending() {
    let kept = include_str!("golden/stuck.svg");
    compare("stuck.svg", kept, &svg(&stuck::picture()));
}

#[test]
fn nothing_at_all() {
    compare(
        "nothing.svg",
        include_str!("golden/nothing.svg"),
        &svg(&nothing()),
    );
}

#[test]
fn several_scenarios_on_one_page() {
    let kept = include_str!("golden/scenarios.html");
    compare(
        "scenarios.html",
        kept,
        &html(&[small::picture(), stuck::picture(), nothing()]),
    );
}
