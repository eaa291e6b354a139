//! Positions in the text of a document: lines, columns, and the text between a key and its value.

use std::cell::OnceCell;

use serde::Serialize;

use super::above::Above;
use super::flow;
use super::list_style::{self, Lists, Style};
use crate::source::Span;
use crate::yaml::{self, Entry, ListStyles, Node, Value};

/// How far a line break is searched for before all of them are found: most lines are shorter.
const NEAR: usize = 256;

/// The text of a document.
pub(super) struct Text<'t> {
    pub(super) str: &'t str,
    /// Positions of line breaks, found once, since very many positions may be looked up.
    breaks: OnceCell<Vec<usize>>,
    /// Its lists, found once.
    lists: OnceCell<Lists>,
    /// The style of all of its lists, if that is known to be one.
    only_style: Option<Style>,
    /// The workloads above it.
    above: Option<&'t Above>,
}

impl<'t> Text<'t> {
    pub(super) fn new(str: &'t str) -> Self {
        Self {
            str,
            breaks: OnceCell::new(),
            lists: OnceCell::new(),
            only_style: None,
            above: None,
        }
    }

    /// The text of a document below others.
    pub(super) fn below(above: &'t Above, str: &'t str) -> Self {
        Self {
            above: Some(above),
            ..Self::new(str)
        }
    }

    /// The same, when its lists are known.
    pub(super) fn with_lists(mut self, lists: ListStyles) -> Self {
        self.only_style = match (lists.is_some_flat, lists.is_some_indented) {
            (true, false) => Some(Style::Flat),
            (false, true) => Some(Style::Indented),
            _ => None,
        };
        self
    }

    /// Whether all of its lists are known to be written in one way.
    pub(super) fn has_one_list_style(&self) -> bool {
        self.only_style.is_some()
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        &self.str[span.start as usize..span.end as usize]
    }

    /// A scalar as its author meant it, where text belongs: `true` without quotes is the text `true`.
    pub(super) fn word<'a>(&'a self, node: &'a Node<'_>) -> Option<&'a str> {
        match node.value {
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) => Some(self.slice(node.span)),
            _ => node.as_str(),
        }
    }

    pub(super) fn begins_with(&self, node: &Node<'_>, first: char) -> bool {
        self.slice(node.span).starts_with(first)
    }

    fn breaks(&self) -> &[usize] {
        self.breaks
            .get_or_init(|| memchr::memchr_iter(b'\n', self.str.as_bytes()).collect())
    }

    /// The number of lines that end before `at`.
    pub(super) fn lines_before(&self, at: usize) -> usize {
        self.breaks().partition_point(|&end| end < at)
    }

    /// The style of line break in the document.
    pub(super) fn newline(&self) -> &'static str {
        match memchr::memchr(b'\n', self.str.as_bytes()) {
            Some(at) if self.str[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    fn line_start(&self, at: usize) -> usize {
        let near = at.saturating_sub(NEAR);
        if let Some(before) = memchr::memrchr(b'\n', &self.str.as_bytes()[near..at]) {
            return near + before + 1;
        }
        match self.lines_before(at) {
            0 => 0,
            lines => self.breaks()[lines - 1] + 1,
        }
    }

    /// The position after the line break of the line with `at`, or the end of the document.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.str.as_bytes()[at..];
        if let Some(length) = memchr::memchr(b'\n', &rest[..rest.len().min(NEAR)]) {
            return at + length + 1;
        }
        let end = self.breaks().get(self.lines_before(at));
        end.map_or(self.str.len(), |end| end + 1)
    }

    pub(super) fn ends_in_mid_line(&self, at: usize) -> bool {
        at == self.str.len() && at > 0 && !self.str[..at].ends_with('\n')
    }

    /// The number of characters before `at` in its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.str[self.line_start(at)..at]
            .chars()
            .filter(|&char| char != '\u{FEFF}')
            .count()
    }

    /// The line break and indentation before `at`, if nothing else precedes it in its line.
    pub(super) fn own_line(&self, at: usize) -> Option<&'t str> {
        let start = self.line_start(at);
        let is_blank = self.str[start..at]
            .bytes()
            .all(|byte| byte == b' ' || byte == b'\t');
        if !is_blank || start == 0 {
            return None;
        }
        let with_break = if self.str[..start].ends_with("\r\n") {
            start - 2
        } else {
            start - 1
        };
        Some(&self.str[with_break..at])
    }

    /// Whether a key of a block map may be here: after spaces and dashes only.
    pub(super) fn is_key_at(&self, at: usize) -> bool {
        let before = &self.str[self.line_start(at)..at];
        let before = before.strip_prefix('\u{FEFF}').unwrap_or(before);
        before.bytes().all(|byte| byte == b' ' || byte == b'-')
            && !before.contains("--")
            && !before.ends_with('-')
    }

    /// Whether an entry belongs to a block map and its value, if any, ends on the line of its key: the key is first in
    /// its line or follows dashes, and only a comment follows the value.
    pub(super) fn is_in_block(&self, entry: &Entry<'_>) -> bool {
        if !self.is_key_at(entry.key_span.start as usize) {
            return false;
        }
        let Some(colon) = self.colon_after(entry.key_span) else {
            return false;
        };
        let end = (entry.value.span.end as usize).max(colon + 1);
        let line_end = self.line_end(colon);
        // A key on its own line may be inside brackets that were opened above: then a comma follows in its line, or the
        // next token below is a bracket.
        end <= line_end
            && matches!(
                self.str[end..line_end].trim_start().as_bytes().first(),
                None | Some(b'#')
            )
            && !self.closes_below(colon)
    }

    /// Whether the next token below is a closing bracket.
    fn closes_below(&self, at: usize) -> bool {
        let below = &self.str[self.line_end(at)..];
        let next = below
            .lines()
            .map(str::trim_start)
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        next.is_some_and(|line| line.starts_with(['}', ']', ',']))
    }

    /// The colon of a key.
    pub(super) fn colon_after(&self, key: Span) -> Option<usize> {
        let rest = &self.str[key.end as usize..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        rest[spaces..]
            .starts_with(':')
            .then_some(key.end as usize + spaces)
    }

    /// Whether the next token at or after `at` is an anchor or a tag.
    pub(super) fn has_property(&self, at: usize) -> bool {
        let rest = self.str[at..].trim_start_matches([' ', '\t']);
        let mut words = rest.lines().map(str::trim_start);
        words
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .is_some_and(|line| line.starts_with(['&', '!']))
    }

    /// Whether there are only comments between two positions.
    pub(super) fn is_blank(&self, start: usize, end: usize) -> bool {
        without_comments(&self.str[start..end]).all(|line| line.trim().is_empty())
    }

    /// The position after the line of a key, if only comments and empty lines separate that line from the first key of
    /// its map.
    pub(super) fn head(&self, holder: &Entry<'_>, first: usize) -> Option<usize> {
        let colon = self.colon_after(holder.key_span)?;
        let at = self.line_end(colon);
        if at > first {
            return None;
        }
        self.is_blank(at, self.line_start(first)).then_some(at)
    }

    /// The column of the dashes of a block list, given its first item.
    pub(super) fn dash_column(&self, first: &Node<'_>) -> Option<usize> {
        let at = first.span.start as usize;
        let start = self.line_start(at);
        let before = &self.str[start..at];
        let trimmed = before.trim_start_matches(' ');
        if trimmed.starts_with('-') {
            return Some(before.len() - trimmed.len());
        }
        // The item may start below its dash.
        let above = &self.str[..start];
        let dash = above.lines().rev().find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        })?;
        // Only an anchor or a tag of the item may follow the dash.
        let mut words = without_comments(dash).flat_map(str::split_whitespace);
        let is_dash = trimmed.is_empty()
            && words.next() == Some("-")
            && words.all(|word| word.starts_with(['&', '!']));
        is_dash.then(|| dash.len() - dash.trim_start_matches(' ').len())
    }

    /// The dash of an item that starts at or below it, given its column.
    pub(super) fn dash(&self, item: usize, column: usize) -> Option<usize> {
        let mut start = self.line_start(item);
        loop {
            let at = start + column;
            if self.str.get(at..).is_some_and(|rest| rest.starts_with('-')) && at < item {
                return Some(at);
            }
            start = self.line_start(start.checked_sub(1)?);
        }
    }

    /// The colon that ends the line of a key above this line, before a comment if there is one.
    pub(super) fn colon_above(&self, line: usize) -> Option<usize> {
        let above = &self.str[..line];
        let text = above.lines().rev().find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        })?;
        let start = text.as_ptr().addr() - self.str.as_ptr().addr();
        let code = without_comments(text).next()?.trim_end();
        code.ends_with(':').then_some(start + code.len() - 1)
    }

    pub(super) fn start_of_line(&self, at: usize) -> usize {
        self.line_start(at)
    }

    /// The position for a new line after a block whose last child ends at `end` and whose dashes are in column
    /// `indent`.
    pub(super) fn end_of_block(&self, end: usize, indent: usize) -> Option<usize> {
        let content = self.str[..end].trim_end();
        let last = content.len();
        // A block scalar that keeps trailing empty lines would lose them to the inserted text.
        if self.str[last..end].matches('\n').count() > 1 {
            return None;
        }
        let at = self.line_end(last);
        let rest = self.str[last..at].trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        let below = self.str[at..].lines().find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#')
        });
        let goes_on = below.is_some_and(|line| {
            let trimmed = line.trim_start_matches(' ');
            let column = line.len() - trimmed.len();
            column > indent || (column == indent && (trimmed == "-" || trimmed.starts_with("- ")))
        });
        (!goes_on).then(|| self.behind_comments(at, indent))
    }

    /// The position behind the comments at `at`, the start of a line, that are deeper than column `indent`: they belong
    /// to what stands above.
    pub(super) fn behind_comments(&self, at: usize, indent: usize) -> usize {
        let (mut end, mut start) = (at, at);
        for line in self.str[at..].split_inclusive('\n') {
            start += line.len();
            let trimmed = line.trim_start_matches(' ');
            match line.len() - trimmed.len() {
                _ if trimmed.trim_end().is_empty() => {}
                column if column > indent && trimmed.starts_with('#') => end = start,
                _ => break,
            }
        }
        end
    }

    /// The end of the comment behind `at` in its line, or `at` if there is none.
    pub(super) fn behind_comment(&self, at: usize) -> usize {
        let line = self.str[at..].lines().next().unwrap_or_default();
        let is_comment = line.starts_with([' ', '\t']) && line.trim_start().starts_with('#');
        if is_comment {
            at + line.trim_end().len()
        } else {
            at
        }
    }

    /// The end of the comments behind an item in brackets that ends at `end`, and whether a comma follows the item.
    /// The comments belong to it.
    pub(super) fn comments_in_brackets(&self, end: usize) -> (Option<usize>, bool) {
        let (mut at, mut last, mut has_comma) = (end, None, false);
        loop {
            let rest = &self.str[at..];
            let trimmed = rest.trim_start();
            let is_apart = trimmed.len() < rest.len();
            at += rest.len() - trimmed.len();
            if trimmed.starts_with(',') && !has_comma {
                has_comma = true;
                at += 1;
            } else if is_apart && trimmed.starts_with('#') {
                let comment = trimmed.lines().next().unwrap_or_default();
                at += comment.trim_end().len();
                last = Some(at);
            } else {
                return (last, has_comma);
            }
        }
    }

    /// Whether the document is JSON, where every key is quoted.
    pub(super) fn is_json(&self) -> bool {
        let inner = self
            .str
            .trim_start_matches('\u{FEFF}')
            .trim_start_matches("---")
            .trim_start()
            .strip_prefix('{');
        inner.is_some_and(|inner| inner.trim_start().starts_with(['"', '}']))
    }

    /// A value on one line.
    pub(super) fn flow<T: Serialize + ?Sized>(&self, value: &T) -> String {
        let value = serde_json::to_value(value).expect("inserted values are plain data");
        let mut text = String::new();
        flow::write(&value, self.is_json(), &mut text);
        text
    }

    /// The lists of the document.
    pub(super) fn lists(&self) -> &Lists {
        self.lists.get_or_init(|| Lists::new(self.str))
    }

    /// How lists are to be written that are put at a place, under keys in a column: as the nearest ones, else as those of
    /// the file, else indented.
    pub(super) fn list_style(&self, at: usize, column: usize) -> Style {
        if let Some(style) = self.only_style {
            return style;
        }
        let near = self.lists().near(at, column);
        near.or_else(|| self.above?.style())
            .unwrap_or(Style::Indented)
    }

    /// A value as the lines of a block, each ending with a line break.
    pub(super) fn block_lines<T: Serialize + ?Sized>(
        &self,
        value: &T,
        indent: usize,
        style: Style,
    ) -> String {
        let newline = self.newline();
        if style == Style::Indented && newline == "\n" {
            let mut lines = String::with_capacity(1024);
            yaml::write_indented(value, indent, &mut lines);
            return lines;
        }
        let mut block = String::new();
        yaml::write(value, &mut block);
        if style == Style::Flat {
            block = list_style::flattened(&block);
        }
        let spaces = " ".repeat(indent);
        let mut lines = String::with_capacity(block.len() * 2);
        for line in block.split_terminator('\n') {
            lines.push_str(&spaces);
            lines.push_str(line);
            lines.push_str(newline);
        }
        lines
    }
}

/// The lines of a text without comments. Only for text between a key and its value, which contains no quotes.
fn without_comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| match line.find('#') {
        Some(0) => "",
        Some(at) if line[..at].ends_with([' ', '\t']) => &line[..at],
        _ => line,
    })
}
