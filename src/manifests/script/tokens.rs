//! The words and operators of a script.

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Token<'s> {
    Word(&'s str),
    Operator(&'s str),
}

/// The words and operators of a script, without comments and the text of here-documents.
pub(super) fn tokens(script: &str) -> Vec<Token<'_>> {
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
