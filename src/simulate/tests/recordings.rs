//! The model against what real components did.

use super::input;
use super::play::Play;
use crate::simulate::world::seconds;

const ALL: [&str; 13] = [
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
];

#[test]
#[ignore = "prints a comparison"]
fn print() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for name in ALL
        .into_iter()
        .filter(|name| name.contains(&only) && (only.len() < 12 || *name == only))
    {
        let (objects, given, seen) = input::read(name);
        println!("== {name}");
        let mut play = Play::new(&objects, &given, &seen);
        let marks: Vec<_> = seen.marks.iter().filter(|(at, _)| *at >= 0).collect();
        for (at, (when, mark)) in marks.iter().enumerate() {
            let until = marks.get(at + 1).map_or(when + 4000, |(next, _)| *next);
            let own = play.phase(mark, &seen.about.outage, play.zero + seconds(until));
            let phase = seen.phases.iter().find(|phase| phase.phase == *mark);
            println!("  {mark} ({when}..{until})");
            println!("     model: {own:?}");
            if let Some(phase) = phase {
                println!(
                    "     real:  evictions {:?} killed {} at end {:?} least {:?}",
                    phase.evictions, phase.killed_without_grace, phase.at_end, phase.least_serving
                );
            }
        }
        for result in &seen.results {
            println!("     {} {} {}", result.why, result.word, result.took);
        }
    }
}
