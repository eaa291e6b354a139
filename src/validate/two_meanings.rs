//! Text that YAML readers interpret differently: suggests how to write it, which depends on the schema.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use serde_json::Value as Schema;

use super::expected::{Takes, below, branches, items, key_takes, takes};
use super::json_schema::SCHEMA;
use crate::config::alternatives::property;
use crate::config::synonyms::meant_path;
use crate::diagnostic::{Diagnostic, Report};
use crate::load::Document;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// Replaces the help of each such finding with one that fits the type expected at its location. Findings at locations
/// that the schema does not know keep their help; those about the value of a key that stands for another one are taken
/// out, since the finding about the key says how to write both.
pub(crate) fn suit_help(document: &Document<'_>, report: &mut Report) {
    let mut found: HashMap<Span, Vec<&mut Diagnostic>> = HashMap::new();
    for diagnostic in report.iter_mut() {
        if let Some(location) = diagnostic.location
            && says_two_meanings(diagnostic, document.sources.slice(location))
        {
            found.entry(location).or_default().push(diagnostic);
        }
    }
    if !found.is_empty() {
        let root = branches(&SCHEMA);
        let mut advice = Advice {
            document,
            found,
            told_with_key: HashSet::new(),
        };
        advice.walk(document.root(), &root);
        let Advice { told_with_key, .. } = advice;
        report.retain(|diagnostic| {
            let location = diagnostic.location.filter(|at| told_with_key.contains(at));
            !location.is_some_and(|at| says_two_meanings(diagnostic, document.sources.slice(at)))
        });
    }
}

/// Other findings of the reader can have the same location, such as an anchor before the text.
pub(super) fn says_two_meanings(diagnostic: &Diagnostic, written: &str) -> bool {
    diagnostic.rule == "yaml"
        && diagnostic
            .message
            .starts_with(&format!("`{written}` is ambiguous"))
}

struct Advice<'r, 'd> {
    document: &'d Document<'d>,
    found: HashMap<Span, Vec<&'r mut Diagnostic>>,
    told_with_key: HashSet<Span>,
}

impl Advice<'_, '_> {
    fn walk(&mut self, node: &Node<'_>, schemas: &[&'static Schema]) {
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    self.advise(entry.key_span, key_takes(schemas));
                    let below = below(schemas, &entry.key);
                    if stands_for_another(schemas, &entry.key) {
                        self.told_with_key.insert(entry.value.span);
                    }
                    self.walk(&entry.value, &below);
                }
            }
            Value::Sequence(items) => {
                let below = self::items(schemas);
                for item in items {
                    self.walk(item, &below);
                }
            }
            _ => self.advise(node.span, takes(schemas)),
        }
    }

    fn advise(&mut self, location: Span, takes: Option<Takes>) {
        let Some(takes) = takes else { return };
        let written = self.document.sources.slice(location);
        for diagnostic in self.found.remove(&location).into_iter().flatten() {
            diagnostic.help = vec![help(&takes, written)];
        }
    }
}

fn stands_for_another(schemas: &[&'static Schema], key: &str) -> bool {
    let is_known = |schema: &&Schema| property(&SCHEMA, schema, key).is_some();
    let is_meant = |schema: &&Schema| meant_path(&SCHEMA, schema, key).is_some();
    !schemas.iter().any(is_known) && schemas.iter().any(is_meant)
}

fn help(takes: &Takes, written: &str) -> String {
    match takes {
        Takes::Text => format!("add quotes: \"{written}\""),
        Takes::Word(words) => format!("write `{}`", words.join("` or `")),
        Takes::Boolean => match written.to_ascii_lowercase().as_str() {
            "y" | "yes" | "on" => "write `true`".to_owned(),
            "n" | "no" | "off" => "write `false`".to_owned(),
            _ => "write `true` or `false`".to_owned(),
        },
        Takes::Number => decimal(written),
        Takes::List => "write a list here".to_owned(),
        Takes::Map => "write a map here".to_owned(),
    }
}

/// How to write a number so that all readers agree on it.
fn decimal(written: &str) -> String {
    let plain = written.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.trim_start_matches('+')),
    };
    let of_base = |base, digits: &str| u64::from_str_radix(digits, base).ok();
    let in_other_base = [("0o", 8), ("0b", 2), ("0x", 16), ("0X", 16)]
        .iter()
        .find_map(|(prefix, base)| of_base(*base, digits.strip_prefix(prefix)?));
    if let Some(value) = in_other_base {
        return format!("write {sign}{value}");
    }
    match (of_base(10, digits), digits.strip_prefix('0')) {
        (Some(value), Some(octal)) => match of_base(8, octal).filter(|other| *other != value) {
            Some(other) => format!("write {sign}{value}, or {sign}{other} if octal is meant"),
            None => format!("write {sign}{value}"),
        },
        (Some(value), None) => format!("write {sign}{value}"),
        (None, _) => "write a decimal number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_written_in_decimal() {
        for (written, help) in [
            ("0o17", "write 15"),
            ("0b11", "write 3"),
            ("-0o17", "write -15"),
            ("0755", "write 755, or 493 if octal is meant"),
            ("007", "write 7"),
            ("0789", "write 789"),
            ("1_000", "write 1000"),
            ("+1_0", "write 10"),
            ("1:30", "write a decimal number"),
            ("2024-01-01", "write a decimal number"),
            ("on", "write a decimal number"),
        ] {
            assert_eq!(decimal(written), help, "{written}");
        }
    }
}
