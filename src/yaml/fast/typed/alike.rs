//! Items of a list that say the same but for the values of a few keys: what they have in common is read once.
//!
//! What is between the values that are an item's own is compared with that of the items before, byte by byte, and what was
//! read before reads the same again: all that its meaning depends on beside its text is the column of its keys and how many
//! collections are open around it. The own values are read as always, and have to end where the item was split.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::gave_up::GaveUp;
use super::opened::{Begun, Place};
use super::split::Split;
use super::state::{At, State};

/// The two parts of an item: its number, and what is to be read of it.
pub(super) struct Parts<'r, 's> {
    state: &'r mut State<'s>,
    place: Place,
    split: Split<'s>,
    number: usize,
    is_new: bool,
    given: usize,
}

impl<'r, 's> Parts<'r, 's> {
    pub(super) fn new(state: &'r mut State<'s>, place: Place, split: Split<'s>) -> Self {
        Self {
            number: split.number.unwrap_or(state.known.next),
            is_new: split.number.is_none(),
            state,
            place,
            split,
            given: 0,
        }
    }

    /// Reads all of it, and keeps its number for those that are like it.
    fn whole<T: DeserializeSeed<'s>>(&mut self, seed: T) -> Result<T::Value, GaveUp> {
        self.state.known.next += 1;
        let value = seed.deserialize(At {
            state: self.state,
            place: self.place,
        })?;
        let reader = &mut self.state.feeder.reader;
        let reached = (reader.at, reader.line, reader.column);
        let ends_there = reader.is_at_content_of(self.split.end).ok_or(GaveUp)?;
        if ends_there && self.split.common.is_closed() {
            let known = &mut self.state.known.numbers;
            known.insert(self.split.common, self.number);
        }
        if !ends_there {
            (reader.at, reader.line, reader.column) = reached;
        }
        Ok(value)
    }

    /// Reads its own values.
    fn own<T: DeserializeSeed<'s>>(&mut self, seed: T) -> Result<T::Value, GaveUp> {
        self.state.feeder.reader.enter().ok_or(GaveUp)?;
        let value = seed.deserialize(OwnEntries {
            state: self.state,
            split: &self.split,
            at: 0,
            begun: Begun::Line,
        })?;
        let reader = &mut self.state.feeder.reader;
        reader.leave();
        reader.is_at_content_of(self.split.end).ok_or(GaveUp)?;
        Ok(value)
    }
}

impl<'s> SeqAccess<'s> for Parts<'_, 's> {
    type Error = GaveUp;

    fn next_element_seed<T: DeserializeSeed<'s>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, GaveUp> {
        self.given += 1;
        match self.given {
            1 => seed.deserialize(self.number.into_deserializer()).map(Some),
            2 if self.is_new => self.whole(seed).map(Some),
            2 => self.own(seed).map(Some),
            _ => Ok(None),
        }
    }
}

/// The entries of an item's own keys.
struct OwnEntries<'r, 's> {
    state: &'r mut State<'s>,
    split: &'r Split<'s>,
    /// The number of the next one.
    at: usize,
    /// What the line of the last key begins with.
    begun: Begun,
}

impl<'s> Deserializer<'s> for OwnEntries<'_, 's> {
    type Error = GaveUp;

    fn deserialize_any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'s>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'s> MapAccess<'s> for OwnEntries<'_, 's> {
    type Error = GaveUp;

    fn next_key_seed<K: DeserializeSeed<'s>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, GaveUp> {
        let Some(own) = self.split.own().get(self.at) else {
            return Ok(None);
        };
        let feeder = &mut self.state.feeder;
        feeder.reader.line = own.line;
        feeder.reader.at = own.key;
        feeder.reader.column = Some(self.split.common.column);
        self.begun = feeder.begun().ok_or(GaveUp)?;
        let key = feeder.begun_key(self.begun);
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'s>>(&mut self, seed: T) -> Result<T::Value, GaveUp> {
        let column = self.split.common.column;
        let value = seed.deserialize(At {
            state: self.state,
            place: match self.begun {
                Begun::Line => Place::Line(column),
                Begun::Key => Place::Mapped(column),
            },
        })?;
        let own = self.split.own()[self.at];
        self.at += 1;
        let is_split_there = self.state.feeder.reader.is_at_content_of(own.end);
        if is_split_there.ok_or(GaveUp)? {
            Ok(value)
        } else {
            Err(GaveUp)
        }
    }
}
