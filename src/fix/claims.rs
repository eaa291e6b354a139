//! Which places fixes have changed: no two may change the same one, and a removed item moves those behind it.

use crate::diagnostic::{Edit, Pointer};

/// The edits that were made to one document so far, as their findings said them.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    edits: Vec<Edit>,
    /// Items that were taken out, in their order.
    gone: Vec<Pointer>,
}

/// Why an edit is not made now.
pub(super) const TAKEN: &str = "another fix has changed the same place: run it again";

impl Claims {
    /// Whether this very edit was made already.
    pub(super) fn has(&self, edit: &Edit) -> bool {
        self.edits.contains(edit)
    }

    /// Whether an earlier edit and these exclude each other.
    pub(super) fn exclude(&self, fix: &[&Edit]) -> bool {
        let removes = fix
            .iter()
            .filter(|edit| matches!(edit, Edit::Remove { .. }));
        // Several edits of a list mean its items as they are after each of them.
        let moves = fix.len() > 1
            && removes.clone().any(|edit| {
                let list = edit.pointer().parent();
                self.gone.iter().any(|gone| gone.parent() == list)
            });
        let others = fix.iter().filter(|edit| !self.has(edit));
        let mut pairs = others.flat_map(|edit| self.edits.iter().map(move |made| (made, *edit)));
        moves || pairs.any(|(made, edit)| are_exclusive(made, edit))
    }

    /// Where a place is now.
    pub(super) fn moved(&self, pointer: &Pointer) -> Option<Pointer> {
        self.gone.iter().try_fold(pointer.clone(), |pointer, gone| {
            let list = gone.parent();
            if !pointer.lies_in(&list) {
                return Some(pointer);
            }
            let number = |of: &Pointer| of.segments().nth(list.depth())?.parse::<usize>().ok();
            match (number(&pointer), number(gone)) {
                (Some(own), Some(gone)) if own == gone => None,
                (Some(own), Some(gone)) if own > gone => {
                    let within = pointer.segments().skip(list.depth() + 1);
                    Some(within.fold(list.child(own - 1), |pointer, key| pointer.child(key)))
                }
                _ => Some(pointer),
            }
        })
    }

    /// Remembers an edit, as its finding said it and as it was made.
    pub(super) fn add(&mut self, said: &Edit, made: &Edit, is_of_list: bool) {
        self.edits.push(said.clone());
        if is_of_list && matches!(made, Edit::Remove { .. }) {
            self.gone.push(made.pointer().clone());
        }
    }
}

fn are_exclusive(made: &Edit, edit: &Edit) -> bool {
    let (one, other) = (made.pointer(), edit.pointer());
    match (made, edit) {
        // Two entries of the same name are two settings of one thing.
        (Edit::Append { value: made, .. }, Edit::Append { value, .. }) => {
            one == other && value.get("name").is_some() && made.get("name") == value.get("name")
        }
        (Edit::Append { .. }, _) => one.lies_in(other),
        (_, Edit::Append { .. }) => other.lies_in(one),
        _ => one.lies_in(other) || other.lies_in(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remove(pointer: &str) -> Edit {
        Edit::Remove {
            pointer: Pointer::parse(pointer),
        }
    }

    fn set(pointer: &str) -> Edit {
        Edit::Set {
            pointer: Pointer::parse(pointer),
            value: 1.into(),
        }
    }

    #[test]
    fn what_stands_behind_a_removed_item_moves() {
        let mut claims = Claims::default();
        claims.add(&remove("/a/1"), &remove("/a/1"), true);
        let moved = |pointer: &str| claims.moved(&Pointer::parse(pointer));
        assert_eq!(moved("/a/2/x"), Some(Pointer::parse("/a/1/x")));
        assert_eq!(moved("/a/0/x"), Some(Pointer::parse("/a/0/x")));
        assert_eq!(moved("/a"), Some(Pointer::parse("/a")));
        assert_eq!(moved("/ab/2"), Some(Pointer::parse("/ab/2")));
        assert_eq!(moved("/a/1"), None);
    }

    #[test]
    fn one_place_is_changed_by_one_fix() {
        let mut claims = Claims::default();
        claims.add(&set("/a/b"), &set("/a/b"), false);
        assert!(!claims.exclude(&[&set("/a/b")]), "it is the same edit");
        assert!(claims.exclude(&[&remove("/a/b")]));
        assert!(claims.exclude(&[&set("/a/b/c")]));
        assert!(claims.exclude(&[&remove("/a")]));
        assert!(!claims.exclude(&[&set("/a/bc")]));
    }
}
