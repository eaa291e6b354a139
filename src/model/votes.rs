//! What voters were found to choose so far: most workloads of a plan ask alike.

use std::cell::RefCell;

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexMap};

use super::vote::Vote;
use crate::plan::{Amount, Spread};

/// The votes so far, by all that they depend on.
#[derive(Debug, Default)]
pub(super) struct Votes(RefCell<IndexMap<Asked, Option<Vote>, RandomState>>);

/// What a vote depends on, of a pod whose manifest adds nothing to it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Asked {
    of: Question,
    given: Vec<Spread>,
}

/// The same where it is only looked up.
#[derive(Hash)]
pub(super) struct Asking<'a> {
    pub(super) of: Question,
    /// The spread of the plan.
    pub(super) given: &'a [Spread],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) has_system_spread: bool,
    pub(super) tolerates_candidates: bool,
    pub(super) replicas: Option<i64>,
    pub(super) requests: Option<Amount>,
}

impl Equivalent<Asked> for Asking<'_> {
    fn equivalent(&self, asked: &Asked) -> bool {
        self.of == asked.of && self.given == asked.given
    }
}

impl Votes {
    /// The answer that is known, or else the one that is found now.
    pub(super) fn get(
        &self,
        asking: &Asking<'_>,
        find: impl FnOnce() -> Option<Vote>,
    ) -> Option<Vote> {
        if let Some(known) = self.0.borrow().get(asking) {
            return *known;
        }
        let found = find();
        let asked = Asked {
            of: asking.of,
            given: asking.given.to_vec(),
        };
        self.0.borrow_mut().insert(asked, found);
        found
    }
}
