//! The words that a program is started with, and its arguments among them.

use std::ops::Range;

use super::environment::{Environment, Expanded};
use super::later::Later;
use super::shape::{self, Reader};
use crate::diagnostic::Pointer;
use crate::source::Span;
use crate::yaml::Node;

/// An argument, without its dashes; a flag may have no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) value: Option<String>,
    /// What in it is replaced by something that is not known.
    pub(super) unknown: Option<String>,
    /// The words that it is written in.
    pub(super) words: Range<usize>,
}

/// The words that start a program, in order.
#[derive(Clone, Debug)]
pub(super) struct Words(pub(super) Vec<Word>);

#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    /// What in it is replaced by something that is not known.
    unknown: Option<String>,
    /// The number of the environment variable that has its value.
    variable: Option<usize>,
    /// The key of its list, and its number there.
    pub(super) at: Option<(&'static str, usize)>,
    pub(super) location: Option<Span>,
    /// Whether it is one of several in a script of a shell, which no edit reaches.
    pub(super) is_of_script: bool,
}

impl Word {
    /// Where its value is written: in a list, or in an environment variable.
    pub(super) fn pointer(&self) -> Option<Pointer> {
        if let Some(number) = self.variable {
            let variable = Pointer::root().child("env").child(number);
            return Some(variable.child("value"));
        }
        let (list, number) = self.at.filter(|_| self.unknown.is_none())?;
        Some(Pointer::root().child(list).child(number))
    }

    /// Whether its value is that of an environment variable.
    pub(super) fn is_variable(&self) -> bool {
        self.variable.is_some()
    }
}

impl Words {
    pub(super) fn read(
        reader: &mut Reader<'_>,
        container: Option<&Node<'_>>,
        environment: &Environment,
    ) -> Self {
        let mut words = Vec::new();
        for key in ["command", "args"] {
            let texts = reader.texts(container, key);
            // If an item is no text, the others have other numbers.
            let items = shape::present(container, key).map_or(&[][..], Node::items);
            let is_whole = items.len() == texts.len();
            for (number, text) in texts.into_iter().enumerate() {
                let location = is_whole.then(|| items[number].span);
                let at = is_whole.then_some((key, number));
                words.extend(of_item(&text, (at, location), environment, reader.later));
            }
        }
        Self(words)
    }

    pub(super) fn list(&self, number: usize) -> Option<&'static str> {
        self.0[number].at.map(|(list, _)| list)
    }

    /// `--name=value`, `-name=value` and `--name value`, as Go reads them, where the value may be a negative number; and whether there may be others: a word that is
    /// not known can be any of them.
    /// Sources: golang/go src/flag/flag.go, spf13/pflag flag.go.
    pub(super) fn arguments(&self) -> (Vec<Argument>, bool) {
        let mut arguments = Vec::new();
        let mut has_others = false;
        let mut words = self.0.iter().enumerate().peekable();
        while let Some((start, word)) = words.next() {
            let Some(name) = word.text.strip_prefix('-') else {
                has_others |= start > 0 && word.unknown.is_some();
                continue;
            };
            let name = name.strip_prefix('-').unwrap_or(name);
            let (name, value, end) = if let Some((name, value)) = name.split_once('=') {
                (name, Some(value.to_owned()), start + 1)
            } else {
                let next = words.next_if(|(_, next)| is_value(&next.text));
                let end = if next.is_some() { start + 2 } else { start + 1 };
                (name, next.map(|(_, next)| next.text.clone()), end)
            };
            let mut own = self.0[start..end].iter();
            arguments.push(Argument {
                name: name.to_owned(),
                value,
                unknown: own.find_map(|word| word.unknown.clone()),
                words: start..end,
            });
        }
        (arguments, has_others)
    }
}

/// Whether a word behind a flag is its value rather than another flag: no flag begins with a digit.
fn is_value(text: &str) -> bool {
    let rest = text.strip_prefix('-');
    rest.is_none_or(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The words of an item: several if it is a script of a shell.
pub(super) fn of_item(
    text: &str,
    (at, location): (Option<(&'static str, usize)>, Option<Span>),
    environment: &Environment,
    later: Later,
) -> Vec<Word> {
    let of = |text: &str, is_of_script: bool| {
        let form = later.form(text).filter(|_| !is_of_script);
        let Expanded {
            text,
            unknown,
            variable,
        } = environment.expand(text, is_of_script);
        Word {
            unknown: form.map(str::to_owned).or(unknown),
            text,
            variable,
            at: at.filter(|_| !is_of_script),
            location,
            is_of_script,
        }
    };
    if text.starts_with('-') || !text.contains([' ', '\n']) {
        return vec![of(text, false)];
    }
    let words = text.split_whitespace().filter(|word| *word != "\\");
    words
        .map(|word| of(&word.replace(['"', '\''], ""), true))
        .collect()
}
