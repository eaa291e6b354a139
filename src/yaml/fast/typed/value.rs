//! Values for types, as `decode.rs` gives the nodes of a tree to them.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::super::reader::Reader;
use super::alike::Parts;
use super::gave_up::GaveUp;
use super::opened::{Begun, Opened, Place};
use super::scalar::Scalar;
use super::split::ALIKE;
use super::state::{At, State};

impl<'s> At<'_, 's> {
    fn open(&mut self) -> Result<Opened<'s>, GaveUp> {
        self.state.feeder.open(self.place).ok_or(GaveUp)
    }

    /// `are_known` says that the type itself refuses a key that is written twice.
    fn visit<V: Visitor<'s>>(
        self,
        opened: Opened<'s>,
        are_known: bool,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        let state = self.state;
        match opened {
            Opened::Scalar(value) => Scalar(value).deserialize_any(visitor),
            Opened::Mapping { column, first } => {
                let layout = Layout::Block { column };
                Entries::new(state, layout, first, are_known)?.visit(visitor)
            }
            Opened::Sequence { column } => {
                Items::new(state, Layout::Block { column })?.visit(visitor)
            }
            Opened::Flow {
                is_mapping,
                ends_line,
            } => {
                let layout = Layout::Flow { ends_line };
                if is_mapping {
                    Entries::new(state, layout, None, are_known)?.visit(visitor)
                } else {
                    Items::new(state, layout)?.visit(visitor)
                }
            }
        }
    }
}

impl<'s> Deserializer<'s> for At<'_, 's> {
    type Error = GaveUp;

    fn deserialize_any<V: Visitor<'s>>(mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let opened = self.open()?;
        self.visit(opened, false, visitor)
    }

    fn deserialize_option<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        // A `null` is given up on when it is met.
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'s>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'s>>(
        mut self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        if name == ALIKE
            && matches!(self.place, Place::Item(_))
            && let Some(split) = self
                .state
                .feeder
                .reader
                .split(fields, &mut self.state.known)
        {
            return visitor.visit_seq(Parts::new(self.state, self.place, split));
        }
        match self.open()? {
            opened @ (Opened::Mapping { .. }
            | Opened::Flow {
                is_mapping: true, ..
            }) => self.visit(opened, true, visitor),
            _ => Err(GaveUp),
        }
    }

    fn deserialize_enum<V: Visitor<'s>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        match self.open()? {
            Opened::Scalar(value) => Scalar(value).deserialize_enum(name, variants, visitor),
            _ => Err(GaveUp),
        }
    }

    /// Of a key that the type does not know, which may be written twice.
    fn deserialize_ignored_any<V: Visitor<'s>>(self, _visitor: V) -> Result<V::Value, GaveUp> {
        Err(GaveUp)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'s>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

/// How a collection is written.
#[derive(Clone, Copy)]
enum Layout {
    /// Its keys or dashes are in this column.
    Block { column: usize },
    /// Behind its bracket a line ends, unless it is in another one.
    Flow { ends_line: bool },
}

impl Reader<'_> {
    /// Into a collection, to its first entry or item.
    fn begin(&mut self, layout: Layout) -> Option<()> {
        self.enter()?;
        if let Layout::Flow { .. } = layout {
            self.at += 1;
            self.skip_flow_blank()?;
        }
        Some(())
    }

    /// Out of a collection, whose last entry or item is read.
    fn end(&mut self, layout: Layout) -> Option<()> {
        match layout {
            // Deeper content would belong to the last value, which is complete.
            Layout::Block { column } if self.column > Some(column) => return None,
            Layout::Block { .. } => {}
            Layout::Flow { ends_line } => {
                self.at += 1;
                if ends_line {
                    self.end_line()?;
                }
            }
        }
        self.leave();
        Some(())
    }
}

/// The entries of a mapping.
struct Entries<'r, 's> {
    state: &'r mut State<'s>,
    layout: Layout,
    /// What the first line of a block begins with, if it was read with that, until it is used.
    first: Option<Begun>,
    /// Whether the last key is that of the line that is kept.
    is_line: bool,
    /// Where the keys of this mapping begin among those of the reader; none if the type refuses those that are written twice.
    keys: Option<usize>,
    is_over: bool,
}

impl<'r, 's> Entries<'r, 's> {
    fn new(
        state: &'r mut State<'s>,
        layout: Layout,
        first: Option<Begun>,
        are_known: bool,
    ) -> Result<Self, GaveUp> {
        state.feeder.reader.begin(layout).ok_or(GaveUp)?;
        let keys = (!are_known).then_some(state.keys.len());
        Ok(Self {
            state,
            layout,
            first,
            is_line: false,
            keys,
            is_over: false,
        })
    }

    fn visit<V: Visitor<'s>>(mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let value = visitor.visit_map(&mut self)?;
        if !self.is_over {
            return Err(GaveUp);
        }
        if let Some(first) = self.keys {
            let keys = &mut self.state.keys;
            if keys.len() > first + 1 {
                keys[first..].sort_unstable();
                if keys[first..].windows(2).any(|pair| pair[0] == pair[1]) {
                    return Err(GaveUp);
                }
            }
            keys.truncate(first);
        }
        Ok(value)
    }

    /// The next key. `None` at the end of the mapping, which is left.
    fn key(&mut self) -> Result<Option<&'s str>, GaveUp> {
        let key = match self.layout {
            Layout::Block { column } => self.key_of_block(column)?,
            Layout::Flow { .. } => self.key_in_flow()?,
        };
        match key {
            Some(key) if self.keys.is_some() => self.state.keys.push(key),
            Some(_) => {}
            None => {
                self.is_over = true;
                self.state.feeder.reader.end(self.layout).ok_or(GaveUp)?;
            }
        }
        Ok(key)
    }

    fn key_of_block(&mut self, column: usize) -> Result<Option<&'s str>, GaveUp> {
        let State {
            feeder, outline, ..
        } = &mut *self.state;
        let begun = match self.first.take() {
            Some(first) => first,
            None if feeder.reader.column == Some(column) => feeder.begun().ok_or(GaveUp)?,
            None => return Ok(None),
        };
        self.is_line = matches!(begun, Begun::Line);
        let key = feeder.begun_key(begun);
        // An entry of the root, or one within that.
        let depth = feeder.reader.depth();
        if depth <= 2 {
            let (span, colon) = match begun {
                Begun::Line => (
                    feeder.reader.span(feeder.line.start, feeder.line.colon),
                    feeder.line.colon,
                ),
                Begun::Key => (
                    feeder.reader.span(feeder.key.start, feeder.key.end),
                    feeder.key.colon,
                ),
            };
            outline.add(depth == 2, key, span, colon);
        }
        Ok(Some(key))
    }

    fn key_in_flow(&mut self) -> Result<Option<&'s str>, GaveUp> {
        let reader = &mut self.state.feeder.reader;
        if reader.byte(reader.at) == Some(b'}') {
            return Ok(None);
        }
        let key = reader.named_in_flow().ok_or(GaveUp)?;
        Ok(Some(key.text))
    }
}

impl<'s> MapAccess<'s> for &mut Entries<'_, 's> {
    type Error = GaveUp;

    fn next_key_seed<K: DeserializeSeed<'s>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, GaveUp> {
        let Some(key) = self.key()? else {
            return Ok(None);
        };
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'s>>(&mut self, seed: T) -> Result<T::Value, GaveUp> {
        let place = match self.layout {
            Layout::Block { column } if self.is_line => Place::Line(column),
            Layout::Block { column } => Place::Mapped(column),
            Layout::Flow { .. } => Place::Flow,
        };
        let value = seed.deserialize(At {
            state: self.state,
            place,
        })?;
        if let Layout::Flow { .. } = self.layout {
            self.state
                .feeder
                .reader
                .flow_separator(b'}')
                .ok_or(GaveUp)?;
        }
        Ok(value)
    }
}

/// The items of a sequence.
struct Items<'r, 's> {
    state: &'r mut State<'s>,
    layout: Layout,
    is_first: bool,
    is_over: bool,
    /// Whether it is the value of an entry of the outline.
    is_outlined: bool,
}

impl<'r, 's> Items<'r, 's> {
    fn new(state: &'r mut State<'s>, layout: Layout) -> Result<Self, GaveUp> {
        state.feeder.reader.begin(layout).ok_or(GaveUp)?;
        let is_block = matches!(layout, Layout::Block { .. });
        let is_outlined = is_block && state.feeder.reader.depth() == 3 && state.outline.is_within();
        Ok(Self {
            state,
            layout,
            is_first: true,
            is_over: false,
            is_outlined,
        })
    }

    fn visit<V: Visitor<'s>>(mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let value = visitor.visit_seq(&mut self)?;
        // An array reads as many items as it needs and leaves the rest.
        if !self.is_over && self.item()?.is_some() {
            return Err(GaveUp);
        }
        Ok(value)
    }

    /// Where the next item is. `None` at the end of the sequence, which is left.
    fn item(&mut self) -> Result<Option<Place>, GaveUp> {
        let place = match self.layout {
            Layout::Block { column } => {
                let is_one = self.state.feeder.reader.column == Some(column)
                    && self.state.feeder.reader.is_at_dash();
                let is_one = is_one || self.is_first;
                if is_one && self.is_outlined {
                    self.state.outline.add_dash(self.state.feeder.reader.at);
                }
                is_one.then(|| {
                    self.state.feeder.reader.at += 1;
                    Place::Item(column)
                })
            }
            Layout::Flow { .. } => {
                match self
                    .state
                    .feeder
                    .reader
                    .byte(self.state.feeder.reader.at)
                    .ok_or(GaveUp)?
                {
                    b']' => None,
                    _ => Some(Place::Flow),
                }
            }
        };
        self.is_first = false;
        if place.is_none() {
            self.is_over = true;
            self.state.feeder.reader.end(self.layout).ok_or(GaveUp)?;
        }
        Ok(place)
    }
}

impl<'s> SeqAccess<'s> for &mut Items<'_, 's> {
    type Error = GaveUp;

    fn next_element_seed<T: DeserializeSeed<'s>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, GaveUp> {
        let Some(place) = self.item()? else {
            return Ok(None);
        };
        let value = seed.deserialize(At {
            state: self.state,
            place,
        })?;
        if let Layout::Flow { .. } = self.layout {
            self.state
                .feeder
                .reader
                .flow_separator(b']')
                .ok_or(GaveUp)?;
        }
        Ok(Some(value))
    }
}
