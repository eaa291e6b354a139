//! Three workloads: Spot goes, on-demand takes over, Spot returns, the descheduler brings the pods back.

use super::super::{
    Act, Capacity, Event, Figure, Line, Mark, Node, Objective, Picture, Pool, Stage, Steps,
    Verdict, Workload,
};
use super::story::{self, MINUTE, SECOND, State, Story, mixed};

const GONE: i64 = 10 * MINUTE;
const BACK: i64 = 40 * MINUTE;

pub(super) fn figure(name: &str, value: &str) -> Figure {
    let (name, value) = (name.to_owned(), value.to_owned());
    Figure { name, value }
}

pub(super) fn event(at: i64, label: &str) -> Event {
    let label = label.to_owned();
    Event { at, label }
}

pub(super) fn picture() -> Picture {
    let mut marks = Vec::new();
    let workloads = [
        ("checkout", 12, 8),
        ("catalogue-api", 6, 3),
        ("mail-worker", 20, 10),
    ];
    let mut number = 0;
    let workloads = workloads.map(|(name, replicas, floor)| {
        let stories = (0..replicas).flat_map(|_| {
            number += 1;
            moves(number, &mut marks)
        });
        Workload {
            name: name.to_owned(),
            namespace: "shop".to_owned(),
            pods: story::pods(stories.collect()),
            floor: Some(floor),
        }
    });
    Picture {
        config: "minimal".to_owned(),
        scenario: "all Spot goes, and returns after 30 min".to_owned(),
        seed: Some(1),
        verdict: Verdict::Converged,
        verdict_line:
            "Every pod that prefers Spot is ready there again 36 min after Spot returned; \
                       three rounds of the descheduler passed without an eviction."
                .to_owned(),
        causes: Vec::new(),
        figures: vec![
            figure("failover", "3 min 5 s"),
            figure("failback", "36 min"),
            figure("fewest ready", "0 of 38"),
            figure("evictions", "76"),
            figure("moves back", "0"),
            figure("killed without grace", "0"),
        ],
        objectives: vec![
            Objective {
                name: "failoverWithin: 5m".to_owned(),
                is_met: true,
                margin: "1 min 55 s to spare".to_owned(),
                line: Line::By(GONE + 5 * MINUTE),
            },
            Objective {
                name: "failbackWithin: 1h".to_owned(),
                is_met: true,
                margin: "24 min to spare".to_owned(),
                line: Line::By(BACK + 60 * MINUTE),
            },
            Objective {
                name: "minReady: 50%".to_owned(),
                is_met: false,
                margin: "19 pods too few".to_owned(),
                line: Line::Ready(19),
            },
        ],
        from: 0,
        until: 105 * MINUTE,
        events: vec![
            event(GONE, "all Spot VMs get their notice"),
            event(BACK, "Spot has room again"),
        ],
        workloads: workloads.into(),
        placeholders: Some(placeholders()),
        pools: pools(),
        marks,
    }
}

/// A pod of a workload and those that follow it: evicted with its node, started on on-demand, moved back.
fn moves(number: i64, marks: &mut Vec<Mark>) -> [Story; 3] {
    let evicted = GONE + 2 * SECOND + mixed(number) % 20 * SECOND;
    let has_placeholder = number % 4 == 0;
    let boot = if has_placeholder {
        0
    } else {
        100 + mixed(number + 7) % 50
    };
    let bound = evicted + (2 + boot) * SECOND;
    let ready = bound + (20 + mixed(number + 90) % 15) * SECOND;
    let round = BACK + 5 * MINUTE + number / 6 * 5 * MINUTE;
    let moved = round + number % 6 * SECOND;
    let act = Act::EvictedByHandler;
    marks.push(Mark { at: evicted, act });
    let act = Act::EvictedByDescheduler;
    marks.push(Mark { at: moved, act });
    if has_placeholder {
        let act = Act::Preempted;
        marks.push(Mark { at: bound, act });
    }
    let first = vec![
        (0, State::OnSpot),
        (evicted, State::Terminating),
        (evicted + 8 * SECOND, State::Gone),
    ];
    let second = vec![
        (evicted, State::Pending),
        (bound, State::Starting),
        (ready, State::OnDemand),
        (moved, State::Terminating),
        (moved + 15 * SECOND, State::Gone),
    ];
    let third = vec![
        (moved, State::Pending),
        (moved + SECOND, State::Starting),
        (moved + 30 * SECOND, State::OnSpot),
    ];
    [first, second, third]
}

fn placeholders() -> Steps<super::super::Pods> {
    let stories = (0..9).map(|number: i64| {
        let preempted = GONE + 25 * SECOND + number * SECOND;
        let back = BACK + (30 + number) * MINUTE;
        vec![
            (0, State::OnDemand),
            (preempted, State::Pending),
            (preempted + 150 * SECOND, State::OnDemand),
            (back, State::OnDemand),
        ]
    });
    story::pods(stories.collect())
}

fn pools() -> Vec<Pool> {
    let ready = |name: String, mut stages: Vec<(i64, Stage)>, boot: i64| {
        stages.push((boot, Stage::Ready));
        let deleted = None;
        Node {
            name,
            stages,
            deleted,
        }
    };
    let system =
        (0..2).map(|at| ready(format!("aks-system-31415926-vmss00000{at}"), Vec::new(), 0));
    let spot = (0..4).map(|at| {
        let mut stages = vec![(0, Stage::Ready)];
        let deleted = Some(story::taken(&mut stages, GONE + at * 3 * SECOND));
        let name = format!("aks-spot-27182818-vmss00000{at}");
        Node {
            name,
            stages,
            deleted,
        }
    });
    let returned = (4..8).map(|at| {
        let stages = vec![(BACK + at * 20 * SECOND, Stage::Booting)];
        ready(
            format!("aks-spot-27182818-vmss00000{at}"),
            stages,
            BACK + (150 + at * 20) * SECOND,
        )
    });
    let on_demand = (0..5).map(|at| {
        let start = GONE + (12 + 10 * (at / 3)) * SECOND;
        let stages = if at == 0 {
            Vec::new()
        } else {
            vec![(start, Stage::Booting)]
        };
        let boot = if at == 0 {
            0
        } else {
            start + (95 + mixed(at) % 40) * SECOND
        };
        let name = format!("aks-ondemand-16180339-vmss00000{at}");
        let mut node = ready(name, stages, boot);
        if at > 0 {
            let end = BACK + (43 + at * 3) * MINUTE;
            node.stages.push((end, Stage::Cordoned));
            node.deleted = Some(end + 50 * SECOND);
        }
        node
    });
    let pool = |name: &str, capacity, nodes| Pool {
        name: name.to_owned(),
        capacity,
        nodes,
    };
    vec![
        pool("spot", Capacity::Spot, spot.chain(returned).collect()),
        pool("ondemand", Capacity::OnDemand, on_demand.collect()),
        pool("system", Capacity::OnDemand, system.collect()),
    ]
}
