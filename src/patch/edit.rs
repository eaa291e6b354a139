//! A change made in the text itself: bytes are inserted, and those of a `null` or a number replaced. Nothing else moves.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::change::{Change, Item, Step};
use super::text::Text;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// Bytes to put in, and those to take out in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) delete: usize,
    pub(super) insert: String,
}

/// Why a change cannot be made with certainty.
#[derive(Debug)]
pub(super) struct Uneditable {
    pub(super) place: Span,
    pub(super) reason: String,
}

type Result<T = ()> = std::result::Result<T, Uneditable>;

/// Keys with what comes under them.
struct Keys<'c>(Vec<(&'static str, &'c Change)>);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Makes changes in one document.
pub(super) struct Editor<'t> {
    text: Text<'t>,
    /// The first of each pair of keys that are written twice.
    duplicates: &'t [Span],
    pub(super) edits: Vec<Edit>,
}

impl<'t> Editor<'t> {
    pub(super) fn new(text: Text<'t>, duplicates: &'t [Span]) -> Self {
        Self {
            text,
            duplicates,
            edits: Vec::new(),
        }
    }

    /// Changes the value of an entry of `map`.
    pub(super) fn entry(&mut self, map: &Node<'_>, entry: &Entry<'_>, change: &Change) -> Result {
        self.is_on_its_own(map, entry)?;
        match (&entry.value.value, change) {
            (Value::Null, _) => self.fill(entry, change),
            (Value::Sequence(items), Change::Append(_))
                if items.is_empty() && self.is_one_line(entry) =>
            {
                self.fill(entry, change)
            }
            (Value::Mapping(entries), Change::Within(_))
                if entries.is_empty() && self.is_one_line(entry) =>
            {
                self.fill(entry, change)
            }
            (_, Change::Set(value)) => self.set(entry, value),
            (Value::Sequence(items), Change::Append(added)) if items.is_empty() => {
                let text = self.text;
                let items = added.iter().map(|item| text.flow(item));
                self.put_in_brackets(&entry.value, '[', items)
            }
            (Value::Sequence(items), Change::Append(added)) => {
                if self.text.begins_with(&entry.value, '[') {
                    self.append_flow(items, added);
                    Ok(())
                } else {
                    self.append_block(&entry.value, items, added)
                }
            }
            (Value::Mapping(_), Change::Within(steps)) => {
                self.steps(&entry.value, Some(entry), steps)
            }
            (Value::Sequence(items), Change::Within(steps)) => {
                self.has_no_alias(&entry.value, &entry.key)?;
                self.items(items, steps)
            }
            (_, Change::Append(_)) => Err(refusal(
                entry.value.span,
                format!("`{}` is not a list", entry.key),
            )),
            (_, Change::Within(_)) => Err(refusal(
                entry.value.span,
                format!("`{}` is not a map", entry.key),
            )),
        }
    }

    /// Changes a map. `holder` is the entry whose value it is, where it is one.
    pub(super) fn steps(
        &mut self,
        map: &Node<'_>,
        holder: Option<&Entry<'_>>,
        steps: &[(Step, Change)],
    ) -> Result {
        let mut missing = Keys(Vec::new());
        for (step, change) in steps {
            let Step::Key(key) = step else {
                return Err(refusal(map.span, "a list is expected here".to_owned()));
            };
            match map.entry(key) {
                Some(entry) => self.entry(map, entry, change)?,
                None => missing.0.push((key, change)),
            }
        }
        if missing.0.is_empty() {
            return Ok(());
        }
        if self.text.begins_with(map, '{') {
            let text = self.text;
            let entries = missing
                .0
                .iter()
                .map(|(key, value)| format!("{}: {}", text.flow(key), text.flow(*value)));
            return self.put_in_brackets(map, '{', entries);
        }
        self.insert_keys(map, holder, &missing)
    }

    fn items(&mut self, items: &[Node<'_>], steps: &[(Step, Change)]) -> Result {
        for (step, change) in steps {
            let (Step::Item(at), Change::Within(steps)) = (step, change) else {
                continue;
            };
            let Some(item) = items.get(*at) else { continue };
            self.has_no_alias(item, "an item")?;
            self.steps(item, None, steps)?;
        }
        Ok(())
    }

    /// Refuses an entry whose value belongs to another place too, or is not the only one of its key.
    pub(super) fn is_on_its_own(&self, map: &Node<'_>, entry: &Entry<'_>) -> Result {
        if self.duplicates.contains(&entry.key_span) {
            let reason = format!(
                "`{}` is written twice, and readers disagree on which counts",
                entry.key
            );
            return Err(refusal(entry.key_span, reason));
        }
        if entry.key_span.start < map.span.start || entry.key_span.end > map.span.end {
            let reason = format!("`{}` comes from a merge key (`<<`)", entry.key);
            return Err(refusal(map.span, reason));
        }
        self.has_no_alias(&entry.value, &entry.key)?;
        if let Some(name) = self.text.anchor_before(entry)
            && self.text.has_alias(name)
        {
            let reason = format!(
                "`{}` is anchored as `&{name}` and used elsewhere",
                entry.key
            );
            return Err(refusal(entry.key_span, reason));
        }
        Ok(())
    }

    fn has_no_alias(&self, node: &Node<'_>, key: &str) -> Result {
        if self.text.begins_with(node, '*') {
            let what = self.text.slice(node.span);
            return Err(refusal(node.span, format!("`{key}` is the alias `{what}`")));
        }
        Ok(())
    }

    /// Whether an entry of a block map has its value in its own line, and nothing but a comment behind it.
    fn is_one_line(&self, entry: &Entry<'_>) -> bool {
        self.text.is_in_block(entry) && !self.text.slice(entry.value.span).contains('\n')
    }

    /// A value where there was none, `null`, or nothing in brackets.
    fn fill(&mut self, entry: &Entry<'_>, value: &Change) -> Result {
        let colon = self
            .text
            .colon_after(entry.key_span)
            .ok_or_else(|| unclear(entry))?;
        let written = self.text.slice(entry.value.span).trim_end();
        let start = entry.value.span.start as usize;
        if self.is_one_line(entry) && !matches!(value, Change::Set(_)) {
            if !written.is_empty() {
                // The spaces before it go too, but not a tag.
                let before = self.text.0[..start].trim_end_matches([' ', '\t']).len();
                self.edits.push(Edit {
                    at: before,
                    delete: start + written.len() - before,
                    insert: String::new(),
                });
            }
            let indent = self.text.column(entry.key_span.start as usize) + 2;
            let lines = self.text.block_lines(value, indent);
            self.insert_lines(self.text.line_end(colon), &lines);
        } else if written.is_empty() {
            let insert = format!(" {}", self.text.flow(value));
            self.insert(colon + 1, insert);
        } else {
            self.edits.push(Edit {
                at: start,
                delete: written.len(),
                insert: self.text.flow(value),
            });
        }
        Ok(())
    }

    /// Another number in the place of a scalar.
    fn set(&mut self, entry: &Entry<'_>, value: &Json) -> Result {
        let written = self.text.slice(entry.value.span);
        let is_scalar = matches!(entry.value.value, Value::Integer(_) | Value::Float(_));
        if !is_scalar || written.is_empty() || written.contains(['\n', '\r', ' ']) {
            let reason = format!("`{}` is not a number", entry.key);
            return Err(refusal(entry.value.span, reason));
        }
        self.edits.push(Edit {
            at: entry.value.span.start as usize,
            delete: written.len(),
            insert: self.text.flow(value),
        });
        Ok(())
    }

    /// Right after an opening bracket; what is there already, if anything, comes behind.
    fn put_in_brackets(
        &mut self,
        node: &Node<'_>,
        bracket: char,
        added: impl Iterator<Item = String>,
    ) -> Result {
        if !self.text.begins_with(node, bracket) {
            return Err(refusal(node.span, format!("`{bracket}` is expected here")));
        }
        let at = node.span.start as usize + 1;
        let first = match &node.value {
            Value::Mapping(entries) => entries.first().map(|entry| entry.key_span),
            Value::Sequence(items) => items.first().map(|item| item.span),
            _ => None,
        };
        // In a document of one entry a line the new ones get lines of their own; else they come between the bracket
        // and the space that may follow it.
        let line = first.and_then(|first| self.text.own_line(first.start as usize));
        let is_spaced = self.text.0[at..].starts_with(' ');
        let added: Vec<String> = added.collect();
        let insert = match (line, first) {
            (Some(line), _) => {
                let lines: Vec<String> =
                    added.iter().map(|text| format!("{line}{text},")).collect();
                lines.concat()
            }
            (None, Some(_)) if is_spaced => format!(" {},", added.join(", ")),
            (None, Some(_)) => format!("{}, ", added.join(", ")),
            (None, None) => added.join(", "),
        };
        self.insert(at, insert);
        Ok(())
    }

    /// Behind the last item of a list in brackets.
    fn append_flow(&mut self, items: &[Node<'_>], added: &[Item]) {
        let last = items.last().expect("only lists with items come here");
        let line = self.text.own_line(last.span.start as usize);
        let mut insert = String::new();
        for item in added {
            insert.push(',');
            insert.push_str(line.unwrap_or(" "));
            insert.push_str(&self.text.flow(item));
        }
        self.insert(last.span.end as usize, insert);
    }

    /// On new lines behind the last item, with its dash in line.
    fn append_block(&mut self, list: &Node<'_>, items: &[Node<'_>], added: &[Item]) -> Result {
        let uncertain = || refusal(list.span, "where this list ends is not certain".to_owned());
        let indent = self.text.dash_column(&items[0]).ok_or_else(uncertain)?;
        let at = self
            .text
            .end_of_block(list.span.end as usize, indent)
            .ok_or_else(uncertain)?;
        let lines = self.text.block_lines(added, indent);
        self.insert_lines(at, &lines);
        Ok(())
    }

    /// New keys of a map in block style, at the head of it: under the line of its own key, and so above comments that
    /// belong to what follows.
    fn insert_keys(
        &mut self,
        map: &Node<'_>,
        holder: Option<&Entry<'_>>,
        keys: &Keys<'_>,
    ) -> Result {
        let own = map.entries().iter().find(|entry| {
            map.span.start <= entry.key_span.start && entry.key_span.end <= map.span.end
        });
        let Some(first) = own.map(|entry| entry.key_span.start as usize) else {
            return Err(refusal(
                map.span,
                "this map has no key of its own".to_owned(),
            ));
        };
        let indent = self.text.column(first);
        let lines = self.text.block_lines(keys, indent);
        let head = holder.and_then(|holder| self.text.head(holder, first));
        match head {
            Some(at) if self.text.own_line(first).is_some() => self.insert_lines(at, &lines),
            _ if self.text.is_key_at(first) => {
                // On the line of a dash, say: the new keys take the place of the first one, which moves down.
                let newline = self.text.newline();
                let mut insert = lines.trim_start_matches(' ').to_owned();
                insert.truncate(insert.len() - newline.len());
                insert.push_str(newline);
                insert.extend(std::iter::repeat_n(' ', indent));
                self.insert(first, insert);
            }
            _ => {
                return Err(refusal(
                    map.span,
                    "the place for a new key is not certain".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// Whole lines; where the last line before them has no end, it gets one and the last of them has none.
    fn insert_lines(&mut self, at: usize, lines: &str) {
        let newline = self.text.newline();
        let insert = if self.text.ends_in_mid_line(at) {
            format!("{newline}{}", lines.trim_end_matches(newline))
        } else {
            lines.to_owned()
        };
        self.insert(at, insert);
    }

    fn insert(&mut self, at: usize, insert: String) {
        self.edits.push(Edit {
            at,
            delete: 0,
            insert,
        });
    }
}

fn refusal(place: Span, reason: String) -> Uneditable {
    Uneditable { place, reason }
}

fn unclear(entry: &Entry<'_>) -> Uneditable {
    refusal(
        entry.key_span,
        format!(
            "the value of `{}` cannot be found with certainty",
            entry.key
        ),
    )
}
