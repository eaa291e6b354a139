//! How long a shell script takes, as far as `sleep` and `timeout` tell.
//!
//! Counted is the longest path through it that can be told from the text: of branches the longest, of a loop one round.
//! What nothing tells takes no time, so a script may take longer.
//! Source of the grammar: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_10>

use super::sleeps::{name, taken};

/// Commands within commands, at most: who nests deeper wants to harm.
const DEEPEST: usize = 32;

/// The seconds that a script takes.
pub(super) fn seconds(script: &str) -> i64 {
    let mut reader = Reader {
        tokens: tokens(script),
        at: 0,
        depth: 0,
    };
    let mut whole = Paths::NOTHING;
    while reader.at < reader.tokens.len() && whole.on.is_some() {
        whole = whole.then(&reader.list(&[]));
        // What ends nothing that was begun.
        reader.at += 1;
    }
    whole.on.max(whole.ended).unwrap_or(0)
}

/// The longest times of the paths through a part of a script.
struct Paths {
    /// Of those that go on behind it; none where none does.
    on: Option<i64>,
    /// Of those that end the script in it.
    ended: Option<i64>,
    /// Whether it always succeeds.
    succeeds: bool,
}

impl Paths {
    const NOTHING: Self = Self {
        on: Some(0),
        ended: None,
        succeeds: true,
    };

    fn of(seconds: i64, succeeds: bool) -> Self {
        Self {
            on: Some(seconds),
            ended: None,
            succeeds,
        }
    }

    fn then(&self, next: &Self) -> Self {
        let sum = |time: Option<i64>| Some(self.on?.saturating_add(time?));
        Self {
            on: sum(next.on),
            ended: self.ended.max(sum(next.ended)),
            succeeds: next.succeeds,
        }
    }

    /// Either of the two.
    fn or(&self, other: &Self) -> Self {
        Self {
            on: self.on.max(other.on),
            ended: self.ended.max(other.ended),
            succeeds: self.succeeds && other.succeeds,
        }
    }

    /// In a process of its own: what ends it does not end the script.
    fn apart(&self) -> Self {
        Self {
            on: self.on.max(self.ended),
            ended: None,
            succeeds: false,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    Operator(&'s str),
}

struct Reader<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
    depth: usize,
}

impl<'s> Reader<'s> {
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

/// The words and operators of a script, without comments and the text of here-documents.
fn tokens(script: &str) -> Vec<Token<'_>> {
    const OPERATORS: [&str; 9] = ["&&", "||", ";;", ";", "&", "|", "(", ")", "\n"];
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut ends_of_here: Vec<&str> = Vec::new();
    while at < script.len() {
        let rest = &script[at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if blanks > 0 {
            at += blanks;
        } else if rest.starts_with("\\\n") {
            at += 2;
        } else if rest.starts_with('#') {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(operator) = OPERATORS.iter().find(|own| rest.starts_with(**own)) {
            tokens.push(Token::Operator(operator));
            at += operator.len();
            if *operator == "\n" {
                for end in ends_of_here.drain(..) {
                    at = behind_line(script, at, end);
                }
            }
        } else {
            let length = word_length(rest);
            let word = &rest[..length];
            at += length;
            if let Some((_, end)) = word
                .split_once("<<")
                .filter(|(_, end)| !end.starts_with('<'))
            {
                let end = end.trim_start_matches('-').trim_matches(['\'', '"']);
                // The end may be a word of its own.
                if end.is_empty() {
                    let rest = script[at..].trim_start_matches([' ', '\t']);
                    let start = script.len() - rest.len();
                    let length = word_length(rest);
                    ends_of_here.push(script[start..start + length].trim_matches(['\'', '"']));
                    at = start + length;
                } else {
                    ends_of_here.push(end);
                }
            } else {
                tokens.push(Token::Word(word));
            }
        }
    }
    tokens
}

/// Behind the line that has nothing but this text.
fn behind_line(script: &str, mut at: usize, text: &str) -> usize {
    for line in script[at..].split_inclusive('\n') {
        at += line.len();
        if line.trim() == text {
            break;
        }
    }
    at
}

/// The length of the word at the start of a text: quotes and `$(…)` are parts of it, and so is the `&` of `2>&1`.
fn word_length(text: &str) -> usize {
    let mut quote = None;
    let mut parentheses = 0_usize;
    let mut before = ' ';
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote != Some('\'') {
            escaped = true;
        } else if let Some(open) = quote {
            if c == open {
                quote = None;
            }
        } else {
            let is_redirection = c == '&' && (before == '>' || text[at + 1..].starts_with('>'));
            match c {
                '\'' | '"' | '`' => quote = Some(c),
                '(' if before == '$' || parentheses > 0 => parentheses += 1,
                ')' if parentheses > 0 => parentheses -= 1,
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')'
                    if parentheses == 0 && !is_redirection =>
                {
                    return at.max(1);
                }
                _ => {}
            }
        }
        before = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_longest_path_counts() {
        for (script, expected) in [
            ("sleep 5; nginx -s quit && sleep 10", 15),
            ("# sleep 60 was too long\nsleep 5 # or 9", 5),
            ("if [ -f x ]; then sleep 60; else sleep 2; fi; sleep 3", 63),
            ("if a; then sleep 1; elif sleep 4; then sleep 5; fi", 9),
            ("case $1 in a) sleep 30;; b|c) sleep 40;; esac; sleep 1", 41),
            ("case $1 in\n  a)\n    sleep 30\n    ;;\n  *) ;;\nesac", 30),
            ("sleep 30 || sleep 40", 30),
            ("curl -f x || sleep 40", 40),
            ("test -f x && exit 0; sleep 90", 90),
            ("sleep 30 & sleep 5", 5),
            ("sleep 30 & sleep 5; wait", 30),
            ("sleep 30 & sleep 5; sleep 31; wait; sleep 1", 37),
            ("exit 0; sleep 90", 0),
            ("sleep 3; exit 0; sleep 90", 3),
            ("if x; then sleep 9; exit 0; fi; sleep 5", 9),
            ("exec sleep 5; sleep 90", 5),
            ("exec >log 2>&1; sleep 9", 9),
            ("sleep 5 >/dev/null 2>&1 && sleep 4", 9),
            ("cat <<EOF\nsleep 90\nEOF\nsleep 2", 2),
            ("cat << 'EOF' | sh\nsleep 90\nEOF\nsleep 2", 2),
            ("sleep 9 | sleep 20", 20),
            ("(sleep 5; exit 1); sleep 4", 9),
            ("wait_for() { sleep 90; }\nsleep 2", 2),
            ("for i in 1 2 3; do sleep 5; done", 5),
            ("while true; do sleep 1; done", 1),
            ("echo \"sleep 90; (\" ; sleep 2", 2),
            ("X=1 sleep 4; ! sleep 3 || sleep 2", 9),
            ("sleep $(echo 5; sleep 90); sleep 1", 1),
            ("sleep 1)); sleep 2", 3),
            ("fi done ;; sleep 2", 2),
        ] {
            assert_eq!(seconds(script), expected, "{script}");
        }
    }

    #[test]
    fn any_text_has_an_end() {
        for script in [
            "(",
            "((((",
            "if",
            "case",
            "case x in",
            "a(",
            "<<",
            "'",
            "$(",
            "&",
            "é&&",
            "!",
        ] {
            assert_eq!(seconds(script), 0, "{script}");
        }
        let deep = "(".repeat(10_000) + "sleep 1";
        assert!(seconds(&deep) <= 1);
    }
}
