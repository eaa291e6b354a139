//! The page of a rule, as `spotgen explain` prints it and as `docs/rules/` contains it.

use std::fmt::Write as _;

use super::rule::Rule;
use super::rules::ALL;
use crate::values::wrap::wrapped;

/// Of a line of a page in a file.
pub(crate) const PAGE_WIDTH: usize = 100;

/// The examples of the rules by id, as their pages below `docs/rules` have them. The golden cases of the rules make them.
const EXAMPLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// Ids of findings that belong to no rule: the input itself is wrong, and that cannot be accepted.
const MISTAKES: [(&str, &str); 6] = [
    ("config", "parts of the configuration contradict each other"),
    (
        "format",
        "the chosen format cannot express a part of the configuration",
    ),
    (
        "manifest",
        "a manifest does not match the kind that it declares",
    ),
    (
        "schema",
        "the configuration contains an unknown key or an invalid value",
    ),
    ("syntax", "the input is not valid YAML"),
    ("yaml", "YAML parsers read the input differently"),
];

/// The page of an id that stands for a mistake in the input.
pub fn mistakes_page(id: &str) -> Option<String> {
    let (id, summary) = MISTAKES.iter().find(|(known, _)| *known == id)?;
    Some(format!(
        "# {id}\n\nerror: {summary}\n\nThis is a mistake in the input, not a finding of a rule. It must be fixed and \
            cannot be accepted.\n"
    ))
}

/// The ids and summaries of all mistakes.
pub fn mistakes() -> impl Iterator<Item = (&'static str, &'static str)> {
    MISTAKES.into_iter()
}

impl Rule {
    /// Everything that there is to say about the rule but its example, in Markdown, as it is in a file.
    pub fn page(&self) -> String {
        self.text(PAGE_WIDTH) + &self.sources(PAGE_WIDTH)
    }

    /// The whole page for a terminal, in lines of at most so many characters as far as they are prose.
    pub fn page_of_width(&self, width: usize) -> String {
        let mut page = self.text(width);
        if let Ok(at) = EXAMPLES.binary_search_by(|(id, _)| (*id).cmp(self.id)) {
            page.push_str("\n## Example\n\n");
            for line in EXAMPLES[at].1.lines() {
                page.push_str(&example_line(line, width));
                page.push('\n');
            }
        }
        page + &self.sources(width)
    }

    fn text(&self, width: usize) -> String {
        let summary = format!("{}: {}", self.spoken_levels(), self.summary);
        let mut page = format!("# {}\n\n{}\n", self.id, wrapped(&summary, width, 0, 0));
        for (title, text) in [
            ("What goes wrong", self.harm),
            ("How to see it", self.detection),
            ("How to fix it", self.remedy),
        ] {
            let _ = write!(page, "\n## {title}\n");
            for paragraph in text.split("\n\n") {
                let _ = write!(page, "\n{}\n", wrapped(paragraph, width, 0, 0));
            }
        }
        page
    }

    fn sources(&self, width: usize) -> String {
        let mut page = String::from("\n## Sources\n\n");
        for source in self.sources {
            let _ = writeln!(page, "- {}", wrapped(source, width, 2, 2));
        }
        page
    }
}

/// A line of an example: messages are wrapped, and lines of files stay as they are.
fn example_line(line: &str, width: usize) -> String {
    let is_title = ["error[", "warning[", "info["]
        .iter()
        .any(|level| line.starts_with(level));
    if is_title {
        return wrapped(line, width, 0, 2);
    }
    match line.find("= help: ") {
        Some(at) if line[..at].trim().is_empty() => wrapped(line, width, 0, at + "= help: ".len()),
        _ => line.to_owned(),
    }
}

const INDEX: &str = "\
# Rules

`spotgen explain RULE` prints a page in the terminal. A rule with several levels gives a finding the lower one where less
is at stake. [Checking](../check.md) says how findings are shown, accepted and fixed.

What `spotgen check --fix` can change is the *configuration* or a *manifest*. A *choice* has an edit, too, but there are
other right answers, so nobody applies it unasked. A *command* is not run. Behind *none* is what nobody but the owner can
know, or where no file has a place for the edit.

| rule | levels | what is wrong | fix |
|---|---|---|---|
";

/// The list of all rules, in Markdown: the page that `docs/rules/` begins with. `fixes` tells what is done about a rule.
pub fn index(fixes: impl Fn(&Rule) -> String) -> String {
    let mut page = String::from(INDEX);
    for rule in ALL {
        let _ = writeln!(
            page,
            "| [`{id}`]({id}.md) | {} | {} | {} |",
            rule.spoken_levels(),
            rule.summary,
            fixes(rule),
            id = rule.id
        );
    }
    page
}
