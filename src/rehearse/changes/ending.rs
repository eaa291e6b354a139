//! The search for changes that end one finding.

use super::against::Against;
use super::growth::Growth;
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
use crate::simulate::verdict::{Verdict, outcome};

/// So often what ends a finding and brings another one is tried with what ends that one.
const DEEP: usize = 2;

/// Trials for one finding; then what is found by then has to do.
const MOST: usize = 60;

/// What comes of a trial.
enum Tried {
    /// The finding is gone, nothing is in its place, and the scenario is no worse than now.
    Ends(Came),
    /// Another finding is in its place.
    Moves(Box<Finding>),
    Stays,
}

/// What a scenario comes to.
struct Came {
    verdict: Verdict,
    peak: Peak,
}

struct Search<'s, 'p, 't> {
    /// The finding before its cause was added.
    was: &'s Finding,
    /// All findings of the run, as they were then.
    before: &'s [Finding],
    now: Option<&'s Given>,
    places: &'s mut Places<'p>,
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
    let mut search = Search {
        was,
        before,
        now,
        places,
        against,
        count: 0,
        instead: None,
    };
    let ending = search.each_better(&Trial::default(), finding, DEEP);
    if ending.is_empty() {
        let why = why_none(
            finding,
            before,
            search.count,
            search.instead.as_ref(),
            search.places,
        );
        finding.no_change = Some(why);
    }
    ending
}

impl Search<'_, '_, '_> {
    /// Tries what may end `next`, on top of a trial that brought it. Where each of that brings still another finding, it goes on
    /// from there, so often.
    fn each_better(&mut self, base: &Trial, next: &Finding, deep: usize) -> Vec<(Trial, Verdict)> {
        let mut ending: Vec<(Trial, Verdict)> = Vec::new();
        let mut moved = Vec::new();
        // Fewer nodes than these did not help.
        let mut too_few = 0;
        for (own, growth) in trials(next, self.places) {
            let mut trial = base.clone();
            trial.join(&own);
            let came = match self.attempt(&trial) {
                Tried::Ends(came) => came,
                other => {
                    // What more nodes bring is not that they are too few.
                    if matches!(other, Tried::Stays) {
                        too_few = growth.map_or(too_few, |(_, more)| more);
                    }
                    if let Tried::Moves(next) = other {
                        moved.push((trial, next));
                    }
                    continue;
                }
            };
            let verdict = came.verdict;
            let is_better = ending
                .last()
                .is_none_or(|(_, best)| rank(verdict) < rank(*best));
            if is_better {
                let growth = growth.map(|(growth, more)| {
                    let too_few = if too_few < more { too_few } else { 0 };
                    (growth, (too_few, more))
                });
                ending.push(self.least(base, (trial, came), growth));
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
            .map(|(trial, next)| self.each_better(&trial, &next, deep - 1));
        further
            .find(|ending| !ending.is_empty())
            .unwrap_or_default()
    }

    /// Plays the scenario with a change.
    fn attempt(&mut self, trial: &Trial) -> Tried {
        let against = self.against;
        if self.count == MOST {
            return Tried::Stays;
        }
        let Some(given) = trial.given(against, self.now) else {
            return Tried::Stays;
        };
        self.count += 1;
        let tried = run(&given, against.scenario, against.seed, &mut |_| {
            (against.tick)();
        });
        let verdict = tried.ending.verdict;
        let left = found(&tried, &outcome(&tried), self.places);
        if left.iter().any(|own| is_same(own, self.was)) {
            return Tried::Stays;
        }
        let mut left = left.into_iter();
        if let Some(mut next) = left.find(|own| takes_its_place(own, self.was, self.before)) {
            causes::add(&mut next, &against.scenario.name, self.places);
            self.instead
                .get_or_insert_with(|| (trial.change(verdict), next.clone()));
            return Tried::Moves(Box::new(next));
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

    /// As little of a change as does as well.
    fn least(
        &mut self,
        base: &Trial,
        (trial, came): (Trial, Came),
        growth: Option<(Growth, (i64, i64))>,
    ) -> (Trial, Verdict) {
        let against = self.against;
        let verdict = came.verdict;
        let mut does_as_well = |less: &Trial| match self.attempt(less) {
            Tried::Ends(found) if rank(found.verdict) <= rank(verdict) => Some(found),
            _ => None,
        };
        let mut enough = (trial, came);
        if let Some((growth, (too_few, more))) = growth {
            let needed = growth.reaching(&enough.1.peak, more);
            let with = |more| {
                let mut trial = base.clone();
                trial.join(&growth.trial(more));
                trial
            };
            let fewest = fewest(enough, (too_few, more), needed, |more| {
                let trial = with(more);
                does_as_well(&trial).map(|came| (trial, came))
            });
            enough = fewest;
        }
        enough.0 = enough.0.effective(against);
        let (trial, came) = smallest(enough, does_as_well);
        (trial, came.verdict)
    }
}

/// What comes of the fewest nodes that do as well as what is known to be `enough`: more than `too_few`, and no more than `most`.
/// Those that were in use then are the first guess.
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
