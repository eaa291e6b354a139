//! Names and values as `helm --set` reads them: `a.b\.c[0]`.
//! Source: helm/helm pkg/strvals/parser.go, `key`, `listItem`, `valList` and `typedVal`.

use std::borrow::Cow;
use std::fmt;

use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// A part of a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(number) => write!(f, "{number}"),
        }
    }
}

/// Whether a segment of a pointer means the same.
pub(super) fn is_step(step: &Step, segment: &str) -> bool {
    match step {
        Step::Key(key) => key == segment,
        Step::Index(number) => segment.parse() == Ok(*number),
    }
}

/// Larger numbers are refused by Helm, and no list of a chart that is read is as long as this.
const MAX_INDEX: usize = 1024;

/// The parts of a name. `None` if Helm refuses it.
pub(super) fn steps(name: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = name.chars().peekable();
    loop {
        let mut key = String::new();
        let mut end = None;
        while let Some(sign) = rest.next() {
            match sign {
                '.' | '[' => {
                    end = Some(sign);
                    break;
                }
                '=' | ',' => return None,
                '\\' => key.push(rest.next()?),
                _ => key.push(sign),
            }
        }
        if key.is_empty() {
            return None;
        }
        steps.push(Step::Key(key));
        while end == Some('[') {
            let mut number = String::new();
            loop {
                match rest.next()? {
                    ']' => break,
                    digit => number.push(digit),
                }
            }
            let number = number.parse().ok().filter(|number| *number <= MAX_INDEX)?;
            steps.push(Step::Index(number));
            end = rest.next();
        }
        match end {
            None => return Some(steps),
            Some('.') => {}
            Some(_) => return None,
        }
    }
}

/// How a tool hands a value on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Handed {
    /// By `--set-string`.
    pub(super) is_text: bool,
    /// Whether the tool escapes commas, which part one value from the next otherwise.
    pub(super) escapes: bool,
}

/// The value that Helm makes of a text. `None` if it is more than one, or none at all.
pub(super) fn value(text: &str, handed: Handed, place: Span) -> Option<Node<'static>> {
    let node = |value| Node { span: place, value };
    let Some(list) = text.strip_prefix('{') else {
        let text = unescaped(text, handed.escapes)?;
        return Some(node(typed(text, handed.is_text)));
    };
    let list = list.strip_suffix('}')?;
    let (mut items, mut item) = (Vec::new(), String::new());
    let mut rest = list.chars();
    while let Some(sign) = rest.next() {
        match sign {
            ',' => items.push(node(typed(std::mem::take(&mut item), handed.is_text))),
            '}' => return None,
            '\\' => item.push(rest.next()?),
            _ => item.push(sign),
        }
    }
    items.push(node(typed(item, handed.is_text)));
    Some(node(Value::Sequence(items)))
}

/// Without the backslashes. `None` if a comma ends it.
fn unescaped(text: &str, escapes: bool) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        match sign {
            ',' if !escapes => return None,
            '\\' => plain.push(rest.next()?),
            _ => plain.push(sign),
        }
    }
    Some(plain)
}

fn typed(text: String, is_text: bool) -> Value<'static> {
    let is = |word: &str| !is_text && text.eq_ignore_ascii_case(word);
    if is("true") {
        Value::Bool(true)
    } else if is("false") {
        Value::Bool(false)
    } else if is("null") {
        Value::Null
    } else {
        let may_be_number = !is_text && (text == "0" || !text.starts_with('0'));
        match text.parse().ok().filter(|_| may_be_number) {
            Some(number) => Value::Integer(number),
            None => Value::String(Cow::Owned(text)),
        }
    }
}

/// Puts a value behind these steps. Where something else stands on the way, Helm refuses it, and nothing changes.
pub(super) fn put(values: &mut Node<'static>, way: &[Step], value: &Node<'static>) {
    let place = value.span;
    let [step, rest @ ..] = way else {
        *values = value.clone();
        return;
    };
    if values.is_null() {
        values.value = match step {
            Step::Key(_) => Value::Mapping(Vec::new()),
            Step::Index(_) => Value::Sequence(Vec::new()),
        };
    }
    match (step, &mut values.value) {
        (Step::Key(key), Value::Mapping(entries)) => {
            let at = entries.iter().position(|entry| entry.key == *key);
            let at = at.unwrap_or_else(|| {
                entries.push(Entry {
                    key: Cow::Owned(key.clone()),
                    key_span: place,
                    value: Node::null(place),
                });
                entries.len() - 1
            });
            // A key stands where its value does.
            if rest.is_empty() {
                entries[at].key_span = place;
            }
            put(&mut entries[at].value, rest, value);
        }
        (Step::Index(number), Value::Sequence(items)) => {
            while items.len() <= *number {
                items.push(Node::null(place));
            }
            put(&mut items[*number], rest, value);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    const PLACE: Span = Span {
        source: SourceId(0),
        start: 0,
        end: 0,
    };

    fn written(name: &str) -> Option<String> {
        let steps = steps(name)?;
        let steps: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
        Some(steps.join(" "))
    }

    #[test]
    fn names_are_read_as_helm_reads_them() {
        for (name, expected) in [
            ("a", Some("Key(\"a\")")),
            ("a.b-c", Some("Key(\"a\") Key(\"b-c\")")),
            ("a.b\\.c/d", Some("Key(\"a\") Key(\"b.c/d\")")),
            ("a[0]", Some("Key(\"a\") Index(0)")),
            (
                "a[1].b[2][3]",
                Some("Key(\"a\") Index(1) Key(\"b\") Index(2) Index(3)"),
            ),
            ("", None),
            ("a.", None),
            (".a", None),
            ("a[x]", None),
            ("a[0", None),
            ("a[0]b", None),
            ("a[99999999]", None),
            ("a,b", None),
            ("a\\", None),
        ] {
            assert_eq!(written(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn values_are_read_as_helm_reads_them() {
        let set = Handed {
            is_text: false,
            escapes: false,
        };
        let text = Handed {
            is_text: true,
            ..set
        };
        let argo = Handed {
            escapes: true,
            ..set
        };
        for (given, handed, expected) in [
            ("priority", set, Some("\"priority\"")),
            ("TRUE", set, Some("true")),
            ("null", set, Some("null")),
            ("0", set, Some("0")),
            ("007", set, Some("\"007\"")),
            ("-5", set, Some("-5")),
            ("1.5", set, Some("\"1.5\"")),
            ("", set, Some("\"\"")),
            ("5", text, Some("\"5\"")),
            ("a,b", set, None),
            ("a,b", argo, Some("\"a,b\"")),
            ("a\\,b", set, Some("\"a,b\"")),
            ("{a,5}", set, Some("[\"a\",5]")),
            ("{a,5}", text, Some("[\"a\",\"5\"]")),
            ("{a}b", argo, None),
            ("a\\", set, None),
        ] {
            let read = value(given, handed, PLACE).map(|node| node.to_json().to_string());
            assert_eq!(read.as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn values_are_put_where_there_is_room() {
        let mut values = Node::null(PLACE);
        for (name, given) in [
            ("a.b", "1"),
            ("a.c[1].d", "2"),
            ("a.b.x", "3"),
            ("a.c[0]", "4"),
        ] {
            let way = steps(name).expect("it is a name");
            let set = Handed {
                is_text: false,
                escapes: false,
            };
            put(
                &mut values,
                &way,
                &value(given, set, PLACE).expect("it is a value"),
            );
        }
        let json = values.to_json().to_string();
        assert_eq!(json, r#"{"a":{"b":1,"c":[4,{"d":2}]}}"#);
    }
}
