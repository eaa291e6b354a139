//! The search for changes that end one finding.

use super::against::Against;
use super::none::why_none;
use super::peak::{Peak, peak};
use super::rank::rank;
use super::same::{is_same, takes_its_place};
use super::smallest::smallest;
use super::trial::Trial;
use super::trials::trials;
use crate::rehearse::causes;
use crate::rehearse::class::{Change, Class, Finding};
use crate::rehearse::findings::found;
use crate::rehearse::place::Places;
use crate::simulate::run::run;
use crate::simulate::start::Given;
use crate::simulate::verdict::{Goal, Verdict, outcome};

/// How often what ends a finding and brings another one is tried together with what ends that one.
const DEEP: usize = 2;

/// Trials for one finding at most.
const MOST: usize = 60;

/// What comes of a trial.
enum Tried {
    /// The finding is gone, nothing is in its place, and the scenario is no worse than now.
    Ends(Came),
    /// Another finding is in its place, or it is about half as many pods at most; these may help against what is left.
    Moves(Vec<Trial>),
    Stays,
}

/// What a scenario comes to.
struct Came {
    verdict: Verdict,
    peak: Peak,
}

struct Search<'s, 't> {
    /// The finding before its cause was added.
    was: &'s Finding,
    /// All findings of the run, as they were then.
    before: &'s [Finding],
    now: Option<&'s Given>,
    against: &'s Against<'t>,
    /// How many trials were valid.
    count: usize,
    /// The first trial that brings another finding, with that.
    instead: Option<(Change, Finding)>,
}

/// The changes that end a finding, with what the scenario comes to, each better than the one before.
pub(super) fn ends(
    finding: &mut Finding,
    (was, before): (&Finding, &[Finding]),
    places: &mut Places<'_>,
    against: &Against<'_>,
    now: Option<&Given>,
) -> Vec<(Trial, Verdict)> {
    if finding.class == Class::WatchEnded {
        return Vec::new();
    }
    let all = trials(finding, places);
    let mut search = Search {
        was,
        before,
        now,
        against,
        count: 0,
        instead: None,
    };
    let ending = search.each_better(&Trial::default(), &all, DEEP);
    if ending.is_empty() {
        let why = why_none(
            finding,
            before,
            search.count,
            search.instead.as_ref(),
            places,
        );
        finding.no_change = Some(why);
    }
    ending
}

impl Search<'_, '_> {
    /// Tries all of these on top of a trial. Where none ends the finding without bringing another one, it goes on from those
    /// that bring one, at most `deep` times.
    fn each_better(&mut self, base: &Trial, all: &[Trial], deep: usize) -> Vec<(Trial, Verdict)> {
        let mut ending: Vec<(Trial, Verdict)> = Vec::new();
        let mut moved = Vec::new();
        // Fewer nodes than these did not help.
        let mut too_few = 0;
        for own in all {
            let trial = base.clone().with(own);
            let came = match self.attempt(&trial) {
                Tried::Ends(came) => came,
                Tried::Moves(further) => {
                    moved.push((trial, further));
                    continue;
                }
                Tried::Stays => {
                    too_few = own.grown.last().map_or(too_few, |(_, more)| *more);
                    continue;
                }
            };
            let verdict = came.verdict;
            let is_better = ending
                .last()
                .is_none_or(|(_, best)| rank(verdict) < rank(*best));
            if is_better {
                ending.push(self.least(&trial, came, too_few));
            }
            if verdict == Verdict::Converged {
                break;
            }
        }
        if !ending.is_empty() || deep == 0 {
            return ending;
        }
        let mut further = moved
            .into_iter()
            .map(|(trial, further)| self.each_better(&trial, &further, deep - 1));
        further
            .find(|ending| !ending.is_empty())
            .unwrap_or_default()
    }

    /// Plays the scenario with a change.
    fn attempt(&mut self, trial: &Trial) -> Tried {
        if self.count == MOST {
            return Tried::Stays;
        }
        let (against, now) = (self.against, self.now);
        let tried = trial.look(against, now, |given, places| {
            self.judge(trial, &given, places)
        });
        tried.unwrap_or(Tried::Stays)
    }

    /// `places` are those of the changed configuration.
    fn judge(&mut self, trial: &Trial, given: &Given, places: &mut Places<'_>) -> Tried {
        let against = self.against;
        self.count += 1;
        let tried = run(given, against.scenario, against.seed, &mut |_| {
            (against.tick)();
        });
        let verdict = tried.ending.verdict;
        let mut left = found(&tried, &outcome(&tried), places);
        let same = left.iter().position(|own| is_same(own, self.was));
        let same = same.map(|at| left.swap_remove(at));
        let is_same = same.is_some();
        if is_same && 2 * self.lacking(&tried.ending.goal) > self.lacking(&against.goal) {
            return Tried::Stays;
        }
        let mut left = left.into_iter();
        let mut other = || left.find(|own| takes_its_place(own, self.was, self.before));
        if let Some(mut next) = same.or_else(&mut other) {
            causes::add(&mut next, &against.scenario.name, places);
            let further = trials(&next, places);
            if !is_same {
                self.instead
                    .get_or_insert_with(|| (trial.change(verdict), next));
            }
            return Tried::Moves(further);
        }
        // Pods that were not ready can have hidden a loop.
        if self.was.class != Class::Stall && rank(verdict) > rank(against.now) {
            return Tried::Stays;
        }
        Tried::Ends(Came {
            verdict,
            peak: peak(&tried),
        })
    }

    /// How many pods are not where the finding wants them.
    fn lacking(&self, goal: &Goal) -> i64 {
        match self.was.class {
            Class::Stall => goal.unready.max(goal.pending),
            _ => goal.away,
        }
    }

    /// As little of a change as does as well. Fewer nodes than `too_few` do not help where they are all that is changed.
    fn least(&mut self, trial: &Trial, came: Came, too_few: i64) -> (Trial, Verdict) {
        let against = self.against;
        let verdict = came.verdict;
        let mut does_as_well = |less: &Trial| match self.attempt(less) {
            Tried::Ends(found) if rank(found.verdict) <= rank(verdict) => Some(found),
            _ => None,
        };
        let mut enough = (trial.effective(against), came);
        let is_alone = enough.0.parts() == 1;
        for at in 0..enough.0.grown.len() {
            let (growth, more) = enough.0.grown[at].clone();
            let needed = growth.reaching(&enough.1.peak, more);
            let too_few = if is_alone && too_few < more {
                too_few
            } else {
                0
            };
            let all = enough.0.clone();
            enough = fewest(enough, (too_few, more), needed, |more| {
                let fewer = all.grown_by(at, more);
                does_as_well(&fewer).map(|came| (fewer, came))
            });
        }
        let (trial, came) = smallest(enough, does_as_well);
        (trial, came.verdict)
    }
}

/// What comes of the fewest nodes that do as well as what is known to be `enough`: more than `too_few`, at most `most`. The
/// first guess is as many as were in use then.
fn fewest<R>(
    mut enough: R,
    (mut too_few, mut most): (i64, i64),
    in_use: i64,
    mut does_as_well: impl FnMut(i64) -> Option<R>,
) -> R {
    // So many, and one less, which most often is too few.
    let mut guesses = [in_use, in_use - 1].into_iter();
    while most - too_few > 1 {
        let half = too_few + (most - too_few) / 2;
        let guess = guesses
            .next()
            .filter(|own| (too_few + 1..most).contains(own));
        let own = guess.unwrap_or(half);
        match does_as_well(own) {
            Some(found) => (enough, most) = (found, own),
            None => too_few = own,
        }
    }
    enough
}

#[cfg(test)]
mod tests {
    use super::fewest;

    fn tried(too_few: i64, most: i64, in_use: i64, least: i64) -> (i64, usize) {
        let mut count = 0;
        let found = fewest(most, (too_few, most), in_use, |own| {
            count += 1;
            (own >= least).then_some(own)
        });
        (found, count)
    }

    #[test]
    fn the_fewest_nodes_are_found_from_any_guess() {
        for least in 1..=40 {
            for in_use in 0..=50 {
                assert_eq!(tried(0, 40, in_use, least).0, least, "{least} {in_use}");
            }
        }
    }

    #[test]
    fn a_right_guess_needs_two_trials() {
        assert_eq!(tried(0, 1000, 86, 86), (86, 2));
        assert_eq!(tried(0, 1000, 1000, 1000).0, 1000);
    }
}
