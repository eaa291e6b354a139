//! The model against what real components did: every recording, every figure of every phase.

use super::agree::differences;
use super::input::Run;
use super::play::Play;

/// A recording, with the seed of each of its phases. Of `c-mid-S1-S3-S2` none are known yet.
struct Replay {
    name: &'static str,
    seeds: &'static [u64],
    /// Figures that agree with none of the seeds that were tried: the mark, the figure, and why.
    differs: &'static [(&'static str, &'static str, &'static str)],
}

/// A preempting pod stayed pending for very long, though it had a nominated node, since another had chosen the same victim: one
/// in two hundred does (RESULTS.md, finding 14). The model has no such race.
const STUCK: &str = "a preemptor got stuck";

/// The machine of the laboratory was busy: drains and starts of pods came seconds late, at no steady pace (its README, "Time").
const BUSY: &str = "the machine was busy";

/// The autoscaler of the laboratory, in b-article-S2-S7, asked for one more of the Spot machines that nobody had, and took 15 s
/// longer to see that it was refused. So its later machines are in other zones than the model's, and came up to 40 s later: the
/// last one was not there yet in the last round of "S7 spot grows again", and one pod of that round landed on on-demand. The
/// laboratory stopped waiting before the next round moved it: hence the verdict.
const A_MACHINE_MORE: &str = "the autoscaler asked for a machine more";

/// Pods of c-mid-auto-S7 and c-mid-S6-S7 were bound late in a busy laboratory: 22 s after `cart` was scaled, 10 of its 18 pods
/// were ready. The model makes them when the recording did, and lets placeholders make way one each second, so that as many
/// pods end on Spot; what was ready meanwhile hangs on the order in which they found room.
const LATE_PODS: &str = "pods were bound late";

/// It hangs on which pod was placed or moved where, phases before. None of the dozens of seeds that were tried came there with
/// all figures; this is the nearest.
const CHANCE: &str = "no seed that was tried";

const REPLAYS: [Replay; 29] = [
    Replay {
        name: "a-minimal-S1-S2-S3",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S1-S2-S3-second",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S1-S2-S3-third",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S1-S6-S7",
        seeds: &[0, 0, 0, 0, 0, 5, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-auto-S6x2-S6x3-S7",
        seeds: &[0, 0, 0, 0, 0, 0, 0, 6, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S1-S3-S2-S4",
        seeds: &[37, 82, 37, 37, 38],
        differs: &[
            ("S4", "failover", CHANCE),
            ("S4", "media/cache least ready", CHANCE),
        ],
    },
    Replay {
        name: "c-mid-S1-S3-S2-second",
        seeds: &[1, 80, 1, 1],
        differs: &[("S2", "last eviction", CHANCE)],
    },
    Replay {
        name: "c-mid-S1-S3-S2-third",
        seeds: &[0, 2, 3, 1],
        differs: &[
            ("S2", "last eviction", CHANCE),
            ("S2", "back/report least ready", CHANCE),
        ],
    },
    Replay {
        name: "c-mid-S6-S7",
        seeds: &[305, 329, 309, 300, 300, 300, 305],
        differs: &[
            ("S6", "took", CHANCE),
            ("S6 back to x1", "evictions by the autoscaler", CHANCE),
            ("S6 back to x1", "media/cache least ready", CHANCE),
            ("S6 back to x1", "shop/web least ready", CHANCE),
            ("S7 x3", "spot at the end", LATE_PODS),
            ("S7 x3", "od at the end", LATE_PODS),
            ("S7 x3", "shop/cart least ready", LATE_PODS),
            ("S7 x3", "shop/web least ready", LATE_PODS),
            ("S7 x3", "least ready", LATE_PODS),
            ("S7 spot grows again", "spot at the end", CHANCE),
            ("S7 spot grows again", "od at the end", CHANCE),
            ("S7 back to x1", "shop/search least ready", CHANCE),
            ("S7 back to x1", "shop/web least ready", CHANCE),
        ],
    },
    Replay {
        name: "c-mid-S9-no-spot1",
        seeds: &[40],
        differs: &[("system applied", "back/mail least ready", CHANCE)],
    },
    Replay {
        name: "c-mid-S9-no-spot2",
        seeds: &[184],
        differs: &[
            ("system applied", "media/images least ready", CHANCE),
            ("system applied", "shop/web least ready", CHANCE),
        ],
    },
    Replay {
        name: "c-mid-auto-S6x2-S6x3",
        seeds: &[425, 423, 428, 425, 423],
        differs: &[
            ("S6x2", "took", CHANCE),
            ("S6 back to x1", "evictions by the autoscaler", CHANCE),
            ("S6 back to x1", "back/report least ready", CHANCE),
            ("S6 back to x1", "shop/cart least ready", CHANCE),
            ("S6 back to x1", "shop/gateway least ready", CHANCE),
            ("S6 back to x1", "least ready", CHANCE),
            ("S6x3", "moves back", CHANCE),
            ("S6x3", "evictions by the descheduler", CHANCE),
        ],
    },
    Replay {
        name: "c-mid-auto-S7",
        seeds: &[3, 0, 0, 24, 39],
        differs: &[
            ("S7 x4", "od at the end", LATE_PODS),
            ("S7 x4", "pending at the end", LATE_PODS),
            ("S7 x4", "shop/cart least ready", LATE_PODS),
            ("S7 x4", "shop/search least ready", LATE_PODS),
            ("S7 x4", "least ready", LATE_PODS),
            ("S7 spot grows again", "took", CHANCE),
            ("S7 spot grows again", "back/report least ready", CHANCE),
            ("S7 spot grows again", "media/images least ready", CHANCE),
            ("S7 spot grows again", "shop/web least ready", CHANCE),
            ("S7 back to x1", "took", CHANCE),
            ("S7 back to x1", "last eviction", CHANCE),
            ("S7 back to x1", "evictions by the descheduler", CHANCE),
            ("S7 back to x1", "media/cache least ready", CHANCE),
            ("S7 back to x1", "shop/cart least ready", CHANCE),
            ("S7 back to x1", "shop/search least ready", CHANCE),
            ("S7 back to x1", "least ready", CHANCE),
        ],
    },
    Replay {
        name: "a-minimal-S1-S3-S2",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S2-no-handler",
        seeds: &[0, 2],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S3-S3",
        seeds: &[0, 7, 0, 0, 0],
        differs: &[("S3", "killed", BUSY)],
    },
    Replay {
        name: "a-minimal-S5-S7-S6",
        seeds: &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-anti-S1",
        seeds: &[0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-no-taint-S1-S2",
        seeds: &[0, 0],
        differs: &[],
    },
    Replay {
        name: "a-open-system-pool-S1-S3",
        seeds: &[0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-two-placeholders-S1-S2-S8",
        seeds: &[0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "b-article-6b-S1-S3",
        seeds: &[0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "b-article-S1-S3",
        seeds: &[0, 1, 0],
        differs: &[],
    },
    Replay {
        name: "b-article-S2-S7",
        seeds: &[0, 0, 0, 0, 0, 0],
        differs: &[
            ("S7 spot grows again", "verdict", A_MACHINE_MORE),
            ("S7 back to x1", "last eviction", A_MACHINE_MORE),
        ],
    },
    Replay {
        name: "b-article-nodefit-S1-S7",
        seeds: &[0, 0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S3-handler-deletes-after-12",
        seeds: &[0, 0, 1],
        differs: &[],
    },
    Replay {
        name: "c-mid-S3-handler-deletes",
        seeds: &[0, 9, 1],
        differs: &[("system applied", "evictions by the descheduler", CHANCE)],
    },
    Replay {
        name: "c-mid-S3-hang",
        seeds: &[0, 135, 9],
        differs: &[("S3", "killed", BUSY)],
    },
    Replay {
        name: "d-mid-anti-S1-S3",
        seeds: &[1, 0, 14],
        differs: &[
            ("S3", "evictions by the handler", BUSY),
            ("S3", "shop/search at the end", STUCK),
        ],
    },
];

/// Everything in which the model differs from a recording, phase by phase, as far as there are seeds.
fn play(run: &Run, runs: &[Run], seeds: &[u64]) -> Vec<(String, Vec<String>)> {
    let recording = &run.recording;
    let mut play = Play::new(run, seeds[0]);
    let marks = recording.marks.iter().enumerate();
    let marks = marks.filter(|(_, (when, _))| *when >= 0);
    let phases = marks
        .zip(seeds)
        .enumerate()
        .map(|(nth, ((at, (_, mark)), seed))| {
            if nth > 0 {
                play.draw(*seed);
            }
            let figures = play.phase(recording, at);
            (mark.clone(), differences(run, at, &figures, runs))
        });
    phases.collect()
}

fn read() -> Vec<Run> {
    REPLAYS
        .iter()
        .map(|replay| Run::read(replay.name))
        .collect()
}

#[test]
fn recordings_agree() {
    let runs = read();
    let mut found = Vec::new();
    for (replay, run) in REPLAYS.iter().zip(&runs) {
        let mut known = replay.differs.to_vec();
        let phases = play(run, &runs, replay.seeds);
        assert_eq!(phases.len(), run.phases(), "{} has other phases", run.name);
        for (mark, all) in phases {
            for what in all {
                let figure = what.split(": ").next().unwrap_or_default();
                let same = |one: &(&str, &str, &str)| one.0 == mark && one.1 == figure;
                match known.iter().position(same) {
                    Some(at) => drop(known.remove(at)),
                    None => found.push(format!("{}, {mark}: {what}", run.name)),
                }
            }
        }
        for (mark, figure, why) in known {
            found.push(format!(
                "{}, {mark}: {figure} agrees by now ({why})",
                run.name
            ));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Phase by phase the first seed with which all agrees, or the one with the fewest differences. `SPOTGEN_ONLY` names a part of
/// the recordings, `SPOTGEN_FROM` the first seed, `SPOTGEN_SEEDS` how many are tried.
#[test]
#[ignore = "a search for the table above, which always ends with what it has found"]
fn find_seeds() {
    let only = std::env::var("SPOTGEN_ONLY").unwrap_or_default();
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let from = number("SPOTGEN_FROM").unwrap_or(0);
    let most = number("SPOTGEN_SEEDS").unwrap_or(30);
    let runs = read();
    let mut told = Vec::new();
    for run in runs.iter().filter(|run| run.name.contains(&only)) {
        let (mut seeds, mut differ) = (Vec::new(), Vec::new());
        for at in 0..run.phases() {
            let mut best: Option<(u64, String, Vec<String>)> = None;
            for seed in from..from + most {
                let mut all: Vec<u64> = seeds.clone();
                all.push(seed);
                let (mark, found) = play(run, &runs, &all).swap_remove(at);
                if best
                    .as_ref()
                    .is_none_or(|(.., least)| found.len() < least.len())
                {
                    let is_enough = found.is_empty();
                    best = Some((seed, mark, found));
                    if is_enough {
                        break;
                    }
                }
            }
            let (seed, mark, found) = best.expect("there are seeds");
            seeds.push(seed);
            differ.extend(found.into_iter().map(|what| format!("{mark}: {what}")));
        }
        told.push(format!("{:?}, {seeds:?}, {differ:?}", run.name));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
