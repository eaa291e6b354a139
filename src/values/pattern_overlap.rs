//! Whether two patterns can match the same name.
//!
//! Both automata are walked at once: each looks for a match anywhere in the name, so what stands before and after it is
//! free. The answer is exact for names of the characters that names have.

use foldhash::HashSet;
use regex_automata::nfa::thompson::{NFA, State, WhichCaptures};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;

/// How many pairs of states are looked at: no pattern that people write needs as many.
const MOST_PAIRS: usize = 100_000;

/// Whether some name matches both patterns. False for patterns that are none, true where it would take too long to tell.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (automaton(one), automaton(other)) else {
        return false;
    };
    let both = Both { one, other };
    both.meet()
}

fn automaton(pattern: &str) -> Option<NFA> {
    let config = NFA::config()
        .which_captures(WhichCaptures::None)
        .utf8(false);
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let mut compiler = NFA::compiler();
    compiler
        .configure(config)
        .syntax(syntax)
        .build(pattern)
        .ok()
}

/// What stands before a place in the name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Before {
    Start,
    Word,
    Other,
}

/// What has to come next, as the assertions that were passed ask.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum After {
    Anything,
    Word,
    /// Another character, or the end.
    NoWord,
    End,
}

impl After {
    /// What meets both; none if nothing does.
    fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Anything, other) => Some(other),
            (own, Self::Anything) => Some(own),
            (own, other) if own == other => Some(own),
            (Self::NoWord, Self::End) | (Self::End, Self::NoWord) => Some(Self::End),
            _ => None,
        }
    }

    fn lets(self, byte: u8) -> bool {
        match self {
            Self::Anything => true,
            Self::Word => is_word(byte),
            Self::NoWord => !is_word(byte),
            Self::End => false,
        }
    }
}

/// A place in the walk: a state of each automaton, and what stands around it in the name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    states: [StateID; 2],
    before: Before,
    after: After,
}

struct Both {
    one: NFA,
    other: NFA,
}

impl Both {
    fn state(&self, place: Place, side: usize) -> &State {
        let automaton = if side == 0 { &self.one } else { &self.other };
        automaton.state(place.states[side])
    }

    fn meet(&self) -> bool {
        let start = Place {
            states: [self.one.start_unanchored(), self.other.start_unanchored()],
            before: Before::Start,
            after: After::Anything,
        };
        let mut seen = HashSet::from_iter([start]);
        let mut open = vec![start];
        while let Some(place) = open.pop() {
            let is_match = |side| matches!(self.state(place, side), State::Match { .. });
            if is_match(0) && is_match(1) || seen.len() > MOST_PAIRS {
                return true;
            }
            for next in self.next(place) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    fn next(&self, place: Place) -> Vec<Place> {
        for side in [0, 1] {
            if let Some(places) = self.without_character(place, side) {
                return places;
            }
        }
        let mut places = Vec::new();
        for byte in (b'!'..=b'~').filter(|byte| place.after.lets(*byte)) {
            let [one, other] = [0, 1].map(|side| self.with(place, side, byte));
            if let (Some(one), Some(other)) = (one, other) {
                places.push(Place {
                    states: [one, other],
                    before: if is_word(byte) {
                        Before::Word
                    } else {
                        Before::Other
                    },
                    after: After::Anything,
                });
            }
        }
        places
    }

    /// The places that one side reaches without a character; none if it waits for one.
    fn without_character(&self, place: Place, side: usize) -> Option<Vec<Place>> {
        let to = |id: &StateID| {
            let mut next = place;
            next.states[side] = *id;
            next
        };
        match self.state(place, side) {
            State::Union { alternates } => Some(alternates.iter().map(to).collect()),
            State::BinaryUnion { alt1, alt2 } => Some(vec![to(alt1), to(alt2)]),
            State::Capture { next, .. } => Some(vec![to(next)]),
            State::Look { look, next } => {
                let wanted = look_after(*look, place.before);
                let passed = wanted.iter().filter_map(|after| {
                    let after = place.after.and(*after)?;
                    Some(Place { after, ..to(next) })
                });
                Some(passed.collect())
            }
            State::Fail => Some(Vec::new()),
            State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) | State::Match { .. } => {
                None
            }
        }
    }

    /// The state behind a character. What has matched takes any.
    fn with(&self, place: Place, side: usize, byte: u8) -> Option<StateID> {
        match self.state(place, side) {
            State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
            State::Sparse(transitions) => transitions.matches_byte(byte),
            State::Dense(transitions) => transitions.matches_byte(byte),
            State::Match { .. } => Some(place.states[side]),
            _ => None,
        }
    }
}

/// What may come next for an assertion to hold, in as many ways as there are. Names have no line breaks.
fn look_after(look: Look, before: Before) -> &'static [After] {
    let is_word = before == Before::Word;
    match look {
        Look::Start | Look::StartLF | Look::StartCRLF if before == Before::Start => {
            &[After::Anything]
        }
        Look::Start | Look::StartLF | Look::StartCRLF => &[],
        Look::End | Look::EndLF | Look::EndCRLF => &[After::End],
        Look::WordAscii | Look::WordUnicode if is_word => &[After::NoWord],
        Look::WordAscii | Look::WordUnicode => &[After::Word],
        Look::WordAsciiNegate | Look::WordUnicodeNegate if is_word => &[After::Word],
        Look::WordAsciiNegate | Look::WordUnicodeNegate => &[After::NoWord],
        // No checked pattern has another one.
        _ => &[After::Anything],
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_where_a_name_matches_both() {
        for (one, other, expected) in [
            (".*spot-2024.*", "prod-workers-spot-[0-9]{8}.*", true),
            (".*spot-2024.*", "^prod-workers-spot-2024[0-9]{4}$", true),
            (".*spot-2024.*", "^prod-workers-spot-2023[0-9]{4}$", false),
            (
                r"nodes-spot(-[ab])?\.prod\.k8s\.local",
                "nodes-spot-b",
                true,
            ),
            (
                r"^nodes-spot(-[ab])?\.prod\.k8s\.local$",
                "nodes-spot-c",
                false,
            ),
            (
                "^eks-spot-[0-9a-f]{8}-[0-9a-f]{4}$",
                "eks-spot-9ac3.*",
                true,
            ),
            (
                "^eks-spot-[0-9a-f]{8}-[0-9a-f]{4}$",
                "eks-spot-9xc3.*",
                false,
            ),
            ("^eks-spot-[0-9a-f]{8}$", "^eks-steady-", false),
            (r"\bspot\b", "^xspot$", false),
            (r"\bspot\b", "^x-spot$", true),
            (r"a\Bb", "^ab$", true),
            (r"\Bb", "^b$", false),
            (r"^a\b", "^ab", false),
            ("a$", "^a.$", true),
            ("b$", "^ba$", false),
            ("(?m)^a$", "a", true),
            ("", "a", true),
            ("(", "a", false),
            ("^a b$", "a", false),
            ("(?i)SPOT", "^spot$", true),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} {other}");
            assert_eq!(overlap(other, one), expected, "{other} {one}");
        }
    }
}
