//! The model against what real components did: every recording, every figure of every phase.

use super::agree::differences;
use super::input::Run;
use super::play::{BUSY_SEEDS, Play, WAITING_SEEDS};

/// A recording, with the seed of each of its phases.
struct Replay {
    name: &'static str,
    seeds: &'static [u64],
    /// Figures that agree with none of the seeds that were tried: the mark, the figure, and why.
    differs: &'static [(&'static str, &'static str, &'static str)],
}

/// A preempting pod stayed pending for very long, though it had a nominated node, since another had chosen the same victim:
/// one in two hundred does (RESULTS.md, finding 14). The model has no such race.
const STUCK: &str = "a preemptor got stuck";

/// In c-mid-auto-S7 and c-mid-S6-S7 the machine was busy (`about.load`: 5.6 and 6.0 on two processors), and pods were bound
/// late: 33 s after the load came in c-mid-S6-S7, 25 of them had no node. With the same inputs and little else to do (loads
/// up to 3.0) all had one by then in c-mid-S6-S7-second, all but 2 in c-mid-auto-S7-second, and every figure agrees. Seeds of
/// a busy machine let the scheduler wait for the API after a try that failed, as its log shows it; controllers and kubelets
/// waited too, for how long no recording says.
const LATE_PODS: &str = "pods were bound late";

const REPLAYS: [Replay; 43] = [
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
        seeds: &[55, 2, 1, 0, 4],
        differs: &[],
    },
    Replay {
        name: "c-mid-S1-S3-S2-second",
        seeds: &[14, 2, 32, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S1-S3-S2-third",
        seeds: &[4, 205, 3, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S6-S7",
        seeds: &[3, 15, 4, 0, 1, 0, 1],
        differs: &[
            ("S7 x3", "shop/cart least ready", LATE_PODS),
            ("S7 x3", "shop/search least ready", LATE_PODS),
            ("S7 x3", "shop/web least ready", LATE_PODS),
            ("S7 x3", "least ready", LATE_PODS),
        ],
    },
    Replay {
        name: "c-mid-S6-S7-second",
        seeds: &[3, 16, 24, 0, 2, 0, 2],
        differs: &[],
    },
    Replay {
        name: "c-mid-S9-no-spot1",
        seeds: &[336],
        differs: &[],
    },
    Replay {
        name: "c-mid-S9-no-spot2",
        seeds: &[538],
        differs: &[],
    },
    Replay {
        name: "c-mid-S9-no-spot2-second",
        seeds: &[125],
        differs: &[],
    },
    Replay {
        name: "c-mid-auto-S6x2-S6x3",
        seeds: &[18, 0, 52, 100_050, 5],
        differs: &[],
    },
    Replay {
        name: "c-mid-auto-S6x2-S6x3-second",
        seeds: &[58, 0, 47, 22, 36],
        differs: &[],
    },
    Replay {
        name: "c-mid-auto-S7",
        seeds: &[3, 0, 100_001, 21, 12],
        differs: &[
            ("S7 x4", "shop/cart least ready", LATE_PODS),
            ("S7 x4", "shop/search least ready", LATE_PODS),
            ("S7 x4", "least ready", LATE_PODS),
        ],
    },
    Replay {
        name: "c-mid-auto-S7-second",
        seeds: &[13, 0, 7, 0, 1],
        differs: &[],
    },
    Replay {
        name: "c-mid-auto-S7-third",
        seeds: &[10, 100, 50_100, 50_115, 124],
        differs: &[],
    },
    Replay {
        name: "a-minimal-1m-S1-S2-S3",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-1m-S1-S3-S2",
        seeds: &[1022, 101_084, 1011, 1000],
        differs: &[],
    },
    Replay {
        name: "c-mid-1m-S1-S3-S2-second",
        seeds: &[40, 100_000, 4, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-1m-S1-S3",
        seeds: &[8, 28, 22],
        differs: &[],
    },
    Replay {
        name: "c-mid-1m-S6",
        seeds: &[0, 0, 50_098],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S1-S3-S2",
        seeds: &[0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S2-no-handler",
        seeds: &[1, 2],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S3-S3",
        seeds: &[0, 7, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S3-S3-second",
        seeds: &[0, 0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "a-minimal-S5-S7-S6",
        seeds: &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
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
        seeds: &[3004, 3000, 3000, 3000, 3121, 3000],
        differs: &[],
    },
    Replay {
        name: "b-article-nodefit-S1-S7",
        seeds: &[0, 0, 0, 0, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S3-handler-deletes-after-12",
        seeds: &[1, 0, 7],
        differs: &[],
    },
    Replay {
        name: "c-mid-S3-handler-deletes",
        seeds: &[1, 9, 12],
        differs: &[],
    },
    Replay {
        name: "c-mid-S3-hang",
        seeds: &[1074, 1171, 1014],
        differs: &[],
    },
    Replay {
        name: "d-mid-anti-S1-S3",
        seeds: &[6, 0, 45],
        differs: &[("S3", "shop/search at the end", STUCK)],
    },
    Replay {
        name: "c-mid-S1-S3-S2",
        seeds: &[6, 2, 80, 0],
        differs: &[],
    },
    Replay {
        name: "c-mid-S1-S3-S2-repeated",
        seeds: &[5, 2, 0, 0],
        differs: &[],
    },
    Replay {
        name: "d-mid-anti-S1-S3-second",
        seeds: &[118, 149, 109],
        differs: &[],
    },
];

/// What came of a phase: its mark, everything in which the model differs from the recording, and how many nodes it has more or
/// less than that at the end.
struct Played {
    mark: String,
    differs: Vec<String>,
    nodes: i64,
}

/// Phase by phase, as far as there are seeds.
fn play(run: &Run, runs: &[Run], seeds: &[u64]) -> Vec<Played> {
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
            let (own, real) = (play.nodes(run), recording.nodes(at));
            let differ = real.iter().map(|(pool, real)| {
                let own = own.get(pool).copied().unwrap_or(0);
                (own - real).abs()
            });
            Played {
                mark: mark.clone(),
                differs: differences(run, at, &figures, runs),
                nodes: differ.sum(),
            }
        });
    phases.collect()
}

fn read() -> Vec<Run> {
    REPLAYS
        .iter()
        .map(|replay| Run::read(replay.name))
        .collect()
}

/// Whether its two processors had more than twice as much to do as they could.
fn is_busy(run: &Run) -> bool {
    let load = &run.recording.about.load;
    load.iter().any(|load| *load > 4.0)
}

#[test]
fn recordings_agree() {
    let runs = read();
    let mut found = Vec::new();
    for (replay, run) in REPLAYS.iter().zip(&runs) {
        let is_calm = replay.seeds.iter().all(|seed| *seed < BUSY_SEEDS);
        assert!(
            is_calm || is_busy(run),
            "{}: the machine was not busy",
            run.name
        );
        let mut known = replay.differs.to_vec();
        let phases = play(run, &runs, replay.seeds);
        assert_eq!(phases.len(), run.phases(), "{} has other phases", run.name);
        for Played { mark, differs, .. } in phases {
            for what in differs {
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

/// Phase by phase the seeds with the fewest differences so far. `SPOTGEN_ONLY` names a part of the recordings, `SPOTGEN_FROM`
/// the first seed, `SPOTGEN_SEEDS` how many are tried after each of the `SPOTGEN_KEPT` best rows of seeds, `SPOTGEN_AFTER` the
/// seeds with which every row begins (`164,164`), `SPOTGEN_NEW` recordings that are not in the table yet.
#[test]
#[ignore = "a search for the table above, which always ends with what it has found"]
fn find_seeds() {
    let only = std::env::var("SPOTGEN_ONLY").unwrap_or_default();
    let after = std::env::var("SPOTGEN_AFTER").unwrap_or_default();
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let from = number("SPOTGEN_FROM").unwrap_or(0);
    let most = number("SPOTGEN_SEEDS").unwrap_or(30);
    let kept = number("SPOTGEN_KEPT").map_or(1, |kept| usize::try_from(kept).expect("few"));
    let new = std::env::var("SPOTGEN_NEW").unwrap_or_default();
    let new = new.split_terminator(',');
    let mut runs = read();
    runs.extend(new.map(|name| Run::read(name.to_owned().leak())));
    let mut told = Vec::new();
    for run in runs.iter().filter(|run| run.name.contains(&only)) {
        let known: Vec<u64> = after
            .split_terminator(',')
            .map(|seed| seed.parse().expect("a seed"))
            .collect();
        let played = known.first().map(|_| play(run, &runs, &known));
        let differ = played.into_iter().flatten().flat_map(|phase| phase.differs);
        let mut rows: Vec<(Vec<u64>, Vec<String>)> = vec![(known.clone(), differ.collect())];
        for at in known.len()..run.phases() {
            let mut next = Vec::new();
            for (seeds, differ) in &rows {
                let mut perfect = 0;
                let seeds_from = |first: u64| first + from..first + from + most;
                let calm = seeds_from(0).chain(seeds_from(WAITING_SEEDS));
                let busy = seeds_from(BUSY_SEEDS).filter(|_| is_busy(run));
                for seed in calm.chain(busy) {
                    let mut seeds = seeds.clone();
                    seeds.push(seed);
                    let last = play(run, &runs, &seeds).swap_remove(at);
                    let mut differ = differ.clone();
                    perfect += usize::from(last.differs.is_empty() && last.nodes == 0);
                    let told = last.differs.iter();
                    differ.extend(told.map(|what| format!("{}: {what}", last.mark)));
                    next.push((differ.len(), last.nodes, (seeds, differ)));
                    if perfect >= kept.div_ceil(rows.len()) {
                        break;
                    }
                }
            }
            // What comes next hangs on the nodes that are there.
            next.sort_by_key(|(count, nodes, _)| (*count, *nodes));
            next.truncate(kept);
            rows = next.into_iter().map(|(.., row)| row).collect();
        }
        told.push(format!("{:?}, {:?}", run.name, rows[0]));
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
