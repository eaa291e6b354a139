//! What is changed to see what comes of it.

use std::rc::Rc;

use super::against::Against;
use super::edits::Edit;
use crate::rehearse::class::Change;
use crate::simulate::start::Given;
use crate::simulate::verdict::Verdict;

/// What is tried.
#[derive(Clone, Default)]
pub(super) struct Trial {
    pub(super) set: Vec<String>,
    pub(super) edits: Vec<Rc<Edit>>,
}

impl Trial {
    /// The cluster with it; none where it is not valid, or there is nothing to change.
    pub(super) fn given(&self, against: &Against<'_>, now: Option<&Given>) -> Option<Given> {
        let mut given = (against.replan)(&self.set)?;
        let applied = self.edits.iter().all(|edit| edit.apply(&mut given));
        (applied && now != Some(&given)).then_some(given)
    }

    pub(super) fn change(&self, verdict: Verdict) -> Change {
        let words: Vec<&str> = self.edits.iter().map(|edit| edit.words.as_str()).collect();
        Change {
            set: self.set.clone(),
            edit: (!words.is_empty()).then(|| words.join(", and ")),
            verdict,
        }
    }

    /// With what another one changes.
    pub(super) fn join(&mut self, other: &Self) {
        let new = other.set.iter().filter(|set| !self.set.contains(set));
        let new: Vec<String> = new.cloned().collect();
        self.set.extend(new);
        let known = |edit: &Rc<Edit>| self.edits.iter().any(|own| own.words == edit.words);
        let new: Vec<Rc<Edit>> = other
            .edits
            .iter()
            .filter(|own| !known(own))
            .cloned()
            .collect();
        self.edits.extend(new);
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
        self.set.len() + self.edits.len()
    }

    /// All of it but one.
    pub(super) fn without(&self, part: usize) -> Self {
        let mut rest = self.clone();
        match part.checked_sub(rest.set.len()) {
            Some(edit) => drop(rest.edits.remove(edit)),
            None => drop(rest.set.remove(part)),
        }
        rest
    }
}
