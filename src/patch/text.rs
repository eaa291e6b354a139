//! Where things stand in the text of a document: lines, columns, and what is between a key and its value.

use serde::Serialize;

use super::flow;
use crate::source::Span;
use crate::yaml::{self, Entry, Node};

/// The text of a document.
#[derive(Clone, Copy)]
pub(super) struct Text<'t>(pub(super) &'t str);

impl<'t> Text<'t> {
    pub(super) fn slice(&self, span: Span) -> &'t str {
        &self.0[span.start as usize..span.end as usize]
    }

    pub(super) fn begins_with(&self, node: &Node<'_>, first: char) -> bool {
        self.slice(node.span).starts_with(first)
    }

    /// The line break that the document uses.
    pub(super) fn newline(&self) -> &'static str {
        let part = &self.0.as_bytes();
        match memchr::memchr(b'\n', part) {
            Some(at) if at > 0 && part[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.0.as_bytes()[..at]).map_or(0, |found| found + 1)
    }

    /// Just behind the line break of the line that `at` is in, or the end of the document.
    pub(super) fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.0.as_bytes()[at..]).map_or(self.0.len(), |found| at + found + 1)
    }

    pub(super) fn ends_in_mid_line(&self, at: usize) -> bool {
        at == self.0.len() && at > 0 && !self.0[..at].ends_with('\n')
    }

    /// How many characters stand before `at` in its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.0[self.line_start(at)..at]
            .chars()
            .filter(|&char| char != '\u{FEFF}')
            .count()
    }

    /// The line break and indentation before `at`, when nothing else stands before it in its line.
    pub(super) fn own_line(&self, at: usize) -> Option<&'t str> {
        let start = self.line_start(at);
        let is_blank = self.0[start..at]
            .bytes()
            .all(|byte| byte == b' ' || byte == b'\t');
        if !is_blank || start == 0 {
            return None;
        }
        let with_break = if self.0[..start].ends_with("\r\n") {
            start - 2
        } else {
            start - 1
        };
        Some(&self.0[with_break..at])
    }

    /// Whether a key of a block map may stand here: after spaces and dashes only.
    pub(super) fn is_key_at(&self, at: usize) -> bool {
        let before = &self.0[self.line_start(at)..at];
        let before = before.strip_prefix('\u{FEFF}').unwrap_or(before);
        before.bytes().all(|byte| byte == b' ' || byte == b'-')
            && !before.contains("--")
            && !before.ends_with('-')
    }

    /// Whether an entry is one of a block map whose value, if any, ends in the line of its key: the key comes first in
    /// its line or behind dashes, and behind the value there is nothing but a comment.
    pub(super) fn is_in_block(&self, entry: &Entry<'_>) -> bool {
        if !self.is_key_at(entry.key_span.start as usize) {
            return false;
        }
        let Some(colon) = self.colon_after(entry.key_span) else {
            return false;
        };
        let end = (entry.value.span.end as usize).max(colon + 1);
        let line_end = self.line_end(colon);
        // A key of its own line may stand in brackets that were opened further up: then its line goes on with a comma,
        // or the next thing below is a bracket.
        end <= line_end
            && matches!(
                self.0[end..line_end].trim_start().as_bytes().first(),
                None | Some(b'#')
            )
            && !self.closes_below(colon)
    }

    /// Whether the next thing below is a closing bracket.
    fn closes_below(&self, at: usize) -> bool {
        let below = &self.0[self.line_end(at)..];
        let next = below
            .lines()
            .map(str::trim_start)
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        next.is_some_and(|line| line.starts_with(['}', ']', ',']))
    }

    /// The colon of a key.
    pub(super) fn colon_after(&self, key: Span) -> Option<usize> {
        let rest = &self.0[key.end as usize..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        rest[spaces..]
            .starts_with(':')
            .then_some(key.end as usize + spaces)
    }

    /// The name of the anchor between a key and its value.
    pub(super) fn anchor_before(&self, entry: &Entry<'_>) -> Option<&'t str> {
        let colon = self.colon_after(entry.key_span)?;
        // An empty value may be said to stand right behind its key.
        let end = (entry.value.span.start as usize).max(colon + 1);
        let gap = &self.0[colon + 1..end];
        let word = without_comments(gap)
            .find_map(|line| line.split_whitespace().find(|word| word.starts_with('&')))?;
        Some(&word[1..])
    }

    /// Whether an anchor is used in the document.
    pub(super) fn has_alias(&self, name: &str) -> bool {
        let part = self.0;
        let uses = part
            .match_indices('*')
            .filter(|(at, _)| part[at + 1..].starts_with(name));
        uses.into_iter().any(|(at, _)| {
            let next = part[at + 1 + name.len()..].chars().next();
            next.is_none_or(|next| {
                next.is_whitespace() || matches!(next, ',' | '[' | ']' | '{' | '}')
            })
        })
    }

    /// Just behind the line of a key, when only comments and empty lines are between that line and the first key of
    /// its map.
    pub(super) fn head(&self, holder: &Entry<'_>, first: usize) -> Option<usize> {
        let colon = self.colon_after(holder.key_span)?;
        let at = self.line_end(colon);
        if at > first {
            return None;
        }
        let between = &self.0[at..self.line_start(first)];
        without_comments(between)
            .all(|line| line.trim().is_empty())
            .then_some(at)
    }

    /// The column of the dashes of a block list, given its first item.
    pub(super) fn dash_column(&self, first: &Node<'_>) -> Option<usize> {
        let at = first.span.start as usize;
        let start = self.line_start(at);
        let before = &self.0[start..at];
        let trimmed = before.trim_start_matches(' ');
        if trimmed.starts_with('-') {
            return Some(before.len() - trimmed.len());
        }
        // The item may begin below its dash.
        let above = &self.0[..start];
        let dash = above.lines().rev().find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        })?;
        let is_dash = trimmed.is_empty() && without_comments(dash).all(|line| line.trim() == "-");
        is_dash.then(|| dash.len() - dash.trim_start_matches(' ').len())
    }

    /// Where a line can be put behind a block whose last child ends at `end` and whose dashes are in column `indent`.
    pub(super) fn end_of_block(&self, end: usize, indent: usize) -> Option<usize> {
        let content = self.0[..end].trim_end();
        let last = content.len();
        // A block scalar that keeps its empty lines would lose them to what is put behind it.
        if self.0[last..end].matches('\n').count() > 1 {
            return None;
        }
        let at = self.line_end(last);
        let rest = self.0[last..at].trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        let below = self.0[at..].lines().find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        });
        let goes_on = below.is_some_and(|line| {
            let trimmed = line.trim_start_matches(' ');
            let column = line.len() - trimmed.len();
            column > indent || (column == indent && (trimmed == "-" || trimmed.starts_with("- ")))
        });
        (!goes_on).then_some(at)
    }

    /// Whether the document is JSON, where every key is quoted.
    pub(super) fn is_json(&self) -> bool {
        let inner = self
            .0
            .trim_start_matches('\u{FEFF}')
            .trim_start_matches("---")
            .trim_start()
            .strip_prefix('{');
        inner.is_some_and(|inner| inner.trim_start().starts_with(['"', '}']))
    }

    /// A value on one line.
    pub(super) fn flow<T: Serialize + ?Sized>(&self, value: &T) -> String {
        let value = serde_json::to_value(value).expect("what is put in is plain data");
        let mut text = String::new();
        flow::write(&value, self.is_json(), &mut text);
        text
    }

    /// A value as the lines of a block, each ending with a line break.
    pub(super) fn block_lines<T: Serialize + ?Sized>(&self, value: &T, indent: usize) -> String {
        let mut block = String::new();
        yaml::write(value, &mut block);
        let newline = self.newline();
        let mut lines = String::with_capacity(block.len() * 2);
        for line in block.lines() {
            lines.extend(std::iter::repeat_n(' ', indent));
            lines.push_str(line);
            lines.push_str(newline);
        }
        lines
    }
}

/// The lines of a text, each up to its comment. Only for text between a key and its value, which holds no quotes.
fn without_comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| match line.find('#') {
        Some(0) => "",
        Some(at) if line[..at].ends_with([' ', '\t']) => &line[..at],
        _ => line,
    })
}
