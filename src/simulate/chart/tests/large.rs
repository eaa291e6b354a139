//! 200 workloads on 300 nodes: Spot flaps, and the pods never come to rest.

use super::super::{
    Act, Capacity, Line, Mark, Node, Objective, Picture, Pool, Stage, Verdict, Workload,
};
use super::small::{event, figure};
use super::story::{self, MINUTE, SECOND, State, Story, mixed};

const PERIOD: i64 = 28 * MINUTE;
const UP: i64 = 20 * MINUTE;
const NAMESPACES: [&str; 9] = [
    "payments",
    "orders",
    "search",
    "media",
    "identity",
    "reporting",
    "batch",
    "notifications",
    "edge",
];
const NAMES: [&str; 8] = [
    "api",
    "worker",
    "frontend",
    "cache-warmer",
    "importer",
    "gateway",
    "indexer",
    "scheduler-with-a-long-name",
];

pub(super) fn picture(rounds: i64, nodes_of_a_zone: i64, workloads: i64) -> Picture {
    let mut marks = Vec::new();
    let workloads = (0..workloads)
        .map(|number| workload(number, rounds, &mut marks))
        .collect();
    let events = (0..rounds).flat_map(|round| {
        let down = round * PERIOD + UP;
        [
            event(down, "Spot goes"),
            event(down + PERIOD - UP, "Spot returns"),
        ]
    });
    let cause = "deploy/search/indexer.yaml:41: spec.template.spec.affinity has no preference for Spot, so the \
                 scheduler puts the pod on on-demand again after each eviction by the descheduler; see rule \
                 `descheduler-moves-in-vain`.";
    Picture {
        config: "platform-production".to_owned(),
        scenario: "flapping: Spot is up for 20 min and down for 8 min, over and over".to_owned(),
        seed: None,
        verdict: Verdict::Loops,
        verdict_line: "The descheduler evicts the same 61 pods in each of its rounds, and each time the scheduler \
                       puts them back on on-demand."
            .to_owned(),
        causes: vec![cause.to_owned()],
        figures: vec![
            figure("failover", "2 min 14 s"),
            figure("failback", "never"),
            figure("fewest ready", "40 of 1134"),
            figure("evictions", "19 166"),
            figure("moves back", "2 135"),
            figure("killed without grace", "214"),
            figure("Spot node-hours", "411"),
            figure("on-demand node-hours", "388"),
        ],
        objectives: vec![
            Objective {
                name: "failoverWithin: 3m".to_owned(),
                is_met: true,
                margin: "46 s to spare".to_owned(),
                line: Line::By(UP + 3 * MINUTE),
            },
            Objective {
                name: "failbackWithin: 1h".to_owned(),
                is_met: false,
                margin: "never reached".to_owned(),
                line: Line::By(UP + 68 * MINUTE),
            },
        ],
        from: 0,
        until: rounds * PERIOD,
        events: events.collect(),
        workloads,
        placeholders: None,
        pools: pools(rounds, nodes_of_a_zone),
        marks,
    }
}

fn workload(number: i64, rounds: i64, marks: &mut Vec<Mark>) -> Workload {
    let replicas = 2 + mixed(number) % 8;
    let stories = (0..replicas).flat_map(|pod| {
        let seed = number * 64 + pod;
        if number % 7 == 0 {
            looping(seed, rounds, marks)
        } else {
            flapping((seed, number), rounds, marks)
        }
    });
    let pick = |names: &[&str], at: i64| {
        let at = usize::try_from(at).expect("it counts up") % names.len();
        names[at].to_owned()
    };
    Workload {
        name: format!("{}-{}", pick(&NAMES, number / 9), number / 9),
        namespace: pick(&NAMESPACES, number),
        pods: story::pods(stories.collect()),
        floor: Some(replicas / 2),
    }
}

/// Leaves with Spot and comes back with it.
fn flapping((seed, number): (i64, i64), rounds: i64, marks: &mut Vec<Mark>) -> Vec<Story> {
    let mut current = vec![(0, State::OnSpot)];
    let mut stories = Vec::new();
    for round in 0..rounds {
        let down = round * PERIOD + UP + mixed(seed + round) % 40 * SECOND;
        let is_killed = mixed(seed * 3 + round) % 40 == 0;
        let dead = [(down, State::Dead), (down + 45 * SECOND, State::Gone)];
        let asked = [
            (down, State::Terminating),
            (down + 10 * SECOND, State::Gone),
        ];
        let act = if is_killed {
            Act::Killed
        } else {
            Act::EvictedByHandler
        };
        marks.push(Mark { at: down, act });
        current.extend(if is_killed { dead } else { asked });
        stories.push(std::mem::take(&mut current));
        let start = down + if is_killed { 45 * SECOND } else { 0 };
        let slow = if number % 11 == 0 { 150 } else { 0 };
        let bound = start + (5 + slow + mixed(seed + round * 5) % 100) * SECOND;
        let back =
            (round + 1) * PERIOD + (2 + mixed(seed + round) % 3 * 5) * MINUTE + seed % 50 * SECOND;
        stories.push(vec![
            (start, State::Pending),
            (bound, State::Starting),
            (bound + 25 * SECOND, State::OnDemand),
            (back, State::Terminating),
            (back + 10 * SECOND, State::Gone),
        ]);
        let act = Act::EvictedByDescheduler;
        marks.push(Mark { at: back, act });
        current = vec![
            (back, State::Pending),
            (back + SECOND, State::Starting),
            (back + 25 * SECOND, State::OnSpot),
        ];
    }
    stories.push(current);
    stories
}

/// Evicted in each round of the descheduler, and always back on on-demand.
fn looping(seed: i64, rounds: i64, marks: &mut Vec<Mark>) -> Vec<Story> {
    let mut start = 0;
    let mut stories = Vec::new();
    for round in 1..rounds * PERIOD / (5 * MINUTE) {
        let evicted = round * 5 * MINUTE + seed % 30 * SECOND;
        stories.push(vec![
            (
                start,
                if start == 0 {
                    State::OnDemand
                } else {
                    State::Starting
                },
            ),
            (start + 40 * SECOND, State::OnDemand),
            (evicted, State::Terminating),
            (evicted + 10 * SECOND, State::Gone),
        ]);
        let act = Act::EvictedByDescheduler;
        marks.push(Mark { at: evicted, act });
        start = evicted;
    }
    stories.push(vec![
        (start, State::Starting),
        (start + 40 * SECOND, State::OnDemand),
    ]);
    stories
}

fn pools(rounds: i64, nodes_of_a_zone: i64) -> Vec<Pool> {
    let spot = (1..=3).map(|zone| {
        let nodes = (0..rounds).flat_map(|round| {
            (0..nodes_of_a_zone).map(move |at| {
                let seed = zone * 1000 + at * 10 + round;
                let boot = round * PERIOD + mixed(seed) % 90 * SECOND;
                let mut stages = vec![(boot, Stage::Booting), (boot + 100 * SECOND, Stage::Ready)];
                if round == 0 {
                    stages = vec![(0, Stage::Ready)];
                }
                let notice = round * PERIOD + UP + mixed(seed) % 40 * SECOND;
                let deleted = Some(story::taken(&mut stages, notice));
                let name = format!("gke-spot-{zone}-{round:02}{at:03}");
                Node {
                    name,
                    stages,
                    deleted,
                }
            })
        });
        Pool {
            name: format!("spot-zone-{zone}"),
            capacity: Capacity::Spot,
            nodes: nodes.collect(),
        }
    });
    let on_demand = (0..nodes_of_a_zone).map(|at| {
        let mut stages = vec![(0, Stage::Ready)];
        let mut deleted = None;
        if at > 20 {
            let boot = UP + mixed(at) % 60 * SECOND;
            stages = vec![(boot, Stage::Booting), (boot + 110 * SECOND, Stage::Ready)];
        }
        if at > 60 {
            let end = UP + 60 * MINUTE + mixed(at) % 30 * MINUTE;
            stages.extend([(end, Stage::Cordoned), (end + MINUTE, Stage::Draining)]);
            deleted = Some(end + 3 * MINUTE);
        }
        let name = format!("gke-on-demand-{at:03}");
        Node {
            name,
            stages,
            deleted,
        }
    });
    let on_demand = Pool {
        name: "on-demand".to_owned(),
        capacity: Capacity::OnDemand,
        nodes: on_demand.collect(),
    };
    spot.chain([on_demand]).collect()
}
