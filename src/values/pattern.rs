//! Regular expressions that mean the same in Go and in Rust.
//!
//! The cluster autoscaler's priority expander matches node group names, unanchored, with Go's
//! `regexp` package. Only what both engines accept and read alike passes [`check`], so that what
//! is computed here is what the autoscaler will do.
//!
//! Sources: kubernetes/autoscaler `cluster-autoscaler/expander/priority/priority.go`; golang/go
//! `src/regexp/syntax/parse.go` and `doc.go`; rust-lang/regex `regex-syntax/src/ast`.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassBracketed, ClassSet, ClassSetBinaryOp, ClassSetItem, ErrorKind,
    Flag, Flags, FlagsItemKind, GroupKind, HexLiteralKind, Literal, LiteralKind, Repetition,
    RepetitionKind, RepetitionRange, Span, Visitor,
};

/// Go's limit on a repeat count, and on the product of nested ones.
const MAX_REPEATS: u32 = 1000;

/// The error tells what is wrong and, if possible, a portable way to write it.
pub fn check(pattern: &str) -> Result<(), String> {
    if let Some(character) = pattern.chars().find(|character| !character.is_ascii()) {
        return Err(format!(
            "`{pattern}` contains `{character}`, but names of node groups are plain ASCII"
        ));
    }
    let ast = Parser::new()
        .parse(pattern)
        .map_err(|error| explain(pattern, &error))?;
    ast::visit(&ast, Portability::new(pattern))
        .map_err(|reason| format!("`{pattern}`: {reason}"))?;
    compile(pattern)
        .map(|_| ())
        .map_err(|error| format!("`{pattern}` cannot be compiled: {error}"))
}

/// Whether the (checked) pattern matches anywhere in `name`, as Go would (ASCII names).
pub fn matches(pattern: &str, name: &str) -> bool {
    Matcher::new(pattern).is_some_and(|matcher| matcher.matches(name))
}

/// A (checked) pattern that is tried on many names.
#[derive(Debug)]
pub struct Matcher(Regex);

impl Matcher {
    /// None for a pattern that [`check`] refuses.
    pub fn new(pattern: &str) -> Option<Self> {
        compile(pattern).ok().map(Self)
    }

    /// Whether it matches anywhere in `name`.
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name.as_bytes())
    }
}

/// Go's `\d`, `\w`, `\s` and `\b` know ASCII only.
fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).build()
}

/// Finds what only one of the two engines accepts, or what they read differently.
struct Portability<'p> {
    pattern: &'p str,
    /// The counts of the repetitions around the current node.
    enclosing_repeats: Vec<u32>,
}

impl<'p> Portability<'p> {
    fn new(pattern: &'p str) -> Self {
        Self {
            pattern,
            enclosing_repeats: Vec::new(),
        }
    }

    fn text(&self, span: &Span) -> &'p str {
        self.pattern
            .get(span.start.offset..span.end.offset)
            .unwrap_or_default()
    }

    fn enter_repetition(&mut self, repetition: &Repetition) -> Result<(), String> {
        let operator = self.text(&repetition.op.span);
        if matches!(*repetition.ast, Ast::Repetition(_)) {
            return Err(format!(
                "`{operator}` repeats a repetition, which Go refuses; group the inner one, like \
                 `(?:a*){operator}`"
            ));
        }
        let RepetitionKind::Range(range) = &repetition.op.kind else {
            self.enclosing_repeats.push(1);
            return Ok(());
        };
        if operator.trim_end_matches('?') != as_go_writes(range) {
            return Err(format!(
                "Go reads `{operator}` as plain text; write `{}`",
                as_go_writes(range)
            ));
        }
        self.enclosing_repeats.push(largest_count(range).max(1));
        let product = self
            .enclosing_repeats
            .iter()
            .fold(1_u32, |product, count| product.saturating_mul(*count));
        if product > MAX_REPEATS || smallest_count(range) > MAX_REPEATS {
            return Err(format!(
                "`{operator}` repeats more than {MAX_REPEATS} times, counting the repetitions \
                 around it, which Go refuses"
            ));
        }
        Ok(())
    }

    fn check_bracketed(&self, class: &ClassBracketed) -> Result<(), String> {
        let text = self.text(&class.span);
        for operator in ["--", "&&", "~~"] {
            if text.contains(operator) {
                return Err(format!(
                    "Go and Rust read `{operator}` in `{text}` differently; write each character \
                     once, with `-` escaped as `\\-`"
                ));
            }
        }
        if text.starts_with("[]") || text.starts_with("[^]") {
            return Err(format!(
                "Go and Rust can read the leading `]` in `{text}` differently; write `\\]`"
            ));
        }
        Ok(())
    }

    fn check_literal(&self, literal: &Literal) -> Result<(), String> {
        let text = self.text(&literal.span);
        let hex_form_of_go = match literal.kind {
            LiteralKind::HexFixed(HexLiteralKind::X) | LiteralKind::HexBrace(HexLiteralKind::X) => {
                true
            }
            LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) | LiteralKind::Octal => false,
            LiteralKind::Verbatim
            | LiteralKind::Meta
            | LiteralKind::Superfluous
            | LiteralKind::Special(_) => return Ok(()),
        };
        if !literal.c.is_ascii() {
            return Err(format!(
                "`{text}` is not an ASCII character, but node group names are plain ASCII"
            ));
        }
        if hex_form_of_go {
            return Ok(());
        }
        Err(format!(
            "Go does not support the escape `{text}`; write `\\x{:02X}`",
            u32::from(literal.c)
        ))
    }

    fn check_assertion(&self, assertion: &ast::Assertion) -> Result<(), String> {
        let text = self.text(&assertion.span);
        match assertion.kind {
            AssertionKind::StartLine
            | AssertionKind::EndLine
            | AssertionKind::StartText
            | AssertionKind::EndText
            | AssertionKind::WordBoundary
            | AssertionKind::NotWordBoundary => Ok(()),
            AssertionKind::WordBoundaryStartAngle | AssertionKind::WordBoundaryEndAngle => {
                Err(format!(
                    "`{text}` is a word boundary to Rust and a plain character to Go; write \
                     `\\b`, or the character without its backslash"
                ))
            }
            AssertionKind::WordBoundaryStart
            | AssertionKind::WordBoundaryEnd
            | AssertionKind::WordBoundaryStartHalf
            | AssertionKind::WordBoundaryEndHalf => {
                Err(format!("Go does not support `{text}`; write `\\b`"))
            }
        }
    }

    fn check_unicode_class(&self, span: &Span) -> String {
        format!(
            "`{}` is a Unicode class, but node group names are plain ASCII; write one like \
             `[A-Za-z]`",
            self.text(span)
        )
    }
}

impl Visitor for Portability<'_> {
    type Output = ();
    type Err = String;

    fn finish(self) -> Result<(), String> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Flags(set) => check_flags(&set.flags),
            Ast::Literal(literal) => self.check_literal(literal),
            Ast::Assertion(assertion) => self.check_assertion(assertion),
            Ast::ClassUnicode(class) => Err(self.check_unicode_class(&class.span)),
            Ast::ClassBracketed(class) => self.check_bracketed(class),
            Ast::Repetition(repetition) => self.enter_repetition(repetition),
            Ast::Group(group) => check_group(&group.kind),
            Ast::Empty(_)
            | Ast::Dot(_)
            | Ast::ClassPerl(_)
            | Ast::Alternation(_)
            | Ast::Concat(_) => Ok(()),
        }
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), String> {
        if matches!(ast, Ast::Repetition(_)) {
            self.enclosing_repeats.pop();
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Literal(literal) => self.check_literal(literal),
            ClassSetItem::Range(range) => {
                self.check_literal(&range.start)?;
                self.check_literal(&range.end)
            }
            ClassSetItem::Unicode(class) => Err(self.check_unicode_class(&class.span)),
            ClassSetItem::Bracketed(class) => Err(format!(
                "Go reads the inner `[` of `{}` as plain text; write `\\[`, or one class without \
                 brackets inside",
                self.text(&class.span)
            )),
            ClassSetItem::Empty(_)
            | ClassSetItem::Ascii(_)
            | ClassSetItem::Perl(_)
            | ClassSetItem::Union(_) => Ok(()),
        }
    }

    fn visit_class_set_binary_op_pre(
        &mut self,
        operation: &ClassSetBinaryOp,
    ) -> Result<(), String> {
        Err(format!(
            "Go does not support set operations such as `{}`; list the characters",
            self.text(ClassSet::BinaryOp(operation.clone()).span())
        ))
    }
}

fn check_group(kind: &GroupKind) -> Result<(), String> {
    match kind {
        GroupKind::CaptureIndex(_) => Ok(()),
        GroupKind::NonCapturing(flags) => check_flags(flags),
        GroupKind::CaptureName {
            starts_with_p,
            name,
        } => {
            let plain = name
                .name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if *starts_with_p && plain {
                return Ok(());
            }
            Err(format!(
                "some versions of Go do not support the group name `{}` in this form; write \
                 `(?:…)`, since the name has no use here",
                name.name
            ))
        }
    }
}

fn check_flags(flags: &Flags) -> Result<(), String> {
    for item in &flags.items {
        let unknown_to_go = match item.kind {
            FlagsItemKind::Negation
            | FlagsItemKind::Flag(
                Flag::CaseInsensitive | Flag::MultiLine | Flag::DotMatchesNewLine | Flag::SwapGreed,
            ) => continue,
            FlagsItemKind::Flag(Flag::Unicode) => 'u',
            FlagsItemKind::Flag(Flag::CRLF) => 'R',
            FlagsItemKind::Flag(Flag::IgnoreWhitespace) => 'x',
        };
        return Err(format!(
            "Go does not support the flag `{unknown_to_go}`; it supports `i`, `m`, `s` and `U`"
        ));
    }
    Ok(())
}

fn as_go_writes(range: &RepetitionRange) -> String {
    match range {
        RepetitionRange::Exactly(count) => format!("{{{count}}}"),
        RepetitionRange::AtLeast(least) => format!("{{{least},}}"),
        RepetitionRange::Bounded(least, most) => format!("{{{least},{most}}}"),
    }
}

fn smallest_count(range: &RepetitionRange) -> u32 {
    match range {
        RepetitionRange::Exactly(count) => *count,
        RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _) => *least,
    }
}

/// The count that Go limits: the upper bound, or the lower one if there is no upper bound.
fn largest_count(range: &RepetitionRange) -> u32 {
    match range {
        RepetitionRange::Exactly(count) => *count,
        RepetitionRange::AtLeast(least) => *least,
        RepetitionRange::Bounded(_, most) => *most,
    }
}

fn explain(pattern: &str, error: &ast::Error) -> String {
    let span = error.span();
    let text = pattern
        .get(span.start.offset..span.end.offset)
        .unwrap_or_default();
    let reason = error.kind();
    match reason {
        ErrorKind::RepetitionMissing => explain_missing_operand(pattern),
        ErrorKind::UnsupportedLookAround => format!(
            "`{pattern}`: Go has no look-around such as `{text}`; several patterns with different \
             priorities often have the same effect"
        ),
        ErrorKind::UnsupportedBackreference => {
            format!("`{pattern}`: Go has no backreferences such as `{text}`")
        }
        ErrorKind::EscapeUnrecognized => format!(
            "`{pattern}`: not both Go and Rust support the escape `{text}`; a backslash is \
             needed only before one of `\\.+*?()|[]{{}}^$`"
        ),
        ErrorKind::RepetitionCountUnclosed
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::DecimalEmpty => explain_bad_count(pattern, reason),
        _ => format!("`{pattern}`: {reason}"),
    }
}

fn explain_bad_count(pattern: &str, reason: &ErrorKind) -> String {
    if pattern.contains("{,") {
        return format!(
            "`{pattern}`: Go reads a count without its lower bound as plain text; write `{{0,3}}` \
             for at most three times"
        );
    }
    format!("`{pattern}`: {reason}; write `\\{{` where the brace itself is meant")
}

fn explain_missing_operand(pattern: &str) -> String {
    let problem = format!("`{pattern}`: a repetition operator has nothing to repeat");
    match glob_as_regex(pattern) {
        Some(regex) => format!("{problem}; if this is a glob, write `{regex}`"),
        None => problem,
    }
}

/// The pattern that does what a glob was meant to do.
fn glob_as_regex(pattern: &str) -> Option<String> {
    if !pattern.starts_with(['*', '?']) {
        return None;
    }
    pattern
        .chars()
        .map(|character| match character {
            '*' => Some(".*".to_owned()),
            '?' => Some(".".to_owned()),
            '.' => Some(r"\.".to_owned()),
            '-' | '_' | '0'..='9' | 'a'..='z' | 'A'..='Z' => Some(character.to_string()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, bool); 126] = [
        ("", true),
        (".*", true),
        (".*spot.*", true),
        ("^aks-spot[0-9]+-", true),
        (r"aks-spot\d+-\d{8}-vmss$", true),
        (r"\Aaks-\w+-vmss\z", true),
        (r"\bspot\b", true),
        (r"\Bpot", true),
        ("(?i)SPOT", true),
        ("(?i:SPOT)", true),
        ("a(?i)b|c", true),
        ("(?ims-U)a", true),
        ("(?sU)a.*", true),
        ("(spot|ondemand)", true),
        ("(?:spot|)", true),
        ("(?P<pool>spot)", true),
        ("a||b", true),
        ("()", true),
        ("(a*)*", true),
        ("(?:a*)+", true),
        ("a*?", true),
        ("a+?", true),
        ("a??", true),
        ("a{2}?", true),
        ("a{2,}", true),
        ("a{2,3}", true),
        ("a{0}", true),
        ("a{1000}", true),
        ("(?:a{10}){100}", true),
        ("^*", true),
        ("a}", true),
        ("a]", true),
        ("[a-z0-9_-]+", true),
        ("[-a-z]", true),
        ("[a-z-]", true),
        ("[^a-z]", true),
        (r"[\]a]", true),
        (r"[\[a]", true),
        (r"[a\-z]", true),
        (r"[\d.]", true),
        (r"[^\w]", true),
        ("[[:alpha:]]", true),
        ("[[:^digit:]_]", true),
        ("[:alpha:]", true),
        (r"\.", true),
        (r"\-", true),
        (r"\_", true),
        (r"\/", true),
        (r"\{", true),
        (r"\t\n\r\f\v\a", true),
        (r"\x41", true),
        (r"\x{41}", true),
        (r"\D\S\W", true),
        ("*spot*", false),
        ("+spot", false),
        ("?spot", false),
        ("a|*", false),
        ("(*)", false),
        ("a(?i)*", false),
        ("a**", false),
        ("a++", false),
        ("a+*", false),
        ("a???", false),
        ("a{2}{3}", false),
        ("a*{2}", false),
        ("a{1001}", false),
        ("a{1001,}", false),
        ("a{1,1001}", false),
        ("(?:a{32}){32}", false),
        ("(?:(?:a{10}){11}){10}", false),
        ("a{,3}", false),
        ("a{ 2 }", false),
        ("a{02}", false),
        ("a{2", false),
        ("a{x}", false),
        ("a{}", false),
        ("{2}", false),
        ("a{3,2}", false),
        ("(?x) a", false),
        ("(?u)a", false),
        ("(?-u)a", false),
        ("(?R)a", false),
        ("(?i-x:a)", false),
        ("(?z)a", false),
        ("(?i-)a", false),
        ("(?)", false),
        ("(?<pool>spot)", false),
        ("(?P<a.b>spot)", false),
        ("(?P<1a>spot)", false),
        ("(?P<a>x)(?P<a>y)", false),
        ("(?=a)", false),
        ("(?!a)", false),
        ("(?<=a)b", false),
        ("(?<!a)b", false),
        ("(?>a)", false),
        ("(?#note)", false),
        (r"(a)\1", false),
        (r"\0", false),
        (r"\012", false),
        (r"\p{L}", false),
        (r"\pN", false),
        (r"[\p{Greek}]", false),
        (r"\u0041", false),
        (r"\u{41}", false),
        (r"\U00000041", false),
        (r"[\u0041]", false),
        (r"[\x41-\u005A]", false),
        (r"\xFF", false),
        (r"\Qa.b\E", false),
        (r"\C", false),
        (r"\Z", false),
        (r"\h", false),
        (r"\<spot\>", false),
        (r"\b{start}spot", false),
        (r"\b{end-half}", false),
        ("[a&&b]", false),
        ("[a-z--b]", false),
        ("[a~~b]", false),
        ("[--a]", false),
        ("[]a]", false),
        ("[^]-a]", false),
        ("[a[b]]", false),
        ("[[:nope:]]", false),
        ("[z-a]", false),
        ("(a", false),
        ("caf\u{e9}", false),
    ];

    #[test]
    fn accepts_only_what_both_engines_read_alike() {
        for (pattern, accepted) in CASES {
            let verdict = check(pattern);
            assert_eq!(verdict.is_ok(), accepted, "{pattern:?}: {verdict:?}");
        }
    }

    #[test]
    fn matches_anywhere_in_the_name() {
        let name = "aks-spot1-12345678-vmss";
        let cases = [
            ("", true),
            ("spot", true),
            ("^spot", false),
            (r"^aks-spot\d+-", true),
            ("vmss$", true),
            ("SPOT", false),
            ("(?i)SPOT", true),
            (r"\bspot\b", false),
            (r"\bspot1\b", true),
            ("[^a-z0-9-]", false),
            (".*ondemand.*", false),
        ];
        for (pattern, expected) in cases {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
            assert_eq!(matches(pattern, name), expected, "{pattern}");
        }
    }

    #[test]
    fn shorthand_classes_are_ascii() {
        assert!(!matches(r"\w", "\u{e9}"));
        assert!(!matches(r"\d", "\u{663}"));
    }

    #[test]
    fn an_invalid_pattern_matches_nothing() {
        assert!(!matches("*", "*"));
    }

    #[test]
    fn helps_to_write_it_portably() {
        let cases = [
            ("*spot*", "if this is a glob, write `.*spot.*`"),
            ("*.spot-?", r"write `.*\.spot-.`"),
            ("a++", "group the inner one"),
            ("a{,3}", "write `{0,3}` for at most"),
            ("a{ 2 }", "write `{2}`"),
            ("a{02}", "write `{2}`"),
            ("a{1001}", "more than 1000 times"),
            ("(?x)a", "the flag `x`"),
            ("(?!a)", "no look-around"),
            (r"(a)\1", "no backreference"),
            (r"\u0041", r"write `\x41`"),
            (r"\Qa\E", r"the escape `\Q`"),
            (r"\<a", r"write `\b`"),
            ("[a[b]]", "plain text"),
            ("[a&&b]", "`&&`"),
            ("a{b", r"write `\{`"),
            (r"\p{L}", "`[A-Za-z]`"),
            ("caf\u{e9}", "plain ASCII"),
        ];
        for (pattern, expected) in cases {
            let reason = check(pattern).expect_err("not portable");
            assert!(reason.contains(expected), "{pattern}: {reason}");
            assert!(reason.contains(pattern), "{pattern}: {reason}");
        }
    }

    #[test]
    fn refuses_what_grows_too_large_instead_of_failing_later() {
        let pattern = "(?:[a-z]{1000})".repeat(200);
        assert!(check(&pattern).is_err());
    }
}
