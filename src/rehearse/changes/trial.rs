//! What is changed to see what comes of it.

use std::rc::Rc;

use super::against::Against;
use super::edits::Edit;
use super::growth::Growth;
use crate::rehearse::class::Change;
use crate::rehearse::place::Places;
use crate::simulate::start::Given;
use crate::simulate::verdict::Verdict;

/// What is tried.
#[derive(Clone, Default)]
pub(super) struct Trial {
    pub(super) set: Vec<String>,
    /// Pools that may have so many more nodes.
    pub(super) grown: Vec<(Growth, i64)>,
    pub(super) edits: Vec<Rc<Edit>>,
}

impl Trial {
    /// What to set.
    fn sets(&self) -> Vec<String> {
        let grown = self.grown.iter().flat_map(|(own, more)| own.by(*more));
        self.set.iter().cloned().chain(grown).collect()
    }

    /// Looks at the cluster with it, and at its places; none where it is not valid, or there is nothing to change.
    pub(super) fn look<R>(
        &self,
        against: &Against<'_>,
        now: Option<&Given>,
        look: impl FnOnce(Given, &mut Places<'_>) -> R,
    ) -> Option<R> {
        let (mut look, mut seen) = (Some(look), None);
        (against.replan)(&self.sets(), &mut |mut given, places| {
            let applied = self.edits.iter().all(|edit| edit.apply(&mut given));
            if applied && now != Some(&given) {
                seen = look.take().map(|look| look(given, places));
            }
        });
        seen
    }

    /// The cluster with it.
    pub(super) fn given(&self, against: &Against<'_>, now: Option<&Given>) -> Option<Given> {
        self.look(against, now, |given, _| given)
    }

    pub(super) fn change(&self, verdict: Verdict) -> Change {
        let words: Vec<&str> = self.edits.iter().map(|edit| edit.words.as_str()).collect();
        Change {
            set: self.sets(),
            edit: (!words.is_empty()).then(|| words.join(", and ")),
            verdict,
        }
    }

    /// With what another one changes; where both change the same, the other one counts.
    #[must_use]
    pub(super) fn with(mut self, other: &Self) -> Self {
        let new = other.set.iter().filter(|set| !self.set.contains(set));
        let new: Vec<String> = new.cloned().collect();
        self.set.extend(new);
        let new = other.grown.iter().filter(|own| !self.grown.contains(own));
        let new: Vec<(Growth, i64)> = new.cloned().collect();
        self.grown.extend(new);
        let known = |edit: &Rc<Edit>| self.edits.iter().any(|own| own.words == edit.words);
        let new = other.edits.iter().filter(|own| !known(own));
        let new: Vec<Rc<Edit>> = new.cloned().collect();
        self.edits.extend(new);
        self
    }

    /// With so many more nodes in the pools of one growth.
    pub(super) fn grown_by(&self, growth: usize, more: i64) -> Self {
        let mut own = self.clone();
        own.grown[growth].1 = more;
        own
    }

    /// Those of its parts that change something.
    pub(super) fn effective(&self, against: &Against<'_>) -> Self {
        let given = self.given(against, None);
        let mut own = self.clone();
        let mut part = 0;
        while part < own.parts() {
            let rest = own.without(part);
            if rest.given(against, None) == given {
                own = rest;
            } else {
                part += 1;
            }
        }
        own
    }

    /// How many things it changes.
    pub(super) fn parts(&self) -> usize {
        self.set.len() + self.grown.len() + self.edits.len()
    }

    /// All of it but one.
    pub(super) fn without(&self, part: usize) -> Self {
        let mut rest = self.clone();
        let (sets, grown) = (rest.set.len(), rest.grown.len());
        if part < sets {
            rest.set.remove(part);
        } else if part < sets + grown {
            rest.grown.remove(part - sets);
        } else {
            rest.edits.remove(part - sets - grown);
        }
        rest
    }
}
