//! Twelve workloads on 60 nodes: no handler, and too little room on on-demand.

use super::super::{
    Act, Capacity, Line, Mark, Node, Objective, Picture, Pool, Stage, Verdict, Workload,
};
use super::small::{event, figure};
use super::story::{self, MINUTE, SECOND, State, Story, mixed};

const GONE: i64 = 5 * MINUTE;
/// Between the end of a machine and that of its node.
const UNSEEN: i64 = 50 * SECOND;

pub(super) fn picture() -> Picture {
    let mut marks = Vec::new();
    let workloads = (0..12).map(|number| workload(number, &mut marks)).collect();
    Picture {
        config: "staging".to_owned(),
        scenario: "all Spot goes for good, no handler".to_owned(),
        seed: Some(42),
        verdict: Verdict::Stuck,
        verdict_line:
            "52 pods have been pending for 54 min: the node group of on-demand is at its maximum."
                .to_owned(),
        causes: vec![
            "spot-config.yaml:23: spec.nodePools[1].maxCount is 20; 27 nodes are needed."
                .to_owned(),
        ],
        figures: vec![
            figure("failover", "never"),
            figure("failback", "–"),
            figure("fewest ready", "22 of 134"),
            figure("killed without grace", "112"),
        ],
        objectives: vec![Objective {
            name: "failoverWithin: 3m".to_owned(),
            is_met: false,
            margin: "never reached".to_owned(),
            line: Line::By(GONE + 3 * MINUTE),
        }],
        from: 0,
        until: 60 * MINUTE,
        events: vec![event(GONE, "all Spot VMs end without a drain")],
        workloads,
        placeholders: None,
        pools: pools(),
        marks,
    }
}

fn workload(number: i64, marks: &mut Vec<Mark>) -> Workload {
    let replicas = 6 + number;
    let stories = (0..replicas).flat_map(|pod| {
        let seed = number * 32 + pod;
        if seed % 6 == 0 {
            return vec![vec![(0, State::OnDemand)]];
        }
        let act = Act::Killed;
        let killed = GONE + mixed(seed) % 20 * SECOND;
        marks.push(Mark { at: killed, act });
        let found = killed + UNSEEN;
        let first = vec![
            (0, State::OnSpot),
            (killed, State::Dead),
            (found, State::Gone),
        ];
        let mut second: Story = vec![(found, State::Pending)];
        if pod % 5 < 4 - number % 4 {
            let bound = found + (80 + mixed(seed + 9) % 60) * SECOND;
            second.extend([
                (bound, State::Starting),
                (bound + 30 * SECOND, State::OnDemand),
            ]);
        }
        vec![first, second]
    });
    let name = if number == 11 {
        "a-workload-whose-name-is-as-long-as-kubernetes-lets-it-be-here".to_owned()
    } else {
        format!("service-{number}")
    };
    Workload {
        name,
        namespace: "staging".to_owned(),
        pods: story::pods(stories.collect()),
        floor: (number % 3 > 0).then_some(replicas - 2),
    }
}

fn pools() -> Vec<Pool> {
    let spot = (0..40).map(|at| Node {
        name: format!("ip-10-0-{}-{}.eu-west-1.compute.internal", at / 4, at * 7),
        stages: vec![
            (0, Stage::Ready),
            (GONE + mixed(at) % 20 * SECOND, Stage::Dead),
        ],
        deleted: Some(GONE + mixed(at) % 20 * SECOND + UNSEEN),
    });
    let on_demand = (0..20).map(|at| {
        let mut stages = vec![(0, Stage::Ready)];
        if at > 3 {
            let ordered = GONE + UNSEEN + 10 * SECOND + at / 8 * 10 * SECOND;
            let boot = ordered + (70 + mixed(at) % 50) * SECOND;
            stages = vec![(ordered, Stage::Booting), (boot, Stage::Ready)];
        }
        let name = format!("ip-10-1-{at}-{}.eu-west-1.compute.internal", at * 3);
        let deleted = None;
        Node {
            name,
            stages,
            deleted,
        }
    });
    let pool = |name: &str, capacity, nodes| {
        let name = name.to_owned();
        Pool {
            name,
            capacity,
            nodes,
        }
    };
    vec![
        pool("spot-mixed-large", Capacity::Spot, spot.collect()),
        pool("on-demand-large", Capacity::OnDemand, on_demand.collect()),
    ]
}
