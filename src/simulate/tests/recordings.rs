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
fn play(run: &Run, runs: &[Run]) -> Vec<String> {
    let recording = &run.recording;
    let mut play = Play::new(run);
    let mut found = Vec::new();
    for (at, (when, mark)) in recording.marks.iter().enumerate() {
        if *when < 0 {
            continue;
        }
        let figures = play.phase(recording, at);
        if std::env::var_os("SPOTGEN_FIGURES").is_some() {
            eprintln!("{} {mark} {figures:?}", run.name);
        }
        let all = differences(run, at, &figures, runs);
        found.extend(all.into_iter().map(|what| format!("{}, {mark}: {what}", run.name)));
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
            let began = std::time::Instant::now();
            let found = play(run, &runs);
            eprintln!("{} {:?}", run.name, began.elapsed());
            found
        })
        .collect();
    assert!(found.is_empty(), "{} differ\n{}", found.len(), found.join("\n"));
}
