//! `spotgen explain`

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::outcome::Outcome;
use super::stdout::print;
use crate::check::{self, PAGE_WIDTH, rules};
use crate::components::{alerts, runbook};
use crate::config::fields::{self, Page};
use crate::defaults;
use crate::diagnostic::Failure;
use crate::providers::{self, ProfileKey};
use crate::reporters::Style;
use crate::suggest::similar;
use crate::values::wrap::wrapped;
use crate::yaml;

/// Explain a rule, an alert or a key of the configuration
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule or alert to explain, or path of a key: spec.descheduler.interval. Without it, list all rules
    #[arg(value_name = "RULE|ALERT|FIELD")]
    subject: Option<String>,
}

pub(super) fn run(args: &Args, style: Style) -> Result<Outcome, Failure> {
    let width = style.width.unwrap_or(PAGE_WIDTH);
    let page = match args.subject.as_deref() {
        None => list(style.width),
        Some(subject) => page(subject, width)?,
    };
    print(&page)?;
    Ok(Outcome::Good)
}

/// Every rule in a line, which is broken at words where the terminal has a width.
fn list(terminal: Option<usize>) -> String {
    let ids = rules::ids().map(str::len).max().unwrap_or(0);
    let mut list = String::new();
    let all_levels = rules::ALL.iter().map(|rule| rule.spoken_levels().len());
    let levels = all_levels.max().unwrap_or(0);
    for rule in rules::ALL {
        let start = format!("{:ids$}  {:levels$}  ", rule.id, rule.spoken_levels());
        let summary = match terminal {
            Some(width) => wrapped(rule.summary, width, start.len(), start.len()),
            None => rule.summary.to_owned(),
        };
        let _ = writeln!(list, "{start}{summary}");
    }
    list
}

fn page(subject: &str, width: usize) -> Result<String, Failure> {
    if let Some(rule) = rules::rule(subject) {
        return Ok(rule.page_of_width(width));
    }
    if let Some(page) = check::mistakes_page(subject) {
        return Ok(page);
    }
    if let Some(page) = runbook(subject, width) {
        return Ok(page);
    }
    let alerts: Vec<&str> = alerts().map(|(name, _)| name).collect();
    let names = || rules::ids().chain(alerts.iter().copied());
    let page = fields::explain(subject).map_err(|unknown| match similar(subject, names()) {
        Some(meant) => Failure::new(format!("there is no rule, alert or field `{subject}`"))
            .help(format!("did you mean `{meant}`?")),
        None => unknown,
    })?;
    Ok(lines_of(&page.text, width) + &built_in(&page, width)?)
}

/// What is there without being written, below a map whose keys users choose.
fn built_in(page: &Page, width: usize) -> Result<String, Failure> {
    match (page.path.as_str(), &page.name) {
        ("spec.classes", _) => Ok(built_in_class()),
        ("spec.autoscaler.profile", _) => Ok(lines_of(&profile(), width)),
        ("spec.autoscaler.profile.*", Some(name)) => setting(name),
        _ => Ok(String::new()),
    }
}

/// A page whose lines end at words; what goes on in a list stands under its item.
fn lines_of(page: &str, width: usize) -> String {
    let lines = page.lines().map(|line| {
        let indent = if line.starts_with("- ") { 2 } else { 0 };
        wrapped(line, width, 0, indent) + "\n"
    });
    lines.collect()
}

/// The class that is there without being written.
fn built_in_class() -> String {
    let facts = providers::example();
    let mut class = json!({defaults::DEFAULT_CLASS: defaults::class(facts)});
    drop_unset(&mut class);
    let mut page = format!("\n## Built in\n\nOn {}:\n\n", facts.title);
    yaml::write(&class, &mut page);
    page
}

/// The settings of the managed autoscaler, each with what it takes and what the preset sets.
fn profile() -> String {
    let facts = providers::example();
    let mut page = format!("\n## Settings\n\nOn {}:\n\n", facts.title);
    for key in facts.cluster_autoscaler.profile {
        let _ = writeln!(page, "- `{}`: {}", key.name, takes(key));
    }
    page
}

/// One setting of the managed autoscaler, or a flag of one that users run.
fn setting(name: &str) -> Result<String, Failure> {
    let keys = providers::example().cluster_autoscaler.profile;
    let mut all = keys.iter().chain(&providers::AUTOSCALER_FLAGS);
    if let Some(key) = all.find(|key| key.name == name) {
        return Ok(format!("\n`{name}`: {}\n", takes(key)));
    }
    let unknown = Failure::new(format!(
        "unknown setting `{name}` in spec.autoscaler.profile"
    ));
    let names = || keys.iter().map(|key| key.name);
    Err(unknown.help(match similar(name, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known settings: {}", names().collect::<Vec<_>>().join(", ")),
    }))
}

fn takes(key: &ProfileKey) -> String {
    let mut preset = defaults::SPOT_PROFILE.into_iter();
    match preset.find(|(name, _)| *name == key.name) {
        Some((_, value)) => format!("{}; the preset `Spot` sets `{value}`", key.value.words()),
        None => key.value.words().to_owned(),
    }
}

/// Removes what is not set. A map of which nothing is set stays, since it is there.
fn drop_unset(value: &mut Json) {
    let Json::Object(entries) = value else {
        return;
    };
    let is_empty = |value: &Json| value.as_object().is_some_and(Map::is_empty);
    entries.retain(|_, value| !value.is_null() && !is_empty(value));
    entries.values_mut().for_each(drop_unset);
}
