//! The model against what real components did.
//!
//! Times may differ by a tenth, or by one period of the actor that decides the figure: a pod comes back when the
//! descheduler's round finds it, every 300 s; a new node comes when the autoscaler or the scheduler looks, every 10 s.

use super::input::{self, Outcome, Recording};
use super::play::{Play, Seen};
use crate::simulate::world::seconds;

const AGREE: [&str; 3] = [
    "a-minimal-S1-S2-S3",
    "a-minimal-S1-S2-S3-second",
    "a-minimal-S1-S2-S3-third",
];

/// Not all of their figures agree yet.
const DIFFER: [&str; 10] = [
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
];

const DESCHEDULER_PERIOD: i64 = 300;
const SCHEDULER_PERIOD: i64 = 10;

/// Marks at which the laboratory did something, and did not wait for an end.
const WITHOUT_RESULT: [&str; 4] = ["S3", "S5", "S5 spot back", "S7"];

/// Phase by phase: its mark, what the model did, and how the recording ended.
fn play(name: &str) -> (Recording, Vec<(String, Seen, Option<usize>)>) {
    let (objects, given, recording) = input::read(name);
    let mut play = Play::new(&objects, &given, &recording);
    let marks: Vec<_> = recording.marks.iter().filter(|(at, _)| *at >= 0).collect();
    let mut results = 0..recording.results.len();
    let phases = marks.iter().enumerate().map(|(at, (when, mark))| {
        let until = marks.get(at + 1).map_or(when + 4000, |(next, _)| *next);
        let outage = &recording.about.outage;
        let seen = play.phase(mark, outage, play.zero + seconds(until));
        let has_result = !WITHOUT_RESULT.contains(&mark.as_str());
        (
            mark.clone(),
            seen,
            has_result.then(|| results.next()).flatten(),
        )
    });
    let phases = phases.collect();
    (recording, phases)
}

/// What is wrong with how a phase ended.
fn ends_otherwise(seen: &Seen, outcome: &Outcome) -> Option<String> {
    let has_converged = outcome.word == "converged";
    if seen.converged.is_some() != has_converged {
        return Some(format!("{:?}, not {}", seen.converged, outcome.word));
    }
    let took = seen.converged.filter(|_| has_converged)?;
    let moves = seen.evictions.get("descheduler").copied().unwrap_or(0);
    let period = if moves > 0 {
        DESCHEDULER_PERIOD
    } else {
        2 * SCHEDULER_PERIOD
    };
    let spread = period.max(outcome.took / 10);
    let is_near = (took - outcome.took).abs() <= spread;
    (!is_near).then(|| format!("{took} s, not {} s", outcome.took))
}

/// What is wrong with who evicted how many, and with where the pods are at the end.
fn counts_otherwise(mark: &str, seen: &Seen, recording: &Recording) -> Option<String> {
    let phase = recording.phases.iter().find(|phase| phase.mark == mark)?;
    for by in ["handler", "descheduler"] {
        let own = seen.evictions.get(by).copied().unwrap_or(0);
        let real = phase.evictions.get(by).copied().unwrap_or(0);
        if (own - real).abs() > (real / 10).max(1) {
            return Some(format!("{own} evictions by the {by}, not {real}"));
        }
    }
    if seen.killed != phase.killed_without_grace {
        let real = phase.killed_without_grace;
        return Some(format!("{} pods killed, not {real}", seen.killed));
    }
    if phase
        .least_serving
        .is_some_and(|real| real != seen.least_serving)
    {
        let (own, real) = (seen.least_serving, phase.least_serving);
        return Some(format!("{own} serving at least, not {real:?}"));
    }
    let own = seen.at_end.values();
    let own: i64 = own.filter_map(|places| places.get("od")).sum();
    let real = phase.at_end.values().flatten();
    let real: i64 = real
        .filter_map(|(place, count)| place.ends_with("od").then_some(*count))
        .sum();
    ((own - real).abs() > 1).then(|| format!("{own} pods on on-demand, not {real}"))
}

/// Everything in which the model differs from a recording.
fn differences(name: &str) -> Vec<String> {
    let (recording, phases) = play(name);
    let mut found = Vec::new();
    for (mark, seen, result) in &phases {
        let outcome = result.map(|at| &recording.results[at]);
        let end = outcome.and_then(|outcome| ends_otherwise(seen, outcome));
        let counts = counts_otherwise(mark, seen, &recording);
        let all = end.into_iter().chain(counts);
        found.extend(all.map(|what| format!("{name}, {mark}: {what}")));
    }
    found
}

#[test]
fn recordings_agree() {
    let found: Vec<String> = AGREE.into_iter().flat_map(differences).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The same of the others, as far as it goes.
#[test]
#[ignore = "shows what is still to be mended"]
fn all_recordings_agree() {
    let found: Vec<String> = DIFFER.into_iter().flat_map(differences).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
