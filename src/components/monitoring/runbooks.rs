//! The runbook of an alert, as `docs/runbooks/` contains it.

use std::fmt::Write as _;

use super::alerts::{ALL, Alert};
use crate::values::wrap::wrapped;

impl Alert {
    /// The name of its page, without the extension: its name in lower case, as runbooks of other projects are named.
    pub(crate) fn page_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// The page, in Markdown, in lines of at most so many characters as far as they are prose.
    fn page(&self, width: usize) -> String {
        let mut page = format!(
            "# {}\n\n{}: {}\n",
            self.name,
            self.severity.as_str(),
            wrapped(self.summary, width, 0, 0)
        );
        section(&mut page, "What it means", self.meaning, width);
        let _ = write!(
            page,
            "\n## How to see it\n\n```console\n{}\n```\n",
            self.diagnosis
        );
        section(&mut page, "What to do", self.remedy, width);
        section(&mut page, "When to ignore it", self.ignore, width);
        page
    }
}

fn section(page: &mut String, title: &str, text: &str, width: usize) {
    let _ = write!(page, "\n## {title}\n");
    for paragraph in text.split("\n\n") {
        let _ = write!(page, "\n{}\n", wrapped(paragraph, width, 0, 0));
    }
}

/// The names of all alerts, each with the name of its page.
pub fn alerts() -> impl Iterator<Item = (&'static str, String)> {
    ALL.into_iter().map(|alert| (alert.name, alert.page_name()))
}

/// The runbook of an alert, by its name in any case, in lines of so many characters.
pub fn runbook(name: &str, width: usize) -> Option<String> {
    let mut all = ALL.into_iter();
    let alert = all.find(|alert| alert.name.eq_ignore_ascii_case(name))?;
    Some(alert.page(width))
}
