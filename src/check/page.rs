//! A rule as a page: what `spotgen explain` prints, and what lies in `docs/rules/`.

use std::fmt::Write as _;

use super::rule::Rule;
use super::rules::ALL;
use crate::values::wrap::wrapped;

/// Of a line of a page in a file.
pub(crate) const PAGE_WIDTH: usize = 100;

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
    /// Everything that there is to say about the rule, in Markdown, as it is in a file.
    pub fn page(&self) -> String {
        self.page_of_width(PAGE_WIDTH)
    }

    /// The same in lines of at most so many characters.
    pub fn page_of_width(&self, width: usize) -> String {
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
                let _ = write!(page, "\n{}\n", wrapped(paragraph, width, 0, 0));
            }
        }
        page.push_str("\n## Sources\n\n");
        for source in self.sources {
            let _ = writeln!(page, "- {}", wrapped(source, width, 2, 2));
        }
        page
    }
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
