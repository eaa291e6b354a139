//! The choices of a run, each made once: most workloads of a stream have one of a few classes.

use std::cell::RefCell;
use std::rc::Rc;

use crate::workloads::{Choice, Chosen, Stream};

/// More classes than most configurations have.
const MOST: usize = 16;

/// Those of workloads that are not listed, each with the kind that it is for.
#[derive(Default)]
pub(super) struct Choices(RefCell<Vec<(String, Rc<Choice>)>>);

impl Choices {
    /// The choice for a workload of a kind whose class is known.
    pub(super) fn of(&self, chosen: Chosen<'_>, kind: &str, stream: &Stream<'_>) -> Rc<Choice> {
        // A listed workload has settings of its own.
        if chosen.listed.is_some() {
            return Rc::new(stream.choice(chosen, kind));
        }
        let mut made = self.0.borrow_mut();
        let known = made.iter().find(|(known, choice)| {
            known == kind && choice.class == chosen.class && choice.is_annotated == chosen.annotated
        });
        if let Some((_, choice)) = known {
            return Rc::clone(choice);
        }
        let choice = Rc::new(stream.choice(chosen, kind));
        if made.len() < MOST {
            made.push((kind.to_owned(), Rc::clone(&choice)));
        }
        choice
    }
}
