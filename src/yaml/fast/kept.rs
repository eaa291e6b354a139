//! What is kept of what is read: a tree, or nothing. Both are read by the same rules.

use super::key::Key;
use super::line::{Line, Style};
use super::reader::Reader;
use super::shape::Shape;
use crate::source::Span;
use crate::yaml::repeated::is_any_repeated;
use crate::yaml::{Entry, Node, Value};

/// Something that was read. Every function that returns an `Option` gives up on the whole text with `None`.
pub(super) trait Kept<'s>: Sized {
    /// Whether it has contents. If not, those of its scalars are not asked for.
    const IS_TREE: bool;

    fn scalar(reader: &mut Reader<'s>, start: usize, end: usize, value: Value<'s>) -> Self;

    fn plain(reader: &mut Reader<'s>, start: usize, text: &'s str) -> Option<Self>;

    fn end(&self) -> usize;

    /// Adds the entry of a key in `column`, from behind its `:`, to those of its mapping, which begin at `base`. Returns its
    /// end.
    fn entry(reader: &mut Reader<'s>, base: usize, column: usize, key: Key<'s>) -> Option<usize>;

    /// Adds an entry of one line to those of its mapping, which begin at `base`.
    fn line(reader: &mut Reader<'s>, base: usize, line: &Line) -> Option<()>;

    fn add_entry(reader: &mut Reader<'s>, key: Key<'s>, value: Self);

    fn add_item(reader: &mut Reader<'s>, item: Self);

    /// The mapping of all entries that were added from `base` on.
    fn mapping(reader: &mut Reader<'s>, base: usize, start: usize, end: usize) -> Option<Self>;

    /// The sequence of all items that were added from `base` on.
    fn sequence(reader: &mut Reader<'s>, base: usize, start: usize, end: usize) -> Self;
}

impl<'s> Kept<'s> for Node<'s> {
    const IS_TREE: bool = true;

    fn scalar(reader: &mut Reader<'s>, start: usize, end: usize, value: Value<'s>) -> Self {
        reader.node(start, end, value)
    }

    fn plain(reader: &mut Reader<'s>, start: usize, text: &'s str) -> Option<Self> {
        let value = reader.resolve(text)?;
        Some(reader.node(start, start + text.len(), value))
    }

    fn end(&self) -> usize {
        self.span.end as usize
    }

    fn entry(reader: &mut Reader<'s>, base: usize, column: usize, key: Key<'s>) -> Option<usize> {
        let is_first = reader.entries.len() == base;
        let value: Self = match reader.shape {
            Shape::Kept => reader.mapped(column, key.colon)?,
            shape => match shape.under(&key.text) {
                None if !is_first => return reader.left_out(column, &key),
                None | Some(Shape::Over) => reader.passed_over(column, &key)?,
                Some(within) => reader.shaped(within, column, key.colon)?,
            },
        };
        let end = value.end();
        Self::add_entry(reader, key, value);
        Some(end)
    }

    fn line(reader: &mut Reader<'s>, base: usize, line: &Line) -> Option<()> {
        let text = reader.text;
        let key = &text[line.start..line.colon];
        let is_first = reader.entries.len() == base;
        if !is_first && reader.shape.under(key).is_none() {
            return Some(());
        }
        let value = if line.style == Style::Quoted {
            let text = &text[line.value + 1..line.end - 1];
            reader.node(line.value, line.end, Value::String(text.into()))
        } else {
            Self::plain(reader, line.value, &text[line.value..line.end])?
        };
        reader.entries.push(Entry {
            key: key.into(),
            key_span: reader.span(line.start, line.colon),
            value,
        });
        Some(())
    }

    fn add_entry(reader: &mut Reader<'s>, key: Key<'s>, value: Self) {
        reader.entries.push(Entry {
            key: key.text,
            key_span: key.span,
            value,
        });
    }

    fn add_item(reader: &mut Reader<'s>, item: Self) {
        reader.items.push(item);
    }

    fn mapping(reader: &mut Reader<'s>, base: usize, start: usize, end: usize) -> Option<Self> {
        let entries = reader.entries.split_off(base);
        if is_any_repeated(&entries) {
            return None;
        }
        Some(reader.node(start, end, Value::Mapping(entries)))
    }

    fn sequence(reader: &mut Reader<'s>, base: usize, start: usize, end: usize) -> Self {
        let items = reader.items.split_off(base);
        reader.node(start, end, Value::Sequence(items))
    }
}

/// Something of which only the end is kept. Whether keys are written twice is not looked at.
pub(super) struct Passed {
    pub(super) end: usize,
}

impl<'s> Kept<'s> for Passed {
    const IS_TREE: bool = false;

    fn scalar(_: &mut Reader<'s>, _: usize, end: usize, _: Value<'s>) -> Self {
        Self { end }
    }

    fn plain(_: &mut Reader<'s>, start: usize, text: &'s str) -> Option<Self> {
        let end = start + text.len();
        Some(Self { end })
    }

    fn end(&self) -> usize {
        self.end
    }

    fn entry(reader: &mut Reader<'s>, _: usize, column: usize, key: Key<'s>) -> Option<usize> {
        let value: Self = reader.mapped(column, key.colon)?;
        Some(value.end)
    }

    fn line(_: &mut Reader<'s>, _: usize, _: &Line) -> Option<()> {
        Some(())
    }

    fn add_entry(_: &mut Reader<'s>, _: Key<'s>, _: Self) {}

    fn add_item(_: &mut Reader<'s>, _: Self) {}

    fn mapping(_: &mut Reader<'s>, _: usize, _: usize, end: usize) -> Option<Self> {
        Some(Self { end })
    }

    fn sequence(_: &mut Reader<'s>, _: usize, _: usize, end: usize) -> Self {
        Self { end }
    }
}

impl<'s> Reader<'s> {
    /// The value of a key in `column`, from behind its `:`, of which a part is kept.
    fn shaped(&mut self, shape: Shape, column: usize, colon: usize) -> Option<Node<'s>> {
        let around = std::mem::replace(&mut self.shape, shape);
        let value = self.mapped(column, colon);
        self.shape = around;
        value
    }

    /// The value of a key in `column`, from behind its `:`. Of a block below the key, only one item or entry is kept,
    /// without anything in it: it says that there are some.
    fn passed_over(&mut self, column: usize, key: &Key<'s>) -> Option<Node<'s>> {
        match self.walked(column, key)? {
            Some(walked) => {
                let span = self.span(walked.start, walked.end);
                Some(standing_for_all(span, walked.is_list))
            }
            None => self.shaped(Shape::Kept, column, key.colon),
        }
    }

    /// Past the value of a key in `column`, from behind its `:`, to its end.
    fn left_out(&mut self, column: usize, key: &Key<'s>) -> Option<usize> {
        if let Some(walked) = self.walked(column, key)? {
            return Some(walked.end);
        }
        let value: Passed = self.mapped(column, key.colon)?;
        Some(value.end)
    }
}

fn standing_for_all<'s>(span: Span, is_list: bool) -> Node<'s> {
    let nothing = Node::null(span);
    let value = if is_list {
        Value::Sequence(vec![nothing])
    } else {
        Value::Mapping(vec![Entry {
            key: "".into(),
            key_span: span,
            value: nothing,
        }])
    };
    Node { span, value }
}
