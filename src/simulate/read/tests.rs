use serde::Deserialize;
use serde_json::Value as Json;

use super::*;
use crate::simulate::timings::Timings;
use crate::simulate::world::{BudgetLimit, OwnerKind, seconds};

#[derive(Deserialize)]
struct Input {
    groups: Vec<GroupSpec>,
    #[serde(rename = "daemonSets")]
    add_ons: Overhead,
}

/// The input of a recording.
fn recorded(name: &str) -> Cluster {
    let root = env!("CARGO_MANIFEST_DIR");
    let file = |ending: &str| {
        let path = format!("{root}/tests/recordings/inputs/{name}.{ending}");
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let input: Input =
        serde_json::from_str(&file("json")).expect("groups as the laboratory writes them");
    let text = file("yaml");
    let objects = objects(&text);
    Cluster::read(
        &objects,
        &input.groups,
        Some(&input.add_ons),
        &Timings::real(),
    )
}

fn objects(text: &str) -> Vec<Json> {
    let documents: Vec<Json> =
        serde_saphyr::from_multiple(text).expect("the input of a recording is YAML");
    documents
}

#[test]
fn the_input_of_a_recording_is_read_whole() {
    let cluster = recorded("a-minimal-S1-S2-S3");
    assert_eq!(cluster.unread, []);
    let world = &cluster.world;
    let owners: Vec<_> = world
        .owners
        .iter()
        .map(|owner| (world.symbols.text(owner.name), owner.kind, owner.replicas))
        .collect();
    assert!(owners.contains(&("web", OwnerKind::ReplicaSet, 3)));
    let web = world
        .owners
        .iter()
        .find(|owner| world.symbols.text(owner.name) == "web");
    let web = &world.templates[web.expect("web is there").template.index()];
    assert_eq!(web.requests.amount.cpu, 500);
    assert_eq!(web.preferred_nodes.len(), 1);
    assert!(web.grace <= seconds(30));
    let spot = world
        .groups
        .iter()
        .find(|group| group.is_spot)
        .expect("a Spot group");
    assert!(
        spot.taints
            .iter()
            .all(|taint| web.tolerations.tolerate(*taint))
    );
    assert!(cluster.programs.descheduler.is_some() && cluster.programs.handler.is_some());
    assert!(cluster.programs.priorities.is_some());
    assert!(world.budgets.iter().any(|budget| matches!(
        budget.limit,
        BudgetLimit::MaxUnavailable(_) | BudgetLimit::MaxUnavailablePercent(_)
    )));
}

#[test]
fn every_recording_can_be_read() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = format!("{root}/tests/recordings/inputs");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("recordings are there") {
        let name = entry.expect("a readable folder").file_name();
        let name = name.to_string_lossy();
        if let Some(name) = name.strip_suffix(".yaml") {
            let cluster = recorded(name);
            assert_eq!(cluster.unread, [], "{name}");
            assert!(cluster.programs.descheduler.is_some(), "{name}");
            count += 1;
        }
    }
    assert!(count > 10);
}
