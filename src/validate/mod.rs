//! Document → Config: checks that the document follows the schema and contains no contradictions.

pub(crate) mod config;
mod expected;
mod holes;
mod json_schema;
mod nulls;
mod schema;
mod set_text;
mod two_meanings;

pub(crate) use config::classes::placement;
pub(crate) use config::context::{Context, Rest, spec};
pub(crate) use holes::{Broken, Holes};
pub(crate) use set_text::read_as_text;
pub(crate) use two_meanings::suit_help;

use crate::config::SpotConfig;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::yaml;

/// How many rounds of cutting out broken parts are tried. Each round cuts out at least one.
const MAX_ROUNDS: usize = 64;

/// Checks the whole document and reports every problem, except those that depend on a broken part.
///
/// The types are tried first, because they are fast. The schema, which knows locations, is used only if they refuse the
/// document. A test ensures that both accept the same. `has_manifests` tells whether facts of workloads may come from
/// manifests (`--from`); `rest` checks what only components and rules know.
///
/// # Errors
/// All problems found, if there are any.
pub(crate) fn validate(
    document: &Document<'_>,
    has_manifests: bool,
    rest: Rest,
) -> Result<SpotConfig, Report> {
    let holes = Holes::new(has_manifests);
    let mut report = nulls::unknown(document);
    match yaml::decode::<SpotConfig>(document.root()) {
        Ok(config) => {
            report.extend(config::check(&config, document, &holes, rest));
            if report.has_errors() {
                Err(report)
            } else {
                Ok(config)
            }
        }
        Err(error) => {
            report.extend(explain(document, holes, &error, rest));
            Err(report)
        }
    }
}

/// The same for a document that the types have accepted and that has no `null`.
///
/// # Errors
/// All problems found, if there is an error among them.
pub(crate) fn judge(
    config: &SpotConfig,
    document: &Document<'_>,
    has_manifests: bool,
    rest: Rest,
) -> Result<(), Report> {
    let holes = Holes::new(has_manifests);
    let report = config::check(config, document, &holes, rest);
    if report.has_errors() {
        return Err(report);
    }
    Ok(())
}

/// Finds all problems of a document that the types refuse: those that the schema reports, and those of the rest.
fn explain(
    document: &Document<'_>,
    mut holes: Holes,
    error: &yaml::DecodeError,
    rest: Rest,
) -> Report {
    let mut report = Report::default();
    let mut whole = document.clone();
    for round in 0..MAX_ROUNDS {
        let violations = schema::violations(&whole);
        let broken: Vec<Broken> = violations
            .iter()
            .flat_map(|violation| violation.broken.iter().cloned())
            .collect();
        // What is missing only from now on was cut out here.
        let reported = violations.into_iter().filter(|violation| {
            let mut broken = violation.broken.iter();
            round == 0 || broken.all(|broken| broken.missing.is_none())
        });
        report.extend(reported.map(|violation| violation.diagnostic).collect());
        if broken.is_empty() || !holes.cut(&mut whole, &broken) {
            break;
        }
        if let Ok(config) = yaml::decode::<SpotConfig>(whole.root()) {
            report.extend(config::check(&config, &whole, &holes, rest));
            break;
        }
    }
    if report.is_empty() {
        let message = format!("this configuration cannot be read: {error}");
        let help = "its schema allows it, so this is a bug in spotgen: please report it";
        let location = whole.locate(&Pointer::root());
        report.push(Diagnostic::error("schema", message).at(location).help(help));
    }
    report
}
