//! The grammar of a script.
//! Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_10>

use super::paths::Paths;
use super::tokens::Token;
use crate::manifests::sleeps::{name, taken};

/// Commands within commands, at most: who nests deeper wants to harm.
const DEEPEST: usize = 32;

/// Reads the grammar of a script, and adds up what its commands take.
pub(super) struct Reader<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
    depth: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(tokens: Vec<Token<'s>>) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
        }
    }

    /// The whole script.
    pub(super) fn whole(&mut self) -> Paths {
        let mut whole = Paths::NOTHING;
        while self.at < self.tokens.len() && whole.on.is_some() {
            whole = whole.then(&self.list(&[]));
            // What ends nothing that was begun.
            self.at += 1;
        }
        whole
    }

    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    fn is_at(&self, words: &[&str]) -> bool {
        matches!(self.peek(), Some(Token::Word(text) | Token::Operator(text)) if words.contains(&text))
    }

    fn take(&mut self, words: &[&str]) -> bool {
        let is_there = self.is_at(words);
        self.at += usize::from(is_there);
        is_there
    }

    /// Moves behind the next of these words.
    fn skip_to(&mut self, words: &[&str]) {
        while self.peek().is_some() && !self.take(words) {
            self.at += 1;
        }
    }

    /// Commands up to one of these words, or to what can begin no command.
    fn list(&mut self, until: &[&str]) -> Paths {
        let mut all = Paths::NOTHING;
        // When the last of those in the background has ended.
        let mut background = 0;
        loop {
            while self.take(&[";", "\n"]) {}
            if self.peek().is_none() || self.is_at(until) || self.is_at(&[")", ";;"]) {
                return all;
            }
            let start = self.at;
            let waits = self.is_at(&["wait"]);
            let next = self.and_or();
            if self.at == start {
                return all;
            }
            if self.take(&["&"]) {
                let ends = all.then(&next.apart());
                background = background.max(ends.on.unwrap_or(0));
                continue;
            }
            all = all.then(&next);
            if waits {
                all.on = all.on.map(|on| on.max(background));
            }
        }
    }

    fn and_or(&mut self) -> Paths {
        let mut all = self.pipeline();
        loop {
            let is_and = self.is_at(&["&&"]);
            if !self.take(&["&&", "||"]) {
                return all;
            }
            while self.take(&["\n"]) {}
            let next = all.then(&self.pipeline());
            all = match (is_and, all.succeeds) {
                (true, true) => next,
                (false, true) => all,
                (_, false) => all.or(&next),
            };
        }
    }

    fn pipeline(&mut self) -> Paths {
        let is_negated = self.take(&["!"]);
        let mut all = self.command();
        while self.take(&["|"]) {
            let next = self.command();
            all = all.apart().or(&next.apart());
        }
        all.succeeds &= !is_negated;
        all
    }

    fn command(&mut self) -> Paths {
        if self.depth >= DEEPEST {
            self.at = self.tokens.len();
            return Paths::NOTHING;
        }
        self.depth += 1;
        let made = self.compound();
        self.depth -= 1;
        made
    }

    fn compound(&mut self) -> Paths {
        if self.take(&["if"]) {
            self.branches()
        } else if self.take(&["while", "until"]) {
            let condition = self.list(&["do"]);
            self.take(&["do"]);
            let body = condition.then(&self.list(&["done"]));
            self.take(&["done"]);
            condition.or(&body)
        } else if self.take(&["for"]) {
            self.skip_to(&["do"]);
            let body = self.list(&["done"]);
            self.take(&["done"]);
            Paths::of(0, false).or(&body)
        } else if self.take(&["case"]) {
            self.case()
        } else if self.take(&["{"]) {
            let body = self.list(&["}"]);
            self.take(&["}"]);
            body
        } else if self.take(&["("]) {
            let body = self.list(&[]);
            self.take(&[")"]);
            body.apart()
        } else {
            self.simple()
        }
    }

    /// Behind `if`.
    fn branches(&mut self) -> Paths {
        let mut before = self.list(&["then"]);
        self.take(&["then"]);
        let mut all = before.then(&self.list(&["elif", "else", "fi"]));
        while self.take(&["elif"]) {
            before = before.then(&self.list(&["then"]));
            self.take(&["then"]);
            all = all.or(&before.then(&self.list(&["elif", "else", "fi"])));
        }
        let last = if self.take(&["else"]) {
            before.then(&self.list(&["fi"]))
        } else {
            before
        };
        self.take(&["fi"]);
        all.or(&last)
    }

    /// Behind `case`.
    fn case(&mut self) -> Paths {
        self.skip_to(&["in"]);
        let mut all = Paths::of(0, false);
        loop {
            while self.take(&[";", "\n", ";;"]) {}
            if self.peek().is_none() || self.take(&["esac"]) {
                return all;
            }
            self.skip_to(&[")"]);
            all = all.or(&self.list(&["esac"]));
        }
    }

    fn simple(&mut self) -> Paths {
        let mut words = Vec::new();
        while let Some(Token::Word(word)) = self.peek() {
            words.push(word);
            self.at += 1;
        }
        // The definition of a function runs nothing.
        if self.take(&["("]) {
            self.skip_to(&[")"]);
            while self.take(&["\n"]) {}
            self.command();
            return Paths::NOTHING;
        }
        let is_assignment = |word: &&str| word.contains('=') || *word == "command";
        let start = words.iter().take_while(|word| is_assignment(word)).count();
        let words = &words[start..];
        match words {
            ["exit", ..] => Paths {
                on: None,
                ended: Some(0),
                succeeds: false,
            },
            ["exec", rest @ ..] if rest.iter().any(|word| !word.contains(['>', '<'])) => Paths {
                on: None,
                ended: Some(taken(rest)),
                succeeds: false,
            },
            _ => Paths::of(taken(words), succeeds(words)),
        }
    }
}

/// Whether a command always succeeds.
fn succeeds(words: &[&str]) -> bool {
    let first = words.first().map(|word| name(word));
    matches!(
        first,
        None | Some("sleep" | "true" | ":" | "echo" | "printf" | "wait")
    )
}
