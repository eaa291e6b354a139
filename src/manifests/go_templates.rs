//! Texts with expressions of Go templates in them, `{{ … }}`: each stands for a value that nobody knows yet.
//!
//! What is not YAML for them is read with placeholders of the same length in their place, so that all else keeps its
//! place. Lines that a template decides about, by `if` or `range` or by putting in lines of its own, are left out; releases
//! of a helmfile among them are taken as they stand there, since each is whole or not there at all.
//! Source of the words: <https://pkg.go.dev/text/template>, "Actions".

use std::borrow::Cow;
use std::ops::Range;

use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Node, Value};

/// A character of the private use area: no text of a manifest has it.
const MARK: char = '\u{E000}';

/// What the rest of an expression is filled with.
const FILL: char = 'x';

/// So deep, blocks can have whole releases in them.
const DEPTH: usize = 8;

/// What was read around the expressions.
#[derive(Debug)]
pub(super) struct Templated {
    pub(super) documents: Vec<Node<'static>>,
    /// The lines that are left out.
    pub(super) hidden: Vec<Span>,
}

/// Reads a text. `None` if it has no expressions, or is not YAML around them.
pub(super) fn read(source: SourceId, text: &str) -> Option<Templated> {
    let masked = Masked::new(text)?;
    let parsed = yaml::parse(source, &masked.text, Dialect::Manifest);
    if parsed.problems.iter().any(|own| own.related.is_none()) {
        return None;
    }
    let documents = parsed.documents.iter().map(|document| {
        let mut document = document.to_static();
        masked.restore(&mut document, text);
        document
    });
    let hidden = masked.hidden.iter();
    Some(Templated {
        documents: documents.collect(),
        hidden: hidden
            .map(|range| Span::new(source, range.start, range.end))
            .collect(),
    })
}

struct Masked {
    text: String,
    /// Those that have a placeholder.
    expressions: Vec<Range<usize>>,
    hidden: Vec<Range<usize>>,
}

impl Masked {
    fn new(text: &str) -> Option<Self> {
        let expressions = expressions(text).filter(|all| !all.is_empty())?;
        if text.contains(MARK) {
            return None;
        }
        let mut masked = Self {
            text: String::with_capacity(text.len()),
            expressions: Vec::new(),
            hidden: Vec::new(),
        };
        let mut depth = 0;
        let mut at = 0;
        while at < text.len() {
            let mut end = line_end(text, at);
            // An expression may go on in the next lines.
            let before = |end| expressions.partition_point(|own| own.at.start < end);
            let mut after = before(end);
            while let Some(over) = expressions[..after].last().filter(|own| own.at.end > end) {
                end = line_end(text, over.at.end);
                after = before(end);
            }
            let first = before(at);
            depth = masked.lines(text, at..end, &expressions[first..after], depth)?;
            at = end;
        }
        (depth == 0).then_some(masked)
    }

    /// Takes over lines, and returns how many blocks are open behind them.
    fn lines(
        &mut self,
        text: &str,
        lines: Range<usize>,
        within: &[Expression],
        depth: usize,
    ) -> Option<usize> {
        let mut after = depth;
        let mut is_control = false;
        for own in within {
            match own.action {
                Action::Opens => after += 1,
                Action::Ends => after = after.checked_sub(1)?,
                Action::Else => {}
                Action::Other | Action::Nothing => continue,
            }
            is_control = true;
        }
        let is_alone = !within.is_empty() && rest(text, &lines, within).trim().is_empty();
        if depth > 0 || is_alone {
            let line = text[lines.clone()].trim();
            let is_nothing = |own: &Expression| own.action == Action::Nothing;
            if !line.is_empty() && (depth > 0 || !within.iter().all(is_nothing)) {
                let start = lines.start + text[lines.clone()].find(line).unwrap_or(0);
                self.hidden.push(start..start + line.len());
            }
            self.hide(&text[lines]);
            return Some(after);
        }
        let mut at = lines.start;
        let masks: Vec<Range<usize>> = match within {
            [first, .., last] if is_control => {
                std::iter::once(first.at.start..last.at.end).collect()
            }
            _ => within.iter().map(|own| own.at.clone()).collect(),
        };
        // A block that opens behind a value goes on in the next lines.
        if after != depth || masks.iter().any(|own| text[own.clone()].contains('\n')) {
            return None;
        }
        for own in masks {
            self.text.push_str(&text[at..own.start]);
            self.text.push(MARK);
            let fill = own.len() - MARK.len_utf8();
            self.text.extend(std::iter::repeat_n(FILL, fill));
            at = own.end;
            self.expressions.push(own);
        }
        self.text.push_str(&text[at..lines.end]);
        Some(after)
    }

    /// Comments in the place of lines.
    fn hide(&mut self, lines: &str) {
        let mut is_start = true;
        for sign in lines.chars() {
            match sign {
                '\n' | '\r' => {
                    is_start = true;
                    self.text.push(sign);
                }
                ' ' | '\t' if is_start => self.text.push(sign),
                _ => {
                    let first = if is_start { '#' } else { FILL };
                    is_start = false;
                    self.text.push(first);
                    self.text
                        .extend(std::iter::repeat_n(FILL, sign.len_utf8() - 1));
                }
            }
        }
    }

    /// Puts the expressions back.
    fn restore(&self, node: &mut Node<'static>, original: &str) {
        let span = node.span;
        match &mut node.value {
            Value::String(text) => self.restore_text(text, span, original),
            Value::Sequence(items) => {
                for item in items {
                    self.restore(item, original);
                }
            }
            Value::Mapping(entries) => {
                for entry in entries {
                    self.restore_text(&mut entry.key, entry.key_span, original);
                    self.restore(&mut entry.value, original);
                }
            }
            _ => {}
        }
    }

    fn restore_text(&self, text: &mut Cow<'static, str>, span: Span, original: &str) {
        if !text.contains(MARK) {
            return;
        }
        let before = |place: u32| {
            let place = place as usize;
            self.expressions.partition_point(|own| own.start < place)
        };
        let mut expressions = self.expressions[before(span.start)..before(span.end)].iter();
        let mut whole = String::new();
        let mut parts = text.split(MARK);
        whole.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // What an alias stands for is written elsewhere.
            let Some(own) = expressions.next() else {
                whole.push_str("{{ }}");
                whole.push_str(part.trim_start_matches(FILL));
                continue;
            };
            whole.push_str(&original[own.clone()]);
            let fill = own.len() - MARK.len_utf8();
            whole.push_str(part.get(fill..).unwrap_or_default());
        }
        *text = Cow::Owned(whole);
    }
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// All expressions of a text. `None` if one does not end.
fn expressions(text: &str) -> Option<Vec<Expression>> {
    let mut all: Vec<Expression> = Vec::new();
    let mut open: Vec<Vec<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{{") {
        let start = at + start;
        let end = start + text[start..].find("}}")? + 2;
        let action = action(&text[start..end]);
        match action {
            Action::Opens => open.push(vec![all.len()]),
            Action::Else | Action::Ends => open.last_mut()?.push(all.len()),
            Action::Nothing | Action::Other => {}
        }
        all.push(Expression {
            at: start..end,
            action,
        });
        if action == Action::Ends {
            let block = open.pop()?;
            let first = block.first().map_or(start, |first| all[*first].at.end);
            // Blocks in blocks are read again for each one that they are in.
            if open.len() < DEPTH && has_release(&text[first..start]) {
                for own in block {
                    all[own].action = Action::Nothing;
                }
            }
        }
        at = end;
    }
    Some(all)
}

/// Whether a whole release of a helmfile is among these lines.
fn has_release(lines: &str) -> bool {
    let mut lines = lines
        .lines()
        .map(|line| line.trim_start_matches([' ', '-']));
    lines.any(|line| line.starts_with("chart:"))
}

/// What stands beside the expressions.
fn rest(text: &str, lines: &Range<usize>, within: &[Expression]) -> String {
    let mut rest = String::new();
    let mut at = lines.start;
    for own in within {
        rest.push_str(&text[at..own.at.start]);
        at = own.at.end;
    }
    rest.push_str(&text[at..lines.end]);
    rest
}

/// An expression, and what it does.
struct Expression {
    at: Range<usize>,
    action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    Opens,
    Else,
    Ends,
    /// A comment, a variable that is set, or what decides about whole releases.
    Nothing,
    Other,
}

fn action(expression: &str) -> Action {
    let inner = expression.trim_start_matches('{').trim_end_matches('}');
    let inner = inner.trim_matches('-').trim();
    let word = inner.split([' ', '\t', '\n', '\r']).next();
    match word.unwrap_or_default() {
        "if" | "range" | "with" | "block" | "define" => Action::Opens,
        "else" => Action::Else,
        "end" => Action::Ends,
        word if word.starts_with("/*") => Action::Nothing,
        word if word.starts_with('$') && inner.contains(":=") => Action::Nothing,
        _ => Action::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<(String, usize)> {
        let read = read(SourceId(0), text)?;
        let documents: Vec<_> = read.documents.iter().map(Node::to_json).collect();
        Some((
            serde_json::Value::from(documents).to_string(),
            read.hidden.len(),
        ))
    }

    #[test]
    fn values_around_expressions_are_read() {
        for (text, expected, hidden) in [
            ("a: {{ .b }}\nc: 1\n", r#"[{"a":"{{ .b }}","c":1}]"#, 0),
            ("a: {{.b}}-x-{{.c}}\n", r#"[{"a":"{{.b}}-x-{{.c}}"}]"#, 0),
            ("a: [{{.b}}, 2]\n", r#"[{"a":["{{.b}}",2]}]"#, 0),
            ("{{ .k }}: 1\n", r#"[{"{{ .k }}":1}]"#, 0),
            (
                "a: {{ if .b }}1{{ else }}2{{ end }}\n",
                r#"[{"a":"{{ if .b }}1{{ else }}2{{ end }}"}]"#,
                0,
            ),
            (
                "a: 1\n{{- if .b }}\nb: 2\n{{- end }}\nc: {{.d}}\n",
                r#"[{"a":1,"c":"{{.d}}"}]"#,
                3,
            ),
            (
                "a: 1\nb:\n  {{- toYaml .b | nindent 2 }}\n",
                r#"[{"a":1,"b":null}]"#,
                1,
            ),
            (
                "{{- /* ä */ -}}\n{{ $x := .y }}\na: {{ $x }}\n",
                r#"[{"a":"{{ $x }}"}]"#,
                0,
            ),
            (
                "r:\n{{ if .x }}\n- chart: a\n  {{ if .y }}\n  b: 1\n  {{ end }}\n{{ else }}\n- chart: {{ .z }}\n{{ end }}\n",
                r#"[{"r":[{"chart":"a"},{"chart":"{{ .z }}"}]}]"#,
                3,
            ),
            ("a: |\n  10: [{{.b}}]\n", r#"[{"a":"10: [{{.b}}]\n"}]"#, 0),
        ] {
            assert_eq!(json(text), Some((expected.to_owned(), hidden)), "{text}");
        }
    }

    #[test]
    fn what_is_no_yaml_around_them_is_not_read() {
        for text in [
            "a: 1\n",
            "a: {{ .b\n",
            "a: {{ if .b }}\n1\n{{ end }}\n",
            "{{ end }}\na: 1\n",
            "a: [{{.b}}\n",
        ] {
            assert_eq!(json(text), None, "{text}");
        }
    }

    #[test]
    fn all_else_keeps_its_place() {
        let text = "ä: {{ .ö }}\n{{ if .ü }}\nx: 1\n{{ end }}\nc: last\n";
        let read = read(SourceId(0), text).expect("it is YAML");
        let last = read.documents[0].get("c").expect("it is there");
        let (start, end) = (last.span.start as usize, last.span.end as usize);
        assert_eq!(&text[start..end], "last");
    }
}
