//! `spotgen explain`

use std::fmt::Write as _;

use super::outcome::Outcome;
use super::stdout::print;
use crate::check::{self, rules};
use crate::config::fields;
use crate::diagnostic::Failure;
use crate::suggest::similar;

/// Print the page of a rule, or what a key of the configuration is for
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A rule, or a path of keys: spec.descheduler.interval. Without it, all rules are listed
    #[arg(value_name = "RULE|FIELD")]
    subject: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let page = match args.subject.as_deref() {
        None => list(),
        Some(subject) => page(subject)?,
    };
    print(&page)?;
    Ok(Outcome::Good)
}

fn list() -> String {
    let width = rules::ids().map(str::len).max().unwrap_or(0);
    let mut list = String::new();
    for rule in rules::ALL {
        let _ = writeln!(
            list,
            "{:width$}  {:7}  {}",
            rule.id,
            rule.level.as_str(),
            rule.summary
        );
    }
    list
}

fn page(subject: &str) -> Result<String, Failure> {
    if let Some(rule) = rules::rule(subject) {
        return Ok(rule.page());
    }
    if let Some(page) = check::mistakes_page(subject) {
        return Ok(page);
    }
    // Rules have dashes, fields have dots or capitals.
    match fields::explain(subject) {
        Ok(page) => Ok(page),
        Err(unknown) => Err(match similar(subject, rules::ids()) {
            Some(meant) => Failure::new(format!("there is no rule or field `{subject}`"))
                .help(format!("did you mean `{meant}`?")),
            None => unknown,
        }),
    }
}
