//! Document → Config: the schema holds, and nothing in it contradicts itself.

pub(crate) mod config;
mod holes;
mod schema;
mod two_meanings;

pub(crate) use config::classes::placement;
pub(crate) use config::context::{Context, Rest, spec};
pub(crate) use holes::{Broken, Holes};
pub(crate) use two_meanings::suit_help;

use crate::config::SpotConfig;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::yaml;

/// How often broken parts are taken out before the rest is given up. Each round takes out at least one.
const MAX_ROUNDS: usize = 64;

/// Checks the whole document and names every mistake, leaving out only what hangs on a broken part.
///
/// The types are asked first, for they are fast; the schema, which knows places, only when they refuse. That both
/// accept the same is tested. `has_manifests` says that facts of workloads may come from elsewhere (`--from`); `rest` checks
/// what components and rules know.
///
/// # Errors
/// All mistakes found, when there is one.
pub(crate) fn validate(
    document: &Document<'_>,
    has_manifests: bool,
    rest: Rest,
) -> Result<SpotConfig, Report> {
    let holes = Holes::new(has_manifests);
    match yaml::decode::<SpotConfig>(&document.root) {
        Ok(config) => {
            let report = config::check(&config, document, &holes, rest);
            if report.has_errors() {
                Err(report)
            } else {
                Ok(config)
            }
        }
        Err(error) => Err(explain(document, holes, &error, rest)),
    }
}

/// Finds all mistakes of a document that the types refuse: what the schema says, and what is wrong with the rest.
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
            .map(|violation| violation.broken.clone())
            .collect();
        // What is missing only now was taken out by us.
        let reported = violations
            .into_iter()
            .filter(|violation| round == 0 || violation.broken.missing.is_none());
        report.extend(reported.map(|violation| violation.diagnostic).collect());
        if broken.is_empty() || !holes.cut(&mut whole, &broken) {
            break;
        }
        if let Ok(config) = yaml::decode::<SpotConfig>(&whole.root) {
            report.extend(config::check(&config, &whole, &holes, rest));
            break;
        }
    }
    if report.is_empty() {
        let message = format!("this configuration cannot be read: {error}");
        let help = "its schema allows it, so this is a mistake of spotgen's: please report it";
        let location = whole.locate(&Pointer::root());
        report.push(Diagnostic::error("schema", message).at(location).help(help));
    }
    report
}
