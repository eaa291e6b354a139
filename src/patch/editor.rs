//! Applies a change to the text itself: bytes are inserted, and a `null`, empty brackets or a number may be replaced.
//! No other byte changes.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::change_tree::{Change, Item, Step};
use super::doubts::Doubts;
use super::edits::Edit;
use super::list_style::Style;
use super::text::Text;
use super::uneditable::{Certain, Uneditable};
use crate::yaml::{Entry, Node, Value};

/// Keys with the changes under them.
struct Keys<'c>(Vec<(&'c str, &'c Change)>);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// The first entry of a block map, with the indentation and the lists of the lines around it.
pub(super) struct FirstOfBlock<'n, 's> {
    map: &'n Node<'s>,
    entry: &'n Entry<'s>,
    pub(super) indent: usize,
    pub(super) style: Style,
}

/// Applies changes to one document.
pub(super) struct Editor<'t> {
    text: &'t Text<'t>,
    doubts: &'t Doubts,
    pub(super) edits: Vec<Edit>,
}

impl<'t> Editor<'t> {
    pub(super) fn new(text: &'t Text<'t>, doubts: &'t Doubts) -> Self {
        Self {
            text,
            doubts,
            edits: Vec::new(),
        }
    }

    /// Changes the value of an entry of `map`.
    pub(super) fn entry(&mut self, map: &Node<'_>, entry: &Entry<'_>, change: &Change) -> Certain {
        self.doubts.entry(self.text, map, entry)?;
        match (&entry.value.value, change) {
            (_, Change::Both(changes)) => {
                let mut changes = changes.iter();
                changes.try_for_each(|change| self.entry(map, entry, change))
            }
            (Value::Null, _) => self.fill(entry, change),
            (Value::Sequence(items), Change::Append(_))
                if items.is_empty() && self.is_empty_line(entry) =>
            {
                self.fill(entry, change)
            }
            (Value::Mapping(entries), Change::Within(_))
                if entries.is_empty() && self.is_empty_line(entry) =>
            {
                self.fill(entry, change)
            }
            (_, Change::Set { new, .. }) => self.set(entry, new),
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
            (Value::Sequence(items), Change::Within(steps)) => self.items(items, steps),
            (_, Change::Append(_)) => Err(Uneditable::new(
                entry.value.span,
                format!("`{}` is not a list", entry.key),
            )),
            (_, Change::Within(_)) => Err(Uneditable::new(
                entry.value.span,
                format!("`{}` is not a map", entry.key),
            )),
        }
    }

    /// Changes a map. `holder` is the entry whose value it is, if any.
    pub(super) fn steps(
        &mut self,
        map: &Node<'_>,
        holder: Option<&Entry<'_>>,
        steps: &[(Step, Change)],
    ) -> Certain {
        let mut missing = Keys(Vec::new());
        for (step, change) in steps {
            let Step::Key(key) = step else {
                return Err(Uneditable::new(map.span, "expected a list here"));
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

    fn items(&mut self, items: &[Node<'_>], steps: &[(Step, Change)]) -> Certain {
        for (step, change) in steps {
            let (Step::Item(at), Change::Within(steps)) = (step, change) else {
                continue;
            };
            let Some(item) = items.get(*at) else { continue };
            self.doubts.item(self.text, item)?;
            self.steps(item, None, steps)?;
        }
        Ok(())
    }

    /// Whether an entry of a block map has its value on its own line, followed by nothing but a comment.
    fn is_one_line(&self, entry: &Entry<'_>) -> bool {
        self.text.is_in_block(entry) && !self.text.slice(entry.value.span).contains('\n')
    }

    /// The same for a value that is a pair of empty brackets.
    fn is_empty_line(&self, entry: &Entry<'_>) -> bool {
        self.is_one_line(entry) && self.has_empty_brackets(&entry.value)
    }

    /// A value in place of nothing, `null` or empty brackets.
    fn fill(&mut self, entry: &Entry<'_>, value: &Change) -> Certain {
        let colon = self
            .text
            .colon_after(entry.key_span)
            .ok_or_else(|| unclear(entry))?;
        if entry.value.is_null() && self.text.has_property(colon + 1) {
            let reason = format!("`{}` is empty but has an anchor or a tag", entry.key);
            return Err(Uneditable::new(entry.key_span, reason));
        }
        let written = self.text.slice(entry.value.span).trim_end();
        let start = entry.value.span.start as usize;
        if self.is_one_line(entry) && !matches!(value, Change::Set { .. }) {
            if !written.is_empty() {
                // The spaces before it are removed too, but not an anchor or a tag of empty brackets.
                let before = self.text.str[..start].trim_end_matches([' ', '\t']).len();
                self.edits.push(Edit {
                    at: before,
                    delete: start + written.len() - before,
                    insert: String::new(),
                });
            }
            let column = self.text.column(entry.key_span.start as usize);
            let at = self.text.line_end(colon);
            let is_list = matches!(value, Change::Append(_));
            let style = self
                .text
                .list_style(at, if is_list { column } else { column + 2 });
            let is_flat = is_list && style == Style::Flat;
            let indent = if is_flat { column } else { column + 2 };
            let lines = self.text.block_lines(value, indent, style);
            self.insert_lines(self.text.behind_comments(at, column), &lines);
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

    /// A number in place of a scalar.
    fn set(&mut self, entry: &Entry<'_>, value: &Json) -> Certain {
        let written = self.text.slice(entry.value.span);
        let is_scalar = matches!(entry.value.value, Value::Integer(_) | Value::Float(_));
        if !is_scalar || written.is_empty() || written.contains(['\n', '\r', ' ']) {
            let reason = format!("`{}` is not a number", entry.key);
            return Err(Uneditable::new(entry.value.span, reason));
        }
        self.edits.push(Edit {
            at: entry.value.span.start as usize,
            delete: written.len(),
            insert: self.text.flow(value),
        });
        Ok(())
    }

    /// Inserts right after an opening bracket, before any existing content.
    fn put_in_brackets(
        &mut self,
        node: &Node<'_>,
        bracket: char,
        added: impl Iterator<Item = String>,
    ) -> Certain {
        if !self.text.begins_with(node, bracket) {
            let reason = format!("expected `{bracket}` here");
            return Err(Uneditable::new(node.span, reason));
        }
        let at = node.span.start as usize + 1;
        let (first, is_empty) = match &node.value {
            Value::Mapping(entries) => {
                let first = self.first_own(node).map(|entry| entry.key_span);
                (first, entries.is_empty())
            }
            Value::Sequence(items) => (items.first().map(|item| item.span), items.is_empty()),
            _ => (None, true),
        };
        if is_empty && !self.has_empty_brackets(node) {
            return Err(Uneditable::new(node.span, "these brackets are not empty"));
        }
        // In a document with one entry per line, new entries get their own lines; otherwise they are inserted between
        // the bracket and the space that may follow it.
        let line = first.and_then(|first| self.text.own_line(first.start as usize));
        let is_spaced = self.text.str[at..].starts_with(' ');
        let added: Vec<String> = added.collect();
        let (at, insert) = match line {
            Some(line) => {
                let lines: Vec<String> =
                    added.iter().map(|text| format!("{line}{text},")).collect();
                (self.text.behind_comment(at), lines.concat())
            }
            None if is_empty => match self.text.comments_in_brackets(at) {
                (Some(at), _) => {
                    let line = self.text.own_line(node.span.end as usize - 1);
                    let line = line.unwrap_or(self.text.newline());
                    (at, format!("{line}  {}", added.join(", ")))
                }
                (None, _) => (at, added.join(", ")),
            },
            None if is_spaced => (at, format!(" {},", added.join(", "))),
            None => (at, format!("{}, ", added.join(", "))),
        };
        self.insert(at, insert);
        Ok(())
    }

    /// Whether there are only comments between a pair of brackets: a merge key may add nothing.
    fn has_empty_brackets(&self, node: &Node<'_>) -> bool {
        let (start, end) = (node.span.start as usize + 1, node.span.end as usize - 1);
        self.text.is_blank(start, end)
    }

    /// The first entry of a map that does not come from a merge key.
    fn first_own<'n, 's>(&self, map: &'n Node<'s>) -> Option<&'n Entry<'s>> {
        let mut entries = map.entries().iter();
        entries.find(|entry| self.doubts.is_own(map, entry))
    }

    /// Appends to a list in brackets.
    fn append_flow(&mut self, items: &[Node<'_>], added: &[Item]) {
        let last = items.last().expect("only lists with items come here");
        let added = added.iter().map(|item| self.text.flow(item));
        let (start, end) = (last.span.start as usize, last.span.end as usize);
        let edits = behind_last(self.text, start, end, added);
        self.edits.extend(edits);
    }

    /// Appends on new lines after the last item, with aligned dashes.
    fn append_block(&mut self, list: &Node<'_>, items: &[Node<'_>], added: &[Item]) -> Certain {
        let uncertain = || Uneditable::new(list.span, "the end of this list is ambiguous");
        let indent = self.text.dash_column(&items[0]).ok_or_else(uncertain)?;
        let at = self
            .text
            .end_of_block(list.span.end as usize, indent)
            .ok_or_else(uncertain)?;
        let style = self.text.list_style(at, indent + 2);
        let lines = self.text.block_lines(added, indent, style);
        self.insert_lines(at, &lines);
        Ok(())
    }

    /// New keys at the start of a block map.
    fn insert_keys(
        &mut self,
        map: &Node<'_>,
        holder: Option<&Entry<'_>>,
        keys: &Keys<'_>,
    ) -> Certain {
        let place = self.first_of_block(map)?;
        let lines = self.text.block_lines(keys, place.indent, place.style);
        self.insert_block(&place, holder, &lines)
    }

    /// Where new keys of a block map are written.
    pub(super) fn first_of_block<'n, 's>(
        &self,
        map: &'n Node<'s>,
    ) -> Certain<FirstOfBlock<'n, 's>> {
        let Some(entry) = self.first_own(map) else {
            return Err(Uneditable::new(map.span, "this map has no key of its own"));
        };
        let first = entry.key_span.start as usize;
        let indent = self.text.column(first);
        Ok(FirstOfBlock {
            map,
            entry,
            indent,
            style: self.text.list_style(first, indent),
        })
    }

    /// Lines with new keys at the start of a block map: below the line of its key, and thus above comments that belong to the
    /// next entry.
    pub(super) fn insert_block(
        &mut self,
        place: &FirstOfBlock<'_, '_>,
        holder: Option<&Entry<'_>>,
        lines: &str,
    ) -> Certain {
        let (entry, indent) = (place.entry, place.indent);
        let first = entry.key_span.start as usize;
        let head = holder.and_then(|holder| self.text.head(holder, first));
        match head {
            Some(at) if self.text.own_line(first).is_some() => {
                self.insert_lines(self.text.behind_comments(at, indent), lines);
            }
            // On the line of a dash, where the first key mostly names the item.
            _ if self.is_one_line(entry) => {
                let at = self.text.line_end(first);
                self.insert_lines(self.text.behind_comments(at, indent), lines);
            }
            _ if self.text.is_key_at(first) => {
                // The new keys go before the first one, which moves down.
                let mut insert = lines.trim_start_matches(' ').to_owned();
                insert.extend(std::iter::repeat_n(' ', indent));
                self.insert(first, insert);
            }
            _ => {
                return Err(Uneditable::new(
                    place.map.span,
                    "the position for a new key is ambiguous",
                ));
            }
        }
        Ok(())
    }

    /// Inserts whole lines. If the line before them has no line break, it gets one, and the last new line has none.
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

/// New items or entries in brackets, behind the last one, which starts and ends here.
pub(super) fn behind_last(
    text: &Text<'_>,
    start: usize,
    end: usize,
    added: impl Iterator<Item = String>,
) -> Vec<Edit> {
    let put = |at, insert| Edit {
        at,
        delete: 0,
        insert,
    };
    let line = text.own_line(start);
    let (Some(at), has_comma) = text.comments_in_brackets(end) else {
        let line = line.unwrap_or(" ");
        let added: Vec<String> = added.map(|new| format!(",{line}{new}")).collect();
        return vec![put(end, added.concat())];
    };
    // Nothing can be written behind a comment in its line.
    let indent = " ".repeat(text.column(start));
    let line = line.map_or_else(|| format!("{}{indent}", text.newline()), str::to_owned);
    let added: Vec<String> = added.map(|new| format!("{line}{new},")).collect();
    let mut insert = added.concat();
    if has_comma {
        return vec![put(at, insert)];
    }
    insert.pop();
    vec![put(end, ",".to_owned()), put(at, insert)]
}

fn unclear(entry: &Entry<'_>) -> Uneditable {
    Uneditable::new(
        entry.key_span,
        format!("the position of the value of `{}` is ambiguous", entry.key),
    )
}
