//! Block mappings and sequences (<https://yaml.org/spec/1.2.2/#82-block-collection-styles>).

use super::kept::Kept;
use super::key::Key;
use super::line::{Found, Line, Style};
use super::reader::Reader;
use crate::yaml::Value;

impl<'s> Reader<'s> {
    /// A collection that begins a line.
    pub(super) fn block<K: Kept<'s>>(&mut self) -> Option<K> {
        let column = self.at - self.line;
        match self.byte(self.at)? {
            b'-' if self.is_at_dash() => self.sequence(column, false),
            b'[' | b'{' => {
                let node = self.flow()?;
                self.end_line()?;
                Some(node)
            }
            _ => {
                let first = self.found();
                self.mapping(column, first)
            }
        }
    }

    /// A mapping in `column`, whose first line begins with `first`.
    pub(super) fn mapping<K: Kept<'s>>(&mut self, column: usize, first: Found<'s>) -> Option<K> {
        self.enter()?;
        let base = self.entries.len();
        let start = match &first {
            Found::Line(line) => line.start,
            Found::Key(key) => key.span.start as usize,
            Found::Other => self.at,
        };
        let mut end = match first {
            Found::Line(line) => self.entry_of_line::<K>(base, &line)?,
            Found::Key(key) => K::entry(self, base, column, key)?,
            Found::Other => self.other_entry::<K>(base, column)?,
        };
        while self.column == Some(column) {
            end = match self.line_here() {
                Some(line) if line.style == Style::Below => {
                    let key = self.key_of_line(&line);
                    K::entry(self, base, column, key)?
                }
                Some(line) => self.entry_of_line::<K>(base, &line)?,
                None => self.other_entry::<K>(base, column)?,
            };
        }
        // Deeper content would belong to the last value, which is complete.
        if self.column > Some(column) {
            return None;
        }
        self.leave();
        K::mapping(self, base, start, end)
    }

    /// An entry of one line. Returns its end.
    fn entry_of_line<K: Kept<'s>>(&mut self, base: usize, line: &Line) -> Option<usize> {
        K::line(self, base, line)?;
        self.pass_line(line)?;
        Some(line.end)
    }

    /// An entry whose key is no line of the usual grammar. Returns its end.
    fn other_entry<K: Kept<'s>>(&mut self, base: usize, column: usize) -> Option<usize> {
        let key = self.key()?;
        K::entry(self, base, column, key)
    }

    /// The value of a key in `column`, from behind its `:`.
    pub(super) fn mapped<K: Kept<'s>>(&mut self, column: usize, colon: usize) -> Option<K> {
        if !self.is_value_below()? {
            return self.value(column);
        }
        if self.column > Some(column) {
            if self.is_at_dash() {
                self.count_list(false);
            }
            self.block()
        } else if self.column == Some(column) && self.is_at_dash() {
            self.count_list(true);
            self.sequence(column, true)
        } else {
            Some(K::scalar(self, colon, colon, Value::Null))
        }
    }

    /// A sequence with its dashes in `column`, which may be that of the key it belongs to.
    fn sequence<K: Kept<'s>>(&mut self, column: usize, below_key: bool) -> Option<K> {
        self.enter()?;
        let base = self.items.len();
        let dash = self.at;
        let mut start = None;
        let end = loop {
            self.at += 1;
            self.skip_blank()?;
            // The parser lets a sequence below its key begin with its first item.
            start.get_or_insert(if below_key { self.at } else { dash });
            let item: K = self.dashed(column)?;
            let end = item.end();
            K::add_item(self, item);
            if self.column != Some(column) || !self.is_at_dash() {
                break end;
            }
        };
        if self.column > Some(column) {
            return None;
        }
        self.leave();
        Some(K::sequence(self, base, start?, end))
    }

    /// What is behind a dash in `column`, and the blanks after it.
    pub(super) fn dashed<K: Kept<'s>>(&mut self, column: usize) -> Option<K> {
        if !self.is_at_line_end() {
            return self.item(column);
        }
        let content = self.at;
        self.end_line()?;
        if self.column > Some(column) {
            self.block()
        } else {
            Some(K::scalar(self, content, content, Value::Null))
        }
    }

    /// The rest of the line after a dash in `column`: a value, or the first line of a collection.
    fn item<K: Kept<'s>>(&mut self, column: usize) -> Option<K> {
        let start = self.at;
        let own_column = start - self.line;
        match self.byte(start)? {
            b'-' if self.is_at_dash() => self.sequence(own_column, false),
            b'[' | b'{' | b'|' | b'>' => self.value(column),
            b'"' | b'\'' => {
                let text = self.quoted()?;
                let end = self.at;
                self.skip_spaces();
                if self.byte(self.at) == Some(b':') {
                    let key = self.key_of(text, start, end)?;
                    return self.mapping(own_column, Found::Key(key));
                }
                self.at = end;
                self.end_line()?;
                Some(K::scalar(self, start, end, Value::String(text)))
            }
            _ => {
                let first = self.found();
                if !matches!(first, Found::Other) {
                    return self.mapping(own_column, first);
                }
                let text = self.plain(false)?;
                if self.byte(self.at) == Some(b':') {
                    let key = self.plain_key(text, start)?;
                    return self.mapping(own_column, Found::Key(key));
                }
                let scalar = K::plain(self, start, text)?;
                self.at = start + text.len();
                self.end_line()?;
                Some(scalar)
            }
        }
    }

    /// A value on the line of its key or dash, which is in `column`.
    pub(super) fn value<K: Kept<'s>>(&mut self, column: usize) -> Option<K> {
        let start = self.at;
        let node = match self.byte(start)? {
            b'[' | b'{' => self.flow()?,
            b'|' | b'>' => return self.block_scalar(column),
            b'"' | b'\'' => {
                let text = self.quoted()?;
                K::scalar(self, start, self.at, Value::String(text))
            }
            _ => {
                let text = self.plain(false)?;
                self.at = start + text.len();
                K::plain(self, start, text)?
            }
        };
        self.end_line()?;
        Some(node)
    }

    /// The key at which a line of a mapping begins, and its `:`.
    pub(super) fn key(&mut self) -> Option<Key<'s>> {
        let start = self.at;
        if let b'"' | b'\'' = self.byte(start)? {
            let text = self.quoted()?;
            let end = self.at;
            self.skip_spaces();
            return self.key_of(text, start, end);
        }
        let text = self.plain(false)?;
        self.plain_key(text, start)
    }
}
