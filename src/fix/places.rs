//! Where a place of a text was before the text was changed.

use foldhash::{HashMap, HashMapExt as _};
use similar::{DiffOp, TextDiff};

use crate::diagnostic::position;
use crate::source::{SourceId, Sources, Span};

/// Finds places of changed texts in the texts as they were.
pub(super) struct Places<'a> {
    before: &'a Sources,
    now: &'a Sources,
    /// Compared when they are first asked for: most texts have no finding, and a text may have thousands.
    changes: HashMap<SourceId, Option<Changes>>,
}

/// How the lines of a text have changed.
struct Changes {
    lines: Vec<DiffOp>,
    starts_before: Vec<usize>,
    starts_now: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(before: &'a Sources, now: &'a Sources) -> Self {
        Self {
            before,
            now,
            changes: HashMap::new(),
        }
    }

    /// The file, line and column that a span of the changed texts had before, or of the nearest line above.
    pub(super) fn before(&mut self, span: Span) -> String {
        let before = &self.before.get(span.source).text;
        let now = &self.now.get(span.source).text;
        let changes = self.changes.entry(span.source);
        let Some(changes) = changes.or_insert_with(|| Changes::of(before, now)) else {
            return position(self.before, span);
        };
        let at = now.floor_char_boundary(span.start as usize);
        let line = changes.starts_now.partition_point(|start| *start <= at) - 1;
        let start = changes.starts_now[line];
        let text = now[start..].lines().next().unwrap_or_default();
        let old_start = changes.starts_before[changes.old_line(line, text, before)];
        let old = before[old_start..].lines().next().unwrap_or_default();
        let column = if old.starts_with(&now[start..at]) {
            at - start
        } else {
            old.len() - old.trim_start().len()
        };
        let at = old_start + column;
        position(self.before, Span::new(span.source, at, at))
    }
}

impl Changes {
    fn of(before: &str, now: &str) -> Option<Self> {
        (before != now).then(|| Self {
            lines: TextDiff::from_lines(before, now).ops().to_vec(),
            starts_before: starts(before),
            starts_now: starts(now),
        })
    }

    /// The line that a line with this text was. A line that is new takes the place of one that is gone, or else of the
    /// one above it.
    fn old_line(&self, line: usize, text: &str, before: &str) -> usize {
        let change = self.lines.iter().find(|op| op.new_range().end > line);
        let Some(change) = change else {
            return self.starts_before.len() - 1;
        };
        let (old, new) = (change.old_range(), change.new_range());
        if old.is_empty() {
            return old.start.saturating_sub(1);
        }
        let same_place = (old.start + (line - new.start)).min(old.end - 1);
        let alike = |at: &usize| {
            let old = before[self.starts_before[*at]..].lines().next();
            let pairs = text.chars().zip(old.unwrap_or_default().chars());
            let same = pairs.take_while(|(one, other)| one == other);
            same.filter(|(one, _)| !one.is_whitespace()).count()
        };
        let most = old.clone().map(|at| alike(&at)).max();
        if most == Some(0) || most == Some(alike(&same_place)) {
            return same_place;
        }
        old.max_by_key(alike).unwrap_or(same_place)
    }
}

/// Where the lines of a text start.
fn starts(text: &str) -> Vec<usize> {
    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
    std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_it_was() {
        let (mut before, mut now) = (Sources::default(), Sources::default());
        let old = "a: 1\nb: 2\nc: {d: 4, e: 5}\nf: 6\n";
        let new = "a: 1\nx:\n  y: 0\nb: 3\nc: {d: 40, e: 5}\nf: 6\n";
        let source = before.add("f.yaml", old);
        now.add("f.yaml", new);
        let mut places = Places::new(&before, &now);
        for (piece, place) in [
            ("a: 1", "1:1"),
            // Nothing was there, and `b` was the line that changed.
            ("x:", "2:1"),
            ("b: 3", "2:1"),
            ("d: 40", "3:5"),
            // What stands before it in its line has changed.
            ("e: 5", "3:1"),
            ("f: 6", "4:1"),
            ("6\n", "4:4"),
        ] {
            let at = new.find(piece).expect("it is there");
            let found = places.before(Span::new(source, at, at + 1));
            assert_eq!(found, format!("f.yaml:{place}"), "{piece}");
        }
    }
}
