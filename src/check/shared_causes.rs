//! A setting of a class is one cause, however many workloads have it: it is found once. So is what an anchor gives to several
//! pools, classes or workloads, and what many manifests leave at the default of Kubernetes.

use crate::diagnostic::{Diagnostic, Edit, Fix, Report, Severity};
use crate::load::Document;
use crate::source::Span;
use crate::values::words::some_quoted;

/// What several findings have in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shared {
    /// A setting of the configuration, by where it is written, and which of the findings about it this is.
    Setting(Span, usize),
    /// The same in manifests, by the rule's own name of it. A fix is one for all of them.
    InManifests(String),
}

/// At most this many workloads are named; the others are counted.
const NAMED: usize = 3;

/// What one rule has found several times.
#[derive(Debug, Default)]
pub(super) struct SharedCauses(Vec<Cause>);

#[derive(Debug)]
struct Cause {
    shared: Shared,
    severity: Severity,
    fix: Option<Fix>,
    /// The number of its finding in the report.
    finding: usize,
    /// What the others are: `workload`.
    noun: &'static str,
    /// Further ones.
    others: Vec<String>,
}

impl SharedCauses {
    /// Whether the same was found before: then this one joins that finding.
    pub(super) fn join(
        &mut self,
        shared: &Shared,
        diagnostic: &Diagnostic,
        name: &str,
        (document, report): (&Document<'_>, &mut Report),
    ) -> bool {
        let fix = diagnostic.fix.as_ref().ok();
        let is_one_fix = matches!(shared, Shared::InManifests(_));
        let same = self.0.iter_mut().find(|cause| {
            cause.shared == *shared
                && cause.severity == diagnostic.severity
                && cause.fix.is_some() == fix.is_some()
                && (is_one_fix || is_same_fix(document, cause.fix.as_ref(), fix))
        });
        let Some(cause) = same else {
            return false;
        };
        cause.others.push(name.to_owned());
        let found = report.iter_mut().nth(cause.finding);
        if let (true, Some(found), Some(Fix::Manifest(edits))) = (is_one_fix, found, fix)
            && let Ok(Fix::Manifest(all)) = &mut found.fix
        {
            all.extend(edits.iter().cloned());
        }
        true
    }

    /// Remembers what was found, and the number of the finding in the report.
    pub(super) fn begin(
        &mut self,
        shared: Shared,
        noun: &'static str,
        diagnostic: &Diagnostic,
        finding: usize,
    ) {
        self.0.push(Cause {
            shared,
            noun,
            severity: diagnostic.severity,
            fix: diagnostic.fix.as_ref().ok().cloned(),
            finding,
            others: Vec::new(),
        });
    }

    /// Says in each finding what it is about besides.
    pub(super) fn say(&self, report: &mut Report) {
        for cause in &self.0 {
            let found = report.iter_mut().nth(cause.finding);
            if let Some(diagnostic) = found.filter(|_| !cause.others.is_empty()) {
                let others = named(cause.noun, &cause.others);
                diagnostic.message = format!("{}; likewise {others}", diagnostic.message);
            }
        }
    }
}

/// Whether two fixes write the same in the same place.
fn is_same_fix(document: &Document<'_>, one: Option<&Fix>, other: Option<&Fix>) -> bool {
    let (Some(Fix::Config(one)), Some(Fix::Config(other))) = (one, other) else {
        return one == other;
    };
    let is_same = |(one, other): (&Edit, &Edit)| {
        let (place, other_place) = (one.pointer(), other.pointer());
        let written = document.written_at(place);
        let is_one_place = written.is_some() && written == document.written_at(other_place);
        one == other || is_one_place && *one == other.clone().at(place.clone())
    };
    one.len() == other.len() && one.iter().zip(other).all(is_same)
}

/// `` workloads `a`, `b`, `c` and 4 more ``.
fn named(noun: &str, names: &[String]) -> String {
    // Several pods under one name are plural already: placeholders `spare`.
    let is_plural = names.len() == 1 || noun.ends_with('s');
    let s = if is_plural { "" } else { "s" };
    format!("{noun}{s} {}", some_quoted(names, NAMED))
}
