//! The node group of a pool as people write it: an exact name, or a pattern.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::pattern;

/// Whether a text is the name of a node group and no pattern. A dot is a part of names: those of kOps end in the domain
/// of the cluster, `nodes.prod.example.com`, and those of GKE are URLs.
pub(crate) fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// The pattern of this name alone.
pub(crate) fn exact_pattern(name: &str) -> String {
    format!("^{}$", regex::escape(name).replace("\\-", "-"))
}

/// A short name that a pattern matches; `None` if none was found.
pub(crate) fn example(text: &str) -> Option<String> {
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let mut name = String::new();
    append(&parser.parse(text).ok()?, &mut name)?;
    pattern::matches(text, &name).then_some(name)
}

/// Adds the least that a part of a pattern takes.
fn append(part: &Hir, name: &mut String) -> Option<()> {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => name.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => name.push(member(class)?),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                append(&repetition.sub, name)?;
            }
        }
        HirKind::Capture(capture) => append(&capture.sub, name)?,
        HirKind::Concat(parts) => {
            for part in parts {
                append(part, name)?;
            }
        }
        HirKind::Alternation(parts) => append(parts.first()?, name)?,
    }
    Some(())
}

/// A character of a class, one that names have if there is one.
fn member(class: &Class) -> Option<char> {
    let has = |wanted: char| match class {
        Class::Unicode(class) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&wanted)),
        Class::Bytes(class) => class.iter().any(|range| {
            let range = char::from(range.start())..=char::from(range.end());
            range.contains(&wanted)
        }),
    };
    let usual = ('0'..='9').chain('a'..='z').chain('A'..='Z');
    usual.chain('!'..='~').find(|wanted| has(*wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_a_pattern() {
        for name in [
            "nodes-spot.prod.example.com",
            "eksctl-shop-nodegroup-spot-NodeGroup-1AB",
            "a/b",
        ] {
            assert!(is_name(name), "{name}");
            let pattern = exact_pattern(name);
            assert!(pattern::matches(&pattern, name), "{name}");
            assert!(!pattern::matches(&pattern, &format!("{name}2")), "{name}");
        }
        assert!(!pattern::matches(&exact_pattern("a.b"), "axb"));
        for pattern in ["", "^spot$", ".*spot.*", "spot-[0-9]+", "a|b", r"a\.b"] {
            assert!(!is_name(pattern), "{pattern}");
        }
    }

    #[test]
    fn an_example_fits_its_pattern() {
        for (pattern, expected) in [
            (".*spot.*", "spot"),
            (
                r"^eksctl-shop-nodegroup-spot-NodeGroup-[0-9A-Z]+$",
                "eksctl-shop-nodegroup-spot-NodeGroup-0",
            ),
            ("^(a|b)-x{2}.$", "a-xx0"),
            ("[^0-9]-(?i:Spot)", "a-spot"),
        ] {
            assert_eq!(example(pattern).as_deref(), Some(expected), "{pattern}");
        }
        assert_eq!(example(r"a\bb"), None);
        assert_eq!(example("("), None);
    }
}
