//! Points that a scheduler of 1.36.3 wrote into its log, for a Spot node that holds replicas and a placeholder, and an
//! empty on-demand node in another zone.

use serde_json::Value;

use super::cluster::Cluster;
use crate::kubernetes::Effect::PreferNoSchedule;
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::model::score;
use crate::simulate::actors::scheduler::scores::topology_spread;
use crate::simulate::actors::scheduler::{PLUGINS, Scheduler};
use crate::simulate::world::{NodeId, OwnerId, Template};

fn vectors(name: &str) -> Value {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = std::fs::read_to_string(format!("{root}/tests/vectors/scheduler/{name}"))
        .expect("the test made it so");
    serde_json::from_str(&text).expect("the test made it so")
}

fn article(cluster: &mut Cluster) -> Template {
    let mut pod = cluster.template("app=web", 500, 512);
    pod.preferred_pods
        .push((-100, cluster.term("app=web", ZONE)));
    pod.preferred_pods
        .push((-50, cluster.term("app=web", HOSTNAME)));
    pod.spread
        .push(cluster.spread("app=web", HOSTNAME, 3, false));
    pod.spread.push(cluster.spread("app=web", ZONE, 5, false));
    pod.spread_is_default = true;
    pod
}

fn minimal(cluster: &mut Cluster, max_skew: i64) -> Template {
    let mut pod = cluster.template("app=web", 500, 512);
    pod.spread
        .push(cluster.spread("app=web", ZONE, max_skew, false));
    pod.spread
        .push(cluster.spread("app=web", HOSTNAME, max_skew, false));
    pod
}

/// The cluster of one record: Spot, on-demand, and the workload.
fn set_up(record: &Value) -> (Cluster, NodeId, NodeId, OwnerId) {
    let mut cluster = Cluster::default();
    let spot = cluster.node("spot", "westeurope-1", 3860, 14 << 10, "capacity=spot");
    let od = cluster.node("od", "westeurope-2", 3860, 14 << 10, "");
    let there = record["there"].as_i64().expect("the test made it so");
    let (mut pod, placeholder) = match record["case"].as_str().expect("the test made it so") {
        // From the fourth replica on, the placeholder has made way.
        "article" => (
            article(&mut cluster),
            (there < 4).then_some((2000, 4 << 10)),
        ),
        "minimal with maxSkew 1" => (minimal(&mut cluster, 1), Some((500, 512))),
        _ => (minimal(&mut cluster, 3), Some((500, 512))),
    };
    if let Some((cpu, mebibytes)) = placeholder {
        let mut placeholder = cluster.template("app=placeholder", cpu, mebibytes);
        placeholder
            .forbidden_pods
            .push(cluster.term("app=placeholder", HOSTNAME));
        let placeholder = cluster.owner(placeholder);
        cluster.bound(placeholder, spot);
    }
    pod.preferred_nodes
        .push(cluster.preferred("capacity", "spot", 100));
    let owner = cluster.owner(pod);
    for _ in 0..there {
        cluster.bound(owner, spot);
    }
    if record["taint"].as_bool().expect("the test made it so") {
        cluster.taint(od, "spotgen.dev/capacity", PreferNoSchedule);
    }
    (cluster, spot, od, owner)
}

#[test]
fn points_and_choices_are_those_of_the_log() {
    let records = vectors("scores.json");
    let records = records.as_array().expect("the test made it so");
    assert_eq!(records.len(), 30);
    for record in records {
        let (mut cluster, spot, od, owner) = set_up(record);
        let points = cluster.points(owner);
        if let Some(parts) = record.get("parts") {
            for (at, plugin) in PLUGINS.iter().enumerate() {
                let own =
                    [0, 1].map(|node: usize| points[node].expect("the test made it so").1[at]);
                let logged = [0, 1].map(|node| parts[plugin][node].as_i64().unwrap_or(0));
                assert_eq!(own, logged, "{plugin} in {record}");
            }
            assert_eq!(
                points[0].expect("the test made it so").0,
                record["spot"].as_i64().expect("the test made it so")
            );
            assert_eq!(
                points[1].expect("the test made it so").0,
                record["od"].as_i64().expect("the test made it so")
            );
        } else {
            assert!(
                points[0].is_err(),
                "one node alone is chosen without points"
            );
        }
        let pod = cluster.pod(owner);
        let mut scheduler = Scheduler::new(super::cluster::V1_36);
        cluster.settle(&mut scheduler);
        let chosen = if record["bound"] == "spot" { spot } else { od };
        assert_eq!(cluster.node_of(pod), Some(chosen), "{record}");
    }
}

/// Counts whose logarithms bring the sum closest to a half, calculated with fifty digits.
#[test]
fn the_spread_is_rounded_as_with_exact_logarithms() {
    let rows = vectors("spread-rounding.json");
    let rows = rows.as_array().expect("the test made it so");
    assert_eq!(rows.len(), 129);
    for row in rows {
        let [pods, domains, max_skew, raw] = ["pods", "domains", "maxSkew", "raw"]
            .map(|key| row[key].as_i64().expect("the test made it so"));
        let part = topology_spread::part(pods, topology_spread::weight(domains), max_skew);
        assert_eq!(score::spread_sum(part), raw, "{row}");
    }
}
