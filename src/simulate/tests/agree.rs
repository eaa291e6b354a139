//! Whether the model agrees with a recording.
//!
//! Equal: the verdict, pods of each workload by capacity at the end, whether pods moved back, pods killed, least ready.
//! Times lie within the spread of repeated recordings and a tenth more, or within one period of the actor that decides the
//! figure. Evictions may differ by a tenth or by one; where the descheduler goes on for ever, those of one round. Where a run
//! ends short of its goal, pods by capacity may differ by one in total.

use std::collections::BTreeMap;

use super::figures::Figures;
use super::input::{Phase, Recording, Run, Verdict};

/// Who decides how long something takes, and how often it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    /// Or the autoscaler.
    Scheduler,
    Descheduler,
}

impl Actor {
    fn period(self, recording: &Recording) -> i64 {
        match self {
            Self::Scheduler => 10,
            Self::Descheduler => recording.interval(),
        }
    }
}

/// A time of a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    /// Until it ended as it did.
    Took,
    /// Until all pods were ready again after something took some of them.
    Failover,
    LastEviction,
}

const TIMES: [Time; 3] = [Time::Took, Time::Failover, Time::LastEviction];

impl Time {
    /// Which actor decides it. Pods come back to Spot when the descheduler finds them; all else is a matter of placing
    /// pods, and of nodes for them.
    fn actor(self, phase: &Phase) -> Actor {
        match self {
            Self::LastEviction => Actor::Descheduler,
            Self::Took if phase.last_descheduler_eviction.is_some() => Actor::Descheduler,
            Self::Took | Self::Failover => Actor::Scheduler,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Took => "took",
            Self::Failover => "failover",
            Self::LastEviction => "last eviction",
        }
    }

    fn recorded(self, recording: &Recording, at: usize) -> Option<i64> {
        let phase = recording.phase(at)?;
        match self {
            Self::Took => {
                let outcome = recording.outcome(at)?;
                outcome.is_timed().then_some(outcome.took)
            }
            Self::Failover => recording.all_ready(at),
            Self::LastEviction => phase.last_descheduler_eviction,
        }
    }

    fn modelled(self, figures: &Figures) -> Option<i64> {
        match self {
            Self::Took => Some(figures.took),
            Self::Failover => figures.all_ready,
            Self::LastEviction => figures.last_eviction,
        }
    }
}

/// The same phase of each recording with the same configuration, this one's among them.
fn repeated<'r>(own: &Run, at: usize, runs: &'r [Run]) -> Vec<(&'r Recording, usize)> {
    let mark = &own.recording.marks[at].1;
    let nth = |recording: &Recording, at: usize| {
        let earlier = recording.marks[..at].iter();
        earlier.filter(|(_, earlier)| earlier == mark).count()
    };
    let is_cold = |recording: &Recording| recording.marks[0].0 < 0;
    let own_nth = nth(&own.recording, at);
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| own.repeats(run)) {
        let recording = &run.recording;
        if mark == "system applied" && is_cold(recording) != is_cold(&own.recording) {
            continue;
        }
        for (at, (_, other)) in recording.marks.iter().enumerate() {
            if other == mark && nth(recording, at) == own_nth {
                found.push((recording, at));
            }
        }
    }
    found
}

/// The least and the greatest of a figure among repeated recordings: where these differ, none of them is what must come.
fn range(
    own: &Run,
    at: usize,
    runs: &[Run],
    figure: impl Fn(&Recording, usize) -> Option<i64>,
) -> Option<(i64, i64)> {
    let all = repeated(own, at, runs).into_iter();
    let mut all: Vec<i64> = all.filter_map(|(one, at)| figure(one, at)).collect();
    all.sort_unstable();
    all.first().copied().zip(all.last().copied())
}

/// What is wrong with the times.
fn times(run: &Run, at: usize, figures: &Figures, runs: &[Run]) -> Vec<String> {
    let Some(phase) = run.recording.phase(at) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for time in TIMES {
        let Some(real) = time.recorded(&run.recording, at) else {
            continue;
        };
        let name = time.name();
        let Some(own) = time.modelled(figures) else {
            found.push(format!("{name}: none, not {real} s"));
            continue;
        };
        let spread = range(run, at, runs, |one, at| time.recorded(one, at));
        let (least, most) = spread.unwrap_or((real, real));
        // The laboratory looked each 10 s: it may have seen what happened up to so much later.
        let looks = if time == Time::LastEviction {
            own
        } else {
            own + 10
        };
        let is_within = looks * 10 >= least * 9 && own * 10 <= most * 11;
        let period = time.actor(phase).period(&run.recording);
        let is_near = looks + period >= real && own - period <= real;
        if !is_within && !is_near {
            found.push(format!(
                "{name}: {own} s, not {real} s ({least} to {most} s)"
            ));
        }
    }
    found
}

/// What is wrong with who evicted how many.
fn evictions(run: &Run, at: usize, figures: &Figures, runs: &[Run]) -> Vec<String> {
    let recording = &run.recording;
    let Some(phase) = recording.phase(at) else {
        return Vec::new();
    };
    let outcome = recording.outcome(at);
    let loops = outcome.is_some_and(|outcome| outcome.verdict() == Verdict::Loops);
    let mut found = Vec::new();
    for by in ["handler", "autoscaler", "descheduler"] {
        let own = figures.evictions.get(by).copied().unwrap_or(0);
        let real = phase.evictions.get(by).copied().unwrap_or(0);
        let differs = if loops && by == "descheduler" {
            let theirs = recording.descheduled(recording.marks[at].0, recording.end(at));
            let theirs = rounds(theirs, recording.interval());
            // Both times the product of the rounds, to stay with whole numbers.
            let (own, real) = (own * theirs.max(1), real * figures.rounds.max(1));
            let one = theirs.max(1) * figures.rounds.max(1);
            (own - real).abs() * 10 > real.max(one * 10)
        } else {
            let figure = |one: &Recording, at| {
                let phase = one.phase(at)?;
                Some(phase.evictions.get(by).copied().unwrap_or(0))
            };
            let (least, most) = range(run, at, runs, figure).unwrap_or((real, real));
            let beyond = (least - own).max(own - most).max(0);
            beyond * 10 > real.max(10)
        };
        if differs {
            found.push(format!("evictions by the {by}: {own}, not {real}"));
        }
    }
    found
}

/// Moments that lie far apart, for rounds so far apart.
fn rounds(moments: impl Iterator<Item = i64>, interval: i64) -> i64 {
    let (mut count, mut last) = (0, None);
    for moment in moments {
        if last.is_none_or(|last| (moment - last) * 3 > interval) {
            count += 1;
            last = Some(moment);
        }
    }
    count
}

/// What is wrong with where pods are at the end.
fn places(recording: &Recording, at: usize, figures: &Figures) -> Vec<String> {
    let Some(phase) = recording.phase(at) else {
        return Vec::new();
    };
    // Marks that were set while pods were on their way.
    if phase.mark == "S7" || phase.mark == "S5 spot back" {
        return Vec::new();
    }
    let has_converged = recording
        .outcome(at)
        .is_none_or(|outcome| outcome.verdict() == Verdict::Converged);
    let real: BTreeMap<&str, BTreeMap<&str, i64>> = phase
        .at_end
        .iter()
        .map(|(app, states)| (app.as_str(), by_place(states)))
        .collect();
    if has_converged {
        let differ = real.iter().filter_map(|(app, real)| {
            let own = figures.at_end.get(*app)?;
            (own != real).then(|| format!("{app} at the end: {own:?}, not {real:?}"))
        });
        return differ.collect();
    }
    let total = |place: &str, all: &mut dyn Iterator<Item = &BTreeMap<&str, i64>>| -> i64 {
        all.filter_map(|places| places.get(place)).sum()
    };
    let mut found = Vec::new();
    for place in ["spot", "od", "pending"] {
        let own = total(place, &mut figures.at_end.values());
        let real = total(place, &mut real.values());
        if (own - real).abs() > 1 {
            found.push(format!("{place} at the end: {own}, not {real}"));
        }
    }
    found
}

/// Pods that nothing has asked to stop, by place.
fn by_place(states: &BTreeMap<String, i64>) -> BTreeMap<&str, i64> {
    let mut places = BTreeMap::new();
    for (state, count) in states {
        let (doing, place) = state.split_once('.').unwrap_or((state, "pending"));
        if doing != "term" {
            *places.entry(place).or_default() += count;
        }
    }
    places
}

/// What is wrong with the pods that died and with those that were left.
fn losses(run: &Run, at: usize, figures: &Figures, runs: &[Run]) -> Vec<String> {
    let recording = &run.recording;
    let Some(phase) = recording.phase(at).filter(|_| recording.counts_dead()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let killed = range(run, at, runs, Recording::killed);
    if let Some((least, most)) = killed
        && !(least..=most).contains(&figures.killed)
    {
        let own = figures.killed;
        found.push(format!("killed: {own}, not {least} to {most}"));
    }
    for app in phase.least_ready.keys() {
        let own = &figures.least_ready[app];
        let figure = |one: &Recording, at| {
            let phase = one.phase(at).filter(|_| one.counts_dead())?;
            phase.least_ready.get(app).copied()
        };
        if let Some((least, most)) = range(run, at, runs, figure)
            && own.range(least..=most).next().is_none()
        {
            found.push(format!("{app} least ready: {own:?}, not {least} to {most}"));
        }
    }
    let own = &figures.least_serving;
    let least = range(run, at, runs, |one, at| one.phase(at)?.least_serving);
    if let Some((least, most)) = least
        && own.range(least..=most).next().is_none()
    {
        found.push(format!("least ready: {own:?}, not {least} to {most}"));
    }
    found
}

/// Everything in which a phase of the model differs from the recording.
pub(super) fn differences(run: &Run, at: usize, figures: &Figures, runs: &[Run]) -> Vec<String> {
    let recording = &run.recording;
    let mut found = Vec::new();
    if let Some(outcome) = recording.outcome(at)
        && outcome.verdict() != figures.verdict
    {
        let (own, real) = (figures.verdict, outcome.verdict());
        found.push(format!("verdict: {own:?}, not {real:?}"));
    }
    if let Some(phase) = recording.phase(at)
        && (phase.back_and_forth > 0) != (figures.back > 0)
    {
        let (own, real) = (figures.back, phase.back_and_forth);
        found.push(format!("moves back: {own}, not {real}"));
    }
    found.extend(times(run, at, figures, runs));
    found.extend(evictions(run, at, figures, runs));
    found.extend(places(recording, at, figures));
    found.extend(losses(run, at, figures, runs));
    found
}
