//! The points that the scheduler gave for placements, by its own log, are those that spotgen calculates.
//!
//! `cases/scores.py` measures them on a real control plane and writes the file of its version.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use spotgen::model::score;
use spotgen::plan::Amount;
use spotgen::values::Version;

const FILES: [&str; 2] = [
    include_str!("scores-1.34.json"),
    include_str!("scores-1.36.json"),
];

#[derive(Deserialize)]
struct Measured {
    kubernetes: String,
    placements: Vec<Placement>,
}

/// A pod that the scheduler had to find a node for, the nodes that it could choose, and their points.
#[derive(Deserialize)]
struct Placement {
    name: String,
    pod: Pod,
    nodes: BTreeMap<String, Node>,
    points: BTreeMap<String, Points>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pod {
    cpu: i64,
    mebibytes: i64,
    /// The weight of its preference for Spot.
    prefers_spot: i64,
    /// Keys of `PreferNoSchedule` taints.
    tolerates: Vec<String>,
    spread: Vec<Spread>,
    /// Terms of soft anti-affinity to its like.
    apart: Vec<Apart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spread {
    key: String,
    max_skew: i64,
}

#[derive(Deserialize)]
struct Apart {
    key: String,
    weight: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    is_spot: bool,
    cpu: i64,
    mebibytes: i64,
    zone: i64,
    /// Pods like the one that is placed.
    replicas: i64,
    /// What else is requested there.
    beside: Size,
    /// `KEY=VALUE:PreferNoSchedule`, besides the taint of Spot, which the pod tolerates.
    taints: Vec<String>,
}

#[derive(Deserialize)]
struct Size {
    cpu: i64,
    mebibytes: i64,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
struct Points {
    taint_toleration: i64,
    node_affinity: i64,
    node_resources_fit: i64,
    node_resources_balanced_allocation: i64,
    pod_topology_spread: i64,
    inter_pod_affinity: i64,
}

fn amount(cpu: i64, mebibytes: i64) -> Amount {
    Amount {
        cpu,
        memory: mebibytes << 20,
    }
}

fn most(all: impl Iterator<Item = i64>) -> i64 {
    all.max().unwrap_or(0)
}

fn least(all: impl Iterator<Item = i64>) -> i64 {
    all.min().unwrap_or(0)
}

impl Placement {
    /// The domain of a node by a label: each node is its own by its name.
    fn domain<'p>(&'p self, node: &'p str, key: &str) -> (Option<&'p str>, i64) {
        if key == "kubernetes.io/hostname" {
            (Some(node), 0)
        } else {
            (None, self.nodes[node].zone)
        }
    }

    fn domains(&self, key: &str) -> i64 {
        let found: BTreeSet<_> = self
            .nodes
            .keys()
            .map(|node| self.domain(node, key))
            .collect();
        i64::try_from(found.len()).expect("there are few nodes")
    }

    /// Replicas in the domain of a node.
    fn there(&self, node: &str, key: &str) -> i64 {
        let domain = self.domain(node, key);
        self.nodes
            .iter()
            .filter(|(other, _)| self.domain(other, key) == domain)
            .map(|(_, other)| other.replicas)
            .sum()
    }

    fn weight(&self, node: &str) -> i64 {
        if self.nodes[node].is_spot {
            self.pod.prefers_spot
        } else {
            0
        }
    }

    fn untolerated(&self, node: &str) -> i64 {
        let is_tolerated = |taint: &str| {
            let key = taint.split('=').next();
            self.pod
                .tolerates
                .iter()
                .any(|tolerated| Some(tolerated.as_str()) == key)
        };
        let taints = &self.nodes[node].taints;
        let count = taints.iter().filter(|taint| !is_tolerated(taint)).count();
        i64::try_from(count).expect("there are few taints")
    }

    fn spread_sum(&self, node: &str) -> i64 {
        let part = |spread: &Spread| {
            let there = self.there(node, &spread.key);
            score::spread_part(there, self.domains(&spread.key), spread.max_skew)
        };
        score::spread_sum(self.pod.spread.iter().map(part).sum())
    }

    /// A soft term counts in both directions.
    fn apart_sum(&self, node: &str) -> i64 {
        let part = |apart: &Apart| -2 * apart.weight * self.there(node, &apart.key);
        self.pod.apart.iter().map(part).sum()
    }

    fn calculated(&self, version: Version, node: &str) -> Points {
        let all = || self.nodes.keys().map(String::as_str);
        let at = &self.nodes[node];
        let allocatable = amount(at.cpu, at.mebibytes);
        let beside = amount(at.beside.cpu, at.beside.mebibytes);
        let requests = amount(self.pod.cpu, self.pod.mebibytes);
        let counted = score::counted(requests);
        let sums = || all().map(|node| self.spread_sum(node));
        let aparts = || all().map(|node| self.apart_sum(node));
        Points {
            taint_toleration: score::taints(
                self.untolerated(node),
                most(all().map(|node| self.untolerated(node))),
            ),
            node_affinity: score::node_affinity(
                self.weight(node),
                most(all().map(|node| self.weight(node))),
            ),
            node_resources_fit: score::least_allocated(
                allocatable,
                beside.plus(counted.times(at.replicas + 1)),
            ),
            node_resources_balanced_allocation: score::balanced(
                version,
                allocatable,
                beside.plus(requests.times(at.replicas)),
                requests,
            ),
            pod_topology_spread: score::spread(self.spread_sum(node), least(sums()), most(sums())),
            inter_pod_affinity: score::inter_pod(
                self.apart_sum(node),
                least(aparts()),
                most(aparts()),
            ),
        }
    }
}

#[test]
fn points_are_those_that_the_scheduler_gave() {
    for file in FILES {
        let measured: Measured = serde_json::from_str(file).expect("it is as it is written");
        let version = Version::parse(&measured.kubernetes).expect("it is a version");
        assert!(measured.placements.len() >= 12);
        for placement in &measured.placements {
            assert_eq!(
                placement.points.keys().collect::<Vec<_>>(),
                placement.nodes.keys().collect::<Vec<_>>(),
                "{version}, {}",
                placement.name
            );
            for (node, points) in &placement.points {
                assert_eq!(
                    &placement.calculated(version, node),
                    points,
                    "{version}, {}: {node}",
                    placement.name
                );
            }
        }
    }
}
