//! Objects that are defined again further behind: only the last one counts.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::source::Span;

/// The kind, the namespace and the name of an object.
pub(super) type Identity = (SmolStr, Option<SmolStr>, SmolStr);

/// Where objects are.
pub(super) type Seen = IndexMap<Identity, Span, RandomState>;

/// The last ones of all objects, each with the number of its piece.
pub(super) struct Last<'c>(HashMap<&'c Identity, (usize, Span), RandomState>);

/// The objects in the pieces behind one, as far as they are known.
#[derive(Clone, Copy, Default)]
pub(super) struct Overwriting<'c> {
    after: Option<(&'c Last<'c>, usize)>,
}

impl<'c> Last<'c> {
    /// The last ones, and the numbers of the pieces that have others.
    pub(super) fn among<I>(pieces: I) -> (Self, Vec<usize>)
    where
        I: ExactSizeIterator<Item = &'c Seen> + DoubleEndedIterator,
    {
        let mut last = HashMap::with_hasher(RandomState::default());
        let mut overwritten = Vec::new();
        for (number, seen) in pieces.enumerate().rev() {
            for (identity, place) in seen {
                let known = last.entry(identity).or_insert((number, *place));
                if known.0 != number && overwritten.last() != Some(&number) {
                    overwritten.push(number);
                }
            }
        }
        (Self(last), overwritten)
    }

    /// Those in the pieces behind the one of a number.
    pub(super) fn after(&'c self, number: usize) -> Overwriting<'c> {
        Overwriting {
            after: Some((self, number)),
        }
    }
}

impl Overwriting<'_> {
    /// Where the last object of this identity is, if it is in another piece.
    pub(super) fn last(self, identity: &Identity) -> Option<Span> {
        let (last, own) = self.after?;
        let (number, place) = last.0.get(identity)?;
        (*number != own).then_some(*place)
    }
}
