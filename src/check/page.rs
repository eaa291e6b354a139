//! A rule as a page: what `spotgen explain` prints, and what lies in `docs/rules/`.

use std::fmt::Write as _;

use super::rule::Rule;
use super::rules::ALL;

/// Of a line of a page.
const MAX_WIDTH: usize = 100;

/// Ids of findings that are no opinion of a rule: the input is wrong, and nobody can accept that.
const MISTAKES: [(&str, &str); 5] = [
    (
        "config",
        "parts of the configuration that contradict each other",
    ),
    (
        "manifest",
        "a manifest that cannot be read as what it says it is",
    ),
    (
        "schema",
        "a key or a value that the configuration does not have",
    ),
    ("syntax", "text that is not YAML"),
    ("yaml", "YAML that readers read differently"),
];

/// The page of an id that no rule has: what is wrong with the input itself.
pub fn mistakes_page(id: &str) -> Option<String> {
    let (id, summary) = MISTAKES.iter().find(|(known, _)| *known == id)?;
    Some(format!(
        "# {id}\n\nerror: {summary}\n\nThis is a mistake in the input, not a finding of a rule. It cannot be \
            accepted.\n"
    ))
}

/// All ids and summaries of mistakes.
pub fn mistakes() -> impl Iterator<Item = (&'static str, &'static str)> {
    MISTAKES.into_iter()
}

impl Rule {
    /// Everything that there is to say about the rule, in Markdown.
    pub fn page(&self) -> String {
        let mut page = format!(
            "# {}\n\n{}: {}\n",
            self.id,
            self.level.as_str(),
            self.summary
        );
        for (title, text) in [
            ("What goes wrong", self.harm),
            ("How to see it", self.detection),
            ("How to get out of it", self.remedy),
        ] {
            let _ = write!(page, "\n## {title}\n");
            for paragraph in text.split("\n\n") {
                let _ = write!(page, "\n{}\n", wrapped(paragraph, ""));
            }
        }
        page.push_str("\n## Sources\n\n");
        for source in self.sources {
            let _ = writeln!(page, "- {}", wrapped(source, "  "));
        }
        page
    }
}

/// A text in lines that a terminal shows whole, all but the first behind `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut width = indent.len();
    for word in text.split(' ') {
        if lines.is_empty() {
            lines.push_str(word);
        } else if width + 1 + word.len() <= MAX_WIDTH {
            let _ = write!(lines, " {word}");
            width += 1;
        } else {
            let _ = write!(lines, "\n{indent}{word}");
            width = indent.len();
        }
        width += word.len();
    }
    lines
}

/// The list of all rules, in Markdown: the page that `docs/rules/` begins with.
pub fn index() -> String {
    let mut page = String::from("| rule | level | what is wrong |\n|---|---|---|\n");
    for rule in ALL {
        let _ = writeln!(
            page,
            "| [`{id}`](docs/rules/{id}.md) | {} | {} |",
            rule.level.as_str(),
            rule.summary,
            id = rule.id
        );
    }
    page
}
