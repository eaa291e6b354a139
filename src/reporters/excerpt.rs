//! The part of a source that a finding shows.

use std::ops::Range;

use crate::source::{Sources, Span};

/// Longer lines are cut around the location, so that the caret stays visible.
const MAX_LINE: usize = 400;

/// The first line of a location.
pub(super) struct Excerpt<'s> {
    pub(super) text: &'s str,
    /// Where the location is in it.
    pub(super) marked: Range<usize>,
    /// Whether the line begins before it.
    pub(super) is_cut: bool,
}

impl<'s> Excerpt<'s> {
    pub(super) fn of(sources: &'s Sources, location: Span) -> Self {
        let text = &sources.get(location.source).text;
        let start = text.floor_char_boundary(location.start as usize);
        // Scan no further than what is shown: the whole file may be a single line, and each finding would scan all of it.
        let before = text.floor_char_boundary(start.saturating_sub(MAX_LINE));
        let from = match text[before..start].rfind('\n') {
            Some(newline) => before + newline + 1,
            None if before == 0 => 0,
            None => text.floor_char_boundary(start - MAX_LINE / 2),
        };
        let after = text.floor_char_boundary(start + MAX_LINE);
        let to = text[start..after]
            .find('\n')
            .map_or(after, |newline| start + newline);
        let end = text
            .floor_char_boundary(location.end as usize)
            .clamp(start, to);
        Self {
            text: text[from..to].trim_end_matches('\r'),
            marked: start - from..end - from,
            is_cut: from > 0 && !text[..from].ends_with('\n'),
        }
    }
}
