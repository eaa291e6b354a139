//! What fixes would write, as replacements of text: for programs that show or apply them.

use similar::TextDiff;

use super::run::Run;
use crate::diagnostic::{Replacement, Report};
use crate::load::Inputs;
use crate::source::{SourceId, Span};

/// For each finding what its fix alone would write, a choice included; nothing where no file can be edited.
pub fn replacements(inputs: &Inputs, report: &Report) -> Vec<Vec<Replacement>> {
    let mut run = Run::new(inputs);
    let found = report.iter().map(|finding| {
        let Ok(fix) = &finding.fix else {
            return Vec::new();
        };
        let Ok(changed) = run.fix(fix) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for source in changed {
            if let Some(stream) = run.streams.get_mut(&source) {
                for (start, before, now) in stream.take_back() {
                    compare((source, start), &before, &now, &mut all);
                }
            } else {
                let before = &inputs.sources.get(source).text;
                let now = run.inputs.sources.replace(source, before.clone());
                compare((source, 0), before, &now, &mut all);
            }
        }
        run.forget();
        all
    });
    found.collect()
}

/// The parts that differ, line by line, without what is the same at both ends of them.
fn compare(
    (source, start): (SourceId, usize),
    before: &str,
    now: &str,
    all: &mut Vec<Replacement>,
) {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = now.split_inclusive('\n').collect();
    let difference = TextDiff::from_slices(&old, &new);
    let (olds, news) = (starts(&old), starts(&new));
    for operation in difference.ops() {
        let (old, new) = (operation.old_range(), operation.new_range());
        let (mut at, mut end) = (olds[old.start], olds[old.end]);
        let mut text = &now[news[new.start]..news[new.end]];
        if before[at..end] == *text {
            continue;
        }
        let same = common(before[at..end].chars(), text.chars());
        (at, text) = (at + same, &text[same..]);
        let same = common(before[at..end].chars().rev(), text.chars().rev());
        (end, text) = (end - same, &text[..text.len() - same]);
        all.push(Replacement {
            location: Span::new(source, start + at, start + end),
            text: text.to_owned(),
        });
    }
}

/// Where the lines begin, and where the last one ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

/// How many bytes of two texts are the same.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(char, _)| char.len_utf8()).sum()
}
