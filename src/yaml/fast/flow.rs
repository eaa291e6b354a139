//! Flow collections, on one line or several (<https://yaml.org/spec/1.2.2/#74-flow-collection-styles>).

use super::kept::Kept;
use super::key::Key;
use super::reader::Reader;
use crate::yaml::Value;

impl<'s> Reader<'s> {
    /// A flow collection, from its bracket to behind the other one.
    pub(super) fn flow<K: Kept<'s>>(&mut self) -> Option<K> {
        self.enter()?;
        let start = self.at;
        let is_mapping = self.byte(start) == Some(b'{');
        self.at += 1;
        let node = if is_mapping {
            self.flow_mapping(start)
        } else {
            self.flow_sequence(start)
        };
        self.leave();
        node
    }

    fn flow_sequence<K: Kept<'s>>(&mut self, start: usize) -> Option<K> {
        let base = self.items.len();
        self.skip_flow_blank()?;
        while self.byte(self.at)? != b']' {
            let item = self.flow_value()?;
            K::add_item(self, item);
            self.flow_separator(b']')?;
        }
        self.at += 1;
        Some(K::sequence(self, base, start, self.at))
    }

    fn flow_mapping<K: Kept<'s>>(&mut self, start: usize) -> Option<K> {
        let base = self.entries.len();
        self.skip_flow_blank()?;
        while self.byte(self.at)? != b'}' {
            let key = self.flow_key()?;
            self.skip_flow_blank()?;
            let value = self.flow_value()?;
            K::add_entry(self, key, value);
            self.flow_separator(b'}')?;
        }
        self.at += 1;
        K::mapping(self, base, start, self.at)
    }

    /// Behind an entry or item: goes past a comma, to what comes next.
    pub(super) fn flow_separator(&mut self, closing: u8) -> Option<()> {
        self.skip_flow_blank()?;
        match self.byte(self.at)? {
            b',' => {
                self.at += 1;
                self.skip_flow_blank()
            }
            byte => (byte == closing).then_some(()),
        }
    }

    pub(super) fn flow_key(&mut self) -> Option<Key<'s>> {
        let start = self.at;
        if let b'"' | b'\'' = self.byte(start)? {
            let text = self.quoted()?;
            let end = self.at;
            // As in JSON: the value may follow without a space.
            if self.byte(end) == Some(b':') {
                return self.key_before(end, text, start, end);
            }
            self.skip_spaces();
            return self.key_of(text, start, end);
        }
        let text = self.plain(true)?;
        self.plain_key(text, start)
    }

    pub(super) fn flow_value<K: Kept<'s>>(&mut self) -> Option<K> {
        let start = self.at;
        match self.byte(start)? {
            b'[' | b'{' => self.flow(),
            b'"' | b'\'' => {
                let text = self.quoted()?;
                Some(K::scalar(self, start, self.at, Value::String(text)))
            }
            _ => {
                let text = self.plain(true)?;
                self.at = start + text.len();
                K::plain(self, start, text)
            }
        }
    }

    /// Blanks, comments and line breaks within a flow collection.
    pub(super) fn skip_flow_blank(&mut self) -> Option<()> {
        loop {
            self.skip_blank()?;
            if self.byte(self.at) != Some(b'\n') {
                return Some(());
            }
            self.at += 1;
            self.line = self.at;
            // A comment may begin a line.
            if self.byte(self.at) == Some(b'#') {
                self.skip_comment();
            }
            if self.is_at_marker() {
                return None;
            }
        }
    }
}
