//! Texts as numbers: label keys and values, names and namespaces are compared often and printed rarely.

use std::collections::HashMap;

/// A text that [`Symbols`] knows. Its order is that in which texts were first seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

#[derive(Clone, Debug, Default)]
pub struct Symbols {
    texts: Vec<String>,
    /// Only ever asked for a text, never walked.
    known: HashMap<String, Symbol>,
}

impl Symbols {
    pub fn of(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let symbol =
            Symbol(u32::try_from(self.texts.len()).expect("fewer texts than a u32 counts"));
        self.texts.push(text.to_owned());
        self.known.insert(text.to_owned(), symbol);
        symbol
    }

    /// The symbol of a text that was seen before.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.known.get(text).copied()
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}
