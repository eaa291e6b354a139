//! Where keys and items of lists are in a text that a manifest carries: a policy, priorities, parameters.

use crate::source::{SourceId, Span};
use crate::yaml::Node;

/// The lines of a text that begin with a key, and what its lists hold.
#[derive(Debug, Default)]
pub struct Keys {
    keys: Vec<Key>,
    items: Vec<Item>,
}

/// A scalar in a list, without its quotes.
#[derive(Debug)]
struct Item {
    text: String,
    location: Span,
}

#[derive(Debug)]
struct Key {
    name: String,
    location: Span,
}

impl Keys {
    /// Those of a text; `place` tells where its parts stand.
    pub(super) fn read(text: &str, place: impl Fn(Span) -> Span) -> Self {
        let mut all = Self::default();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            all.keys.extend(key(line, start));
            all.items.extend(items(line, start));
            start += line.len();
        }
        let keys = all.keys.iter_mut().map(|key| &mut key.location);
        let items = all.items.iter_mut().map(|item| &mut item.location);
        for location in keys.chain(items) {
            *location = place(*location);
        }
        all
    }

    /// Those of a text that stands at a place as it is.
    pub(super) fn verbatim(text: &str, whole: Span) -> Self {
        Self::read(text, |part| Span {
            source: whole.source,
            start: whole.start + part.start,
            end: whole.start + part.end,
        })
    }

    /// Those of a value whose parts stand in several places.
    pub(super) fn of_value(value: &Node<'_>) -> Self {
        let mut all = Self::default();
        all.add(value);
        all
    }

    fn add(&mut self, value: &Node<'_>) {
        for entry in value.entries() {
            self.keys.push(Key {
                name: entry.key.to_string(),
                location: entry.key_span,
            });
            self.add(&entry.value);
        }
        for item in value.items() {
            if let Some(text) = item.as_str() {
                self.items.push(Item {
                    text: text.to_owned(),
                    location: item.span,
                });
            }
            self.add(item);
        }
    }

    /// The first one of a name.
    pub fn any(&self, name: &str) -> Option<Span> {
        let key = self.keys.iter().find(|key| key.name == name);
        key.map(|key| key.location)
    }

    /// The first item of a list that is this text.
    pub fn item(&self, text: &str) -> Option<Span> {
        let item = self.items.iter().find(|item| item.text == text)?;
        Some(item.location)
    }

    /// The first item, else the first key, that a sentence speaks of, in backticks.
    pub fn named_in(&self, sentence: &str) -> Option<Span> {
        let item = self.item_named_in(sentence);
        item.or_else(|| self.key_named_in(sentence))
    }

    /// The first item that a sentence speaks of, in backticks.
    pub fn item_named_in(&self, sentence: &str) -> Option<Span> {
        names(sentence).find_map(|name| self.item(name))
    }

    /// The first key that a sentence speaks of, in backticks.
    pub fn key_named_in(&self, sentence: &str) -> Option<Span> {
        names(sentence).find_map(|name| self.any(name))
    }

    /// Its name.
    pub fn key_name_in<'s>(&self, sentence: &'s str) -> Option<&'s str> {
        names(sentence).find(|name| self.any(name).is_some())
    }
}

/// What a sentence has in backticks.
fn names(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('`').skip(1).step_by(2)
}

/// What a line has behind a dash, or between brackets. Texts that YAML escapes are not found.
fn items(line: &str, start: usize) -> Vec<Item> {
    let trimmed = line.trim();
    let texts: Vec<&str> = if let Some(item) = trimmed.strip_prefix("- ") {
        vec![item]
    } else if let Some((_, list)) = trimmed.split_once('[') {
        let end = list.rfind(']').unwrap_or(list.len());
        list[..end].split(", ").collect()
    } else {
        Vec::new()
    };
    let items = texts.into_iter().filter_map(|text| {
        let text = alone(text.trim());
        let at = start + line.find(text)?;
        let quoted = quoted(text).and_then(|text| text.get(1..text.len() - 1));
        Some(Item {
            text: quoted.unwrap_or(text).to_owned(),
            location: Span::new(SourceId(0), at, at + text.len()),
        })
    });
    items.collect()
}

/// An item in quotes without the brackets and the key that it shares its piece of the line with.
fn alone(piece: &str) -> &str {
    let opened = piece.split_once(": [").map_or(piece, |(_, item)| item);
    quoted(opened.trim_start()).unwrap_or(piece)
}

/// The beginning of a text that stands in quotes, with the quotes.
fn quoted(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let end = text[1..].find(quote)? + 2;
    text.get(..end)
}

fn key(line: &str, start: usize) -> Option<Key> {
    let whole = line.trim_end();
    let text = whole.trim_start_matches([' ', '{']);
    let text = text.strip_prefix("- ").unwrap_or(text).trim_start();
    let (name, _) = text.split_once(':')?;
    let name = name.trim_end().trim_matches(['"', '\'']);
    let indentation = whole.len() - text.len();
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (!name.is_empty() && name.bytes().all(is_key)).then_some(())?;
    Some(Key {
        name: name.to_owned(),
        location: Span::new(SourceId(0), start + indentation, start + whole.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_where_they_are() {
        let text = "kind: X\n    nodeSelector: a=b\n    profiles:\n      - name: y\n        nodeSelector: c=d\n        \"max\": 3,\n";
        let location = Span {
            source: SourceId(0),
            start: 100,
            end: 100 + u32::try_from(text.len()).expect("it is short"),
        };
        let keys = Keys::verbatim(text, location);
        let said = |span: Option<Span>| {
            span.map(|span| &text[span.start as usize - 100..span.end as usize - 100])
        };
        assert_eq!(said(keys.any("nodeSelector")), Some("nodeSelector: a=b"));
        assert_eq!(said(keys.any("max")), Some("\"max\": 3,"));
        assert_eq!(said(keys.any("kind")), Some("kind: X"));
        assert_eq!(said(keys.any("absent")), None);
    }

    #[test]
    fn items_of_several_lists_in_one_line_are_found() {
        let text = r#"{"50": ["a.*", "*b*"], "10": ["c-[0-9]+"]}"#;
        let keys = Keys::verbatim(text, Span::new(SourceId(0), 0, text.len()));
        for item in ["a.*", "*b*", "c-[0-9]+"] {
            let found = keys
                .item(item)
                .map(|at| &text[at.start as usize..at.end as usize]);
            assert_eq!(found, Some(format!("\"{item}\"").as_str()));
        }
    }

    #[test]
    fn items_of_lists_are_found_where_they_are() {
        let text = "10:\n  - ^((?!spot).)*$\n  - \".*a\"\n50: [b.*, 'c-[0-9]+']\n";
        let location = Span {
            source: SourceId(0),
            start: 100,
            end: 100 + u32::try_from(text.len()).expect("it is short"),
        };
        let keys = Keys::verbatim(text, location);
        let said = |span: Option<Span>| {
            span.map(|span| &text[span.start as usize - 100..span.end as usize - 100])
        };
        assert_eq!(said(keys.item("^((?!spot).)*$")), Some("^((?!spot).)*$"));
        assert_eq!(said(keys.item(".*a")), Some("\".*a\""));
        assert_eq!(said(keys.item("b.*")), Some("b.*"));
        assert_eq!(said(keys.item("c-[0-9]+")), Some("'c-[0-9]+'"));
        assert_eq!(said(keys.item("10")), None);
        let sentence = "tier `10`: pattern `b.*` is wrong";
        assert_eq!(said(keys.item_named_in(sentence)), Some("b.*"));
    }
}
