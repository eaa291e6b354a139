//! Block mappings and sequences (<https://yaml.org/spec/1.2.2/#82-block-collection-styles>).

use std::borrow::Cow;

use super::reader::Reader;
use crate::source::Span;
use crate::yaml::repeated::repeated;
use crate::yaml::{Entry, Node, Value};

/// A key and the `:` after it.
pub(super) struct Key<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) span: Span,
    pub(super) colon: usize,
}

impl<'s> Reader<'s> {
    /// A collection that begins a line.
    pub(super) fn block(&mut self) -> Option<Node<'s>> {
        let column = self.at - self.line;
        match self.byte(self.at)? {
            b'-' if self.is_at_dash() => self.sequence(column, false),
            b'[' | b'{' => {
                let node = self.flow()?;
                self.end_line()?;
                Some(node)
            }
            _ => {
                let key = self.key()?;
                self.mapping(column, key)
            }
        }
    }

    /// A mapping in `column`, from behind its first key.
    fn mapping(&mut self, column: usize, first: Key<'s>) -> Option<Node<'s>> {
        self.enter()?;
        let base = self.entries.len();
        let start = first.span.start as usize;
        let mut key = first;
        let end = loop {
            let value = self.mapped(column, key.colon)?;
            let end = value.span.end as usize;
            self.entries.push(Entry {
                key: key.text,
                key_span: key.span,
                value,
            });
            if self.column != Some(column) {
                break end;
            }
            key = self.key()?;
        };
        // Deeper content would belong to the last value, which is complete.
        if self.column > Some(column) {
            return None;
        }
        self.leave();
        self.mapping_node(base, start, end)
    }

    /// The mapping of all entries from `base` on.
    pub(super) fn mapping_node(
        &mut self,
        base: usize,
        start: usize,
        end: usize,
    ) -> Option<Node<'s>> {
        if !self.keeps {
            self.entries.truncate(base);
        }
        let entries = self.entries.split_off(base);
        let node = repeated(&entries)
            .is_empty()
            .then_some(Value::Mapping(entries))?;
        Some(self.node(start, end, node))
    }

    /// The value of a key in `column`, from behind its `:`.
    fn mapped(&mut self, column: usize, colon: usize) -> Option<Node<'s>> {
        self.skip_blank()?;
        if !self.is_at_line_end() {
            return self.value(column);
        }
        self.end_line()?;
        if self.column > Some(column) {
            self.block()
        } else if self.column == Some(column) && self.is_at_dash() {
            self.sequence(column, true)
        } else {
            Some(self.node(colon, colon, Value::Null))
        }
    }

    /// A sequence with its dashes in `column`, which may be that of the key it belongs to.
    fn sequence(&mut self, column: usize, below_key: bool) -> Option<Node<'s>> {
        self.enter()?;
        let base = self.items.len();
        let dash = self.at;
        let mut start = None;
        let end = loop {
            self.at += 1;
            self.skip_blank()?;
            let content = self.at;
            // The parser lets a sequence below its key begin with its first item.
            start.get_or_insert(if below_key { content } else { dash });
            let item = if self.is_at_line_end() {
                self.end_line()?;
                if self.column > Some(column) {
                    self.block()?
                } else {
                    self.node(content, content, Value::Null)
                }
            } else {
                self.item(column)?
            };
            let end = item.span.end as usize;
            self.items.push(item);
            if self.column != Some(column) || !self.is_at_dash() {
                break end;
            }
        };
        if self.column > Some(column) {
            return None;
        }
        self.leave();
        Some(self.sequence_node(base, start?, end))
    }

    /// The rest of the line after a dash in `column`: a value, or the first line of a collection.
    fn item(&mut self, column: usize) -> Option<Node<'s>> {
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
                    return self.mapping(own_column, key);
                }
                self.at = end;
                self.end_line()?;
                Some(self.node(start, end, Value::String(text)))
            }
            _ => {
                let text = self.plain(false)?;
                if self.byte(self.at) == Some(b':') {
                    let key = self.plain_key(text, start)?;
                    return self.mapping(own_column, key);
                }
                let value = self.resolve(text)?;
                self.at = start + text.len();
                self.end_line()?;
                Some(self.node(start, start + text.len(), value))
            }
        }
    }

    /// A value on the line of its key or dash, which is in `column`.
    fn value(&mut self, column: usize) -> Option<Node<'s>> {
        let start = self.at;
        let (end, value) = match self.byte(start)? {
            b'[' | b'{' => {
                let node = self.flow()?;
                self.end_line()?;
                return Some(node);
            }
            b'|' | b'>' => return self.block_scalar(column),
            b'"' | b'\'' => {
                let text = self.quoted()?;
                (self.at, Value::String(text))
            }
            _ => {
                let text = self.plain(false)?;
                (start + text.len(), self.resolve(text)?)
            }
        };
        self.at = end;
        self.end_line()?;
        Some(self.node(start, end, value))
    }

    /// The key at which a line of a mapping begins, and its `:`.
    fn key(&mut self) -> Option<Key<'s>> {
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
