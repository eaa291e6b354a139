//! The model against what real components did.

use super::agree::differences;
use super::input::Run;
use super::play::Play;

const RUNS: [&str; 30] = [
    "a-minimal-S1-S2-S3",
    "a-minimal-S1-S2-S3-second",
    "a-minimal-S1-S2-S3-third",
    "a-minimal-S1-S6-S7",
    "a-minimal-auto-S6x2-S6x3-S7",
    "c-mid-S1-S3-S2-S4",
    "c-mid-S1-S3-S2-second",
    "c-mid-S1-S3-S2-third",
    "c-mid-S6-S7",
    "c-mid-S9-no-spot1",
    "c-mid-S9-no-spot2",
    "c-mid-auto-S6x2-S6x3",
    "c-mid-auto-S7",
    "a-minimal-S1-S3-S2",
    "a-minimal-S2-no-handler",
    "a-minimal-S3-S3",
    "a-minimal-S5-S7-S6",
    "a-minimal-anti-S1",
    "a-minimal-no-taint-S1-S2",
    "a-open-system-pool-S1-S3",
    "a-two-placeholders-S1-S2-S8",
    "b-article-6b-S1-S3",
    "b-article-S1-S3",
    "b-article-S2-S7",
    "b-article-nodefit-S1-S7",
    "c-mid-S1-S3-S2",
    "c-mid-S3-handler-deletes-after-12",
    "c-mid-S3-handler-deletes",
    "c-mid-S3-hang",
    "d-mid-anti-S1-S3",
];

/// Everything in which the model differs from a recording, phase by phase.
fn play(run: &Run, runs: &[Run], seeds: &[u64]) -> Vec<(String, Vec<String>)> {
    let recording = &run.recording;
    let seed = |at: usize| seeds.get(at).or(seeds.last()).copied().unwrap_or(0);
    let mut play = Play::new(run, seed(0));
    let mut found = Vec::new();
    for (at, (when, mark)) in recording.marks.iter().enumerate() {
        if *when < 0 {
            continue;
        }
        if !found.is_empty() {
            play.draw(seed(found.len()));
        }
        let figures = play.phase(recording, at);
        if std::env::var_os("SPOTGEN_FIGURES").is_some() {
            eprintln!("{} {mark} {figures:?}", run.name);
        }
        found.push((mark.clone(), differences(run, at, &figures, runs)));
        if found.len() == seeds.len() {
            break;
        }
    }
    found
}

#[test]
fn recordings_agree() {
    let runs: Vec<Run> = RUNS.into_iter().map(Run::read).collect();
    let only = std::env::var("SPOTGEN_ONLY").unwrap_or_default();
    let found: Vec<String> = runs
        .iter()
        .filter(|run| run.name.contains(&only))
        .flat_map(|run| {
            let all = play(run, &runs, &[]);
            let all = all.into_iter().flat_map(|(mark, all)| {
                all.into_iter().map(move |what| format!("{}, {mark}: {what}", run.name))
            });
            all.collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{} differ\n{}", found.len(), found.join("\n"));
}

/// Seeds with the fewest differences: phase by phase, the best beginnings are continued with each seed.
#[test]
#[ignore = "a search"]
fn find_seeds() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |most| most.parse().expect("a number"))
    };
    let (most, kept) = (number("SPOTGEN_SEEDS", 30), number("SPOTGEN_KEPT", 5));
    let runs: Vec<Run> = RUNS.into_iter().map(Run::read).collect();
    let only = std::env::var("SPOTGEN_ONLY").unwrap_or_default();
    for run in runs.iter().filter(|run| run.name.contains(&only)) {
        let phases = run.recording.marks.iter().filter(|(when, _)| *when >= 0).count();
        let mut best: Vec<(usize, Vec<u64>, Vec<(String, Vec<String>)>)> = vec![(0, Vec::new(), Vec::new())];
        for at in 0..phases {
            let mut next = Vec::new();
            for (_, seeds, _) in &best {
                for seed in 0..most {
                    let mut all = seeds.clone();
                    all.push(seed + 1000 * at as u64);
                    let found = play(run, &runs, &all);
                    let count: usize = found.iter().map(|(_, all)| all.len()).sum();
                    next.push((count, all, found));
                }
            }
            next.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.cmp(&other.1)));
            // Different beginnings first: their last seeds differ anyway.
            next.truncate(usize::try_from(kept).expect("few"));
            best = next;
        }
        let (count, seeds, found) = best.swap_remove(0);
        eprintln!("seeds ({:?}, &{seeds:?}), {count}", run.name);
        for (mark, all) in found.into_iter().filter(|(_, all)| !all.is_empty()) {
            eprintln!("seeds     {mark}: {all:?}");
        }
    }
}
