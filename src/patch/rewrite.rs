//! Replaces and removes values, and adds keys behind those that are there.

use std::iter;
use std::ops::Range;

use serde_json::Value as Json;

use super::change_tree::{Change, Step};
use super::doubts::Doubts;
use super::editor::{self, Editor};
use super::edits::Edit;
use super::list_style::Style as ListStyle;
use super::literal;
use super::pieces::{Scalar, Style};
use super::text::Text;
use super::uneditable::{Certain, Uneditable};
use crate::yaml::{Entry, Node, Value};

/// What holds a node.
#[derive(Clone, Copy)]
pub(super) enum Place<'n, 's> {
    /// The node is a document.
    Root,
    /// A mapping, and the entry of it whose value the node is.
    Entry(&'n Node<'s>, &'n Entry<'s>),
    /// A list, and the number of its item.
    Item(&'n Node<'s>, usize),
}

impl<'n, 's> Place<'n, 's> {
    fn node(self) -> Option<&'n Node<'s>> {
        match self {
            Self::Root => None,
            Self::Entry(_, entry) => Some(&entry.value),
            Self::Item(list, at) => list.items().get(at),
        }
    }
}

pub(super) struct Rewrite<'t> {
    text: &'t Text<'t>,
    doubts: &'t Doubts,
}

impl<'t> Rewrite<'t> {
    pub(super) fn new(text: &'t Text<'t>, doubts: &'t Doubts) -> Self {
        Self { text, doubts }
    }

    /// Writes a value in place of another one.
    pub(super) fn replace(&self, place: Place<'_, '_>, value: &Json) -> Certain<Vec<Edit>> {
        let node = place.node().expect("the root is never replaced");
        if let Place::Entry(_, entry) = place
            && let Some((colon, style)) = self.block_scalar(entry)
        {
            return match (value, style) {
                (Json::String(content), '|') => {
                    let body = self.text.line_end(colon);
                    Ok(vec![literal::replace(self.text, node.span, body, content)])
                }
                (Json::String(content), _) => {
                    let (body, end) = (self.text.line_end(colon), node.span.end as usize);
                    let edit = self.within(Style::Folded, node, body.min(end)..end, content);
                    let edit = edit.ok_or_else(|| {
                        Uneditable::new(node.span, "a folded block (`>`) cannot hold the new text")
                    })?;
                    Ok(vec![edit])
                }
                _ => Ok(vec![Edit {
                    at: colon + 1,
                    delete: self.end(node) - colon - 1,
                    insert: format!(" {}", self.text.flow(value)),
                }]),
            };
        }
        let (start, end) = (node.span.start as usize, self.end(node));
        if let Json::String(content) = value
            && let Some(style) = self.quotes(node)
            && let Some(edit) = self.within(style, node, start + 1..end - 1, content)
        {
            return Ok(vec![edit]);
        }
        let has_lines = match value {
            Json::Array(items) => !items.is_empty(),
            Json::Object(entries) => !entries.is_empty(),
            _ => false,
        };
        let is_flow = self.text.begins_with(node, '[') || self.text.begins_with(node, '{');
        let is_open = matches!(node.value, Value::Mapping(_) | Value::Sequence(_)) && !is_flow;
        match place {
            Place::Entry(_, entry)
                if is_open || has_lines && self.text.is_in_block(entry) && !is_flow =>
            {
                let colon = self.colon(entry)?;
                let line = self.text.line_end(colon);
                let column = self.text.column(entry.key_span.start as usize);
                // A comment behind the key stays.
                let (old, at) = if start >= line {
                    (cut(line, self.text.line_end(end)), line)
                } else {
                    (cut(colon + 1, end), self.text.line_end(end))
                };
                let new = if has_lines {
                    let style = match value {
                        Json::Array(_) => self.text.list_style(line, column),
                        _ => self.text.list_style(line, column + 2),
                    };
                    let is_flat = value.is_array() && style == ListStyle::Flat;
                    let indent = if is_flat { column } else { column + 2 };
                    self.lines(at, &self.text.block_lines(value, indent, style))
                } else {
                    put(colon + 1, format!(" {}", self.text.flow(value)))
                };
                Ok(vec![new, old])
            }
            _ => Ok(vec![Edit {
                at: start,
                delete: end - start,
                insert: self.text.flow(value),
            }]),
        }
    }

    /// The quotes that a string stands in.
    fn quotes(&self, node: &Node<'_>) -> Option<Style> {
        let text = self.text.slice(node.span).trim_end();
        let is_in =
            |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        match node.value {
            Value::String(_) if is_in('"') => Some(Style::Double),
            Value::String(_) if is_in('\'') => Some(Style::Single),
            _ => None,
        }
    }

    /// Changes only a part of a scalar, in its style.
    fn within(
        &self,
        style: Style,
        node: &Node<'_>,
        written: Range<usize>,
        wanted: &str,
    ) -> Option<Edit> {
        let scalar = Scalar {
            style,
            written: &self.text.str[written.clone()],
            content: node.as_str()?,
            newline: self.text.newline(),
        };
        let edit = scalar.replace(wanted)?;
        Some(Edit {
            at: written.start + edit.at,
            ..edit
        })
    }

    /// Takes an entry or an item out, with the line that it stands in if it has one to itself.
    pub(super) fn remove(&self, place: Place<'_, '_>) -> Certain<Vec<Edit>> {
        let (holder, spans): (&Node<'_>, Vec<(usize, usize)>) = match place {
            Place::Root => return Ok(Vec::new()),
            Place::Entry(map, _) => {
                let own = map.entries().iter();
                let own = own.filter(|entry| self.doubts.is_own(map, entry));
                let spans = own.map(|own| (own.key_span.start as usize, self.end_of(own)));
                (map, spans.collect())
            }
            Place::Item(list, _) => {
                let items = list.items().iter();
                let spans = items.map(|item| (item.span.start as usize, self.end(item)));
                (list, spans.collect())
            }
        };
        let (start, end) = match place {
            Place::Entry(_, entry) => (entry.key_span.start as usize, self.end_of(entry)),
            Place::Item(_, at) => spans[at],
            Place::Root => return Ok(Vec::new()),
        };
        let at = spans.iter().position(|own| *own == (start, end));
        let Some(at) = at else {
            return Err(Uneditable::new(holder.span, "it is not written here"));
        };
        if spans.len() == 1 {
            return self.empty(holder, place);
        }
        let is_flow = self.text.begins_with(holder, '{') || self.text.begins_with(holder, '[');
        if is_flow {
            let cut = match spans.get(at + 1) {
                Some((next, _)) if at == 0 => cut(start, *next),
                _ => cut(spans[at - 1].1, end),
            };
            return Ok(vec![cut]);
        }
        let dash = match place {
            Place::Item(list, _) => {
                let column = self.text.dash_column(&list.items()[at]);
                let column = column.ok_or_else(|| {
                    Uneditable::new(list.span, "the start of the item is ambiguous")
                })?;
                self.text.dash(start, column)
            }
            _ => Some(start),
        };
        let first =
            dash.ok_or_else(|| Uneditable::new(holder.span, "the start of the item is ambiguous"))?;
        if self.text.own_line(first).is_some() || first == 0 {
            let line = self.text.start_of_line(first);
            return Ok(vec![cut(line, self.text.line_end(end))]);
        }
        // Behind the dash of another list: the next one takes its place.
        let next = spans.get(at + 1).map(|next| next.0);
        let next = match (place, next) {
            (Place::Item(..), Some(next)) => self.text.dash(next, self.text.column(first)),
            (_, next) => next,
        };
        match next {
            Some(next)
                if self
                    .text
                    .is_blank(self.text.line_end(end), self.text.start_of_line(next)) =>
            {
                Ok(vec![cut(first, next)])
            }
            _ => Err(Uneditable::new(
                holder.span,
                "it shares its line with something else",
            )),
        }
    }

    /// A key more, behind the others.
    pub(super) fn add(
        &self,
        map: &Node<'_>,
        place: Place<'_, '_>,
        key: &str,
        change: Change,
    ) -> Certain<Vec<Edit>> {
        let mut own = map.entries().iter();
        let last = own.rfind(|entry| self.doubts.is_own(map, entry));
        let steps = [(Step::Key(key.to_owned().into()), change)];
        let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
        // A number beside numbers stays one: those who read the map may take nothing else.
        let unquoted = |text: String| match last {
            Some(last) if is_number && self.text.slice(last.key_span).parse::<u64>().is_ok() => {
                text.replacen(&format!("\"{key}\":"), &format!("{key}:"), 1)
            }
            _ => text,
        };
        if let Some(last) = last
            && last.key_span.start >= map.span.start
        {
            let end = self.end_of(last);
            if self.text.begins_with(map, '{') {
                let [(_, change)] = &steps;
                let (key, value) = (self.text.flow(key), self.text.flow(change));
                let entry = unquoted(format!("{key}: {value}"));
                let start = last.key_span.start as usize;
                return Ok(editor::behind_last(
                    self.text,
                    start,
                    end,
                    iter::once(entry),
                ));
            }
            let indent = self.text.column(last.key_span.start as usize);
            if let Some(at) = self.text.end_of_block(self.raw_end(last), indent) {
                let entry = Change::Within(steps.to_vec());
                let style = self.text.list_style(at, indent);
                let lines = unquoted(self.text.block_lines(&entry, indent, style));
                return Ok(vec![self.lines(at, &lines)]);
            }
        }
        let mut editor = Editor::new(self.text, self.doubts);
        match place {
            Place::Entry(outer, holder) => {
                editor.entry(outer, holder, &Change::Within(steps.to_vec()))?;
            }
            _ => editor.steps(map, None, &steps)?,
        }
        Ok(editor.edits)
    }

    /// What is left of a mapping or a list without its only entry.
    fn empty(&self, holder: &Node<'_>, place: Place<'_, '_>) -> Certain<Vec<Edit>> {
        let brackets = match place {
            Place::Item(..) => "[]",
            _ => "{}",
        };
        let (start, end) = (holder.span.start as usize, self.end(holder));
        if self.text.begins_with(holder, '{') || self.text.begins_with(holder, '[') {
            let (at, delete) = (start, end - start);
            let insert = brackets.to_owned();
            return Ok(vec![Edit { at, delete, insert }]);
        }
        let column = match place {
            Place::Item(list, _) => self.text.dash_column(&list.items()[0]),
            _ => None,
        };
        let first = match column {
            Some(column) => self.text.dash(start, column).unwrap_or(start),
            None => start,
        };
        if self.text.own_line(first).is_none() {
            return Ok(vec![Edit {
                at: first,
                delete: end - first,
                insert: brackets.to_owned(),
            }]);
        }
        // Behind the key above, whose own comment stays.
        let line = self.text.start_of_line(first);
        let colon = self.text.colon_above(line).ok_or_else(|| {
            Uneditable::new(holder.span, "the key that it belongs to is ambiguous")
        })?;
        Ok(vec![
            put(colon + 1, format!(" {brackets}")),
            cut(line, self.text.line_end(end)),
        ])
    }

    /// The colon of an entry whose value is a block scalar, and the sign of its style.
    fn block_scalar(&self, entry: &Entry<'_>) -> Option<(usize, char)> {
        let colon = self.text.colon_after(entry.key_span)?;
        let line = self.text.line_end(colon);
        let header = self.text.str[colon + 1..line].trim_start();
        let style = header
            .chars()
            .next()
            .filter(|sign| matches!(sign, '|' | '>'))?;
        (entry.value.span.start as usize >= line).then_some((colon, style))
    }

    fn colon(&self, entry: &Entry<'_>) -> Certain<usize> {
        let colon = self.text.colon_after(entry.key_span);
        colon.ok_or_else(|| Uneditable::new(entry.key_span, "the end of the key is ambiguous"))
    }

    /// The end of the content of a node: the parser may count comments and empty lines below it.
    fn end(&self, node: &Node<'_>) -> usize {
        let is_flow = self.text.begins_with(node, '{') || self.text.begins_with(node, '[');
        let last = match &node.value {
            Value::Mapping(entries) if !is_flow => {
                let own = entries.iter();
                let own = own.filter(|entry| self.doubts.is_own(node, entry));
                own.map(|entry| self.end_of(entry)).max()
            }
            Value::Sequence(items) if !is_flow => items.iter().map(|item| self.end(item)).max(),
            _ => None,
        };
        last.unwrap_or_else(|| {
            let (start, end) = (node.span.start as usize, node.span.end as usize);
            start + self.text.str[start..end].trim_end().len()
        })
    }

    fn end_of(&self, entry: &Entry<'_>) -> usize {
        let end = self.end(&entry.value);
        let colon = self.text.colon_after(entry.key_span);
        end.max(colon.map_or(entry.key_span.end as usize, |colon| colon + 1))
    }

    /// The end of an entry with the empty lines that a block scalar may keep.
    fn raw_end(&self, entry: &Entry<'_>) -> usize {
        self.end_of(entry).max(match entry.value.value {
            Value::String(_) => entry.value.span.end as usize,
            _ => 0,
        })
    }

    /// Whole lines. If the line before them has no line break, it gets one, and the last new line has none.
    fn lines(&self, at: usize, lines: &str) -> Edit {
        let newline = self.text.newline();
        if self.text.ends_in_mid_line(at) {
            return put(at, format!("{newline}{}", lines.trim_end_matches(newline)));
        }
        put(at, lines.to_owned())
    }
}

fn put(at: usize, insert: String) -> Edit {
    Edit {
        at,
        delete: 0,
        insert,
    }
}

fn cut(at: usize, end: usize) -> Edit {
    Edit {
        at,
        delete: end - at,
        insert: String::new(),
    }
}
