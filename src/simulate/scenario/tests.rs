//! Built-in scenarios on the clusters of the recordings.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::built_in;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::cloud::Taken;
use crate::simulate::read::{GroupSpec, Overhead};
use crate::simulate::run::run;
use crate::simulate::start::{DrainedBy, Given, SpotUpgrade};
use crate::simulate::timings::Timings;
use crate::simulate::verdict::{Outcome, Verdict, outcome};
use crate::simulate::world::{Evictor, seconds};
use crate::values::Version;

/// The cluster of a recording, in the times of real ones.
fn given(name: &str) -> Given {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/inputs");
    let read = |end: &str| {
        let path = folder.join(format!("{name}.{end}"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let text = read("yaml");
    let parsed = crate::yaml::parse(
        crate::source::SourceId(0),
        &text,
        crate::yaml::Dialect::Manifest,
    );
    let objects = parsed.documents.iter().map(crate::yaml::Node::to_json);
    let objects: Vec<Json> = objects.filter(Json::is_object).collect();
    let other: Json = serde_json::from_str(&read("json")).expect("it is JSON");
    let mut groups: Vec<GroupSpec> =
        serde_json::from_value(other["groups"].clone()).expect("they are groups");
    for group in &mut groups {
        for key in ["agentpool", "kubernetes.azure.com/agentpool"] {
            group.labels.insert(key.to_owned(), group.pool.clone());
        }
    }
    let add_ons: Overhead =
        serde_json::from_value(other["daemonSets"].clone()).expect("it is an amount");
    let daemons = serde_json::json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "add-ons", "namespace": "kube-system"},
        "spec": {"selector": {}, "template": {"spec": {
            "tolerations": [{"operator": "Exists"}],
            "containers": [{"name": "all", "resources": {"requests": {"cpu": add_ons.cpu, "memory": add_ons.memory}}}],
        }}},
    });
    let is_system = |object: &Json| {
        let namespace = object["metadata"]["namespace"].as_str();
        matches!(namespace, Some("spot-system" | "kube-system"))
            || matches!(object["kind"].as_str(), Some("PriorityClass" | "Namespace"))
    };
    let (mut system, workloads): (Vec<Json>, Vec<Json>) = objects.into_iter().partition(is_system);
    system.push(daemons);
    let flags = other["autoscaler"].as_object().expect("a map");
    let flags = flags
        .iter()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    Given {
        system,
        workloads,
        groups,
        kubernetes: Version::parse("1.36").expect("it is a version"),
        autoscaler: Options::aks().set(flags).expect("the profile is one"),
        drained_by: DrainedBy::Handler,
        taken: Taken::Deleted,
        notice: seconds(30),
        spot_upgrade: SpotUpgrade::Notice,
        timings: Timings::real(),
    }
}

fn play(name: &str, scenario: &str) -> Outcome {
    let scenario = built_in(scenario).expect("there is one").scenario();
    outcome(&run(&given(name), &scenario, None, &mut |_| ()))
}

#[test]
fn a_node_that_is_taken_is_made_up_for() {
    let outcome = play("a-minimal-S1-S2-S3", "one-node");
    assert_eq!(outcome.verdict, Verdict::Converged);
    assert_eq!(outcome.back_moves, 0);
}

#[test]
fn an_upgrade_takes_spot_nodes_as_the_cloud_does() {
    let scenario = built_in("node-upgrade").expect("there is one").scenario();
    let upgraded = |spot_upgrade| {
        let given = Given {
            spot_upgrade,
            ..given("a-minimal-S1-S2-S3")
        };
        outcome(&run(&given, &scenario, None, &mut |_| ()))
    };
    let drained = upgraded(SpotUpgrade::SurgeAndDrain);
    assert_eq!(drained.killed, 0);
    assert!(drained.evictions[Evictor::Upgrade as usize] > 0);
    // The handler does nothing where the upgrade has cordoned the node: its pods end with the machine.
    let noticed = upgraded(SpotUpgrade::Notice);
    assert!(noticed.killed > 0);
    assert_eq!(noticed.evictions[Evictor::Handler as usize], 0);
    assert_eq!(noticed.verdict, Verdict::Converged);
}
