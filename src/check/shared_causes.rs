//! A setting of a class is one cause, however many workloads have it: it is found once.

use crate::diagnostic::{Diagnostic, Fix, Pointer, Report, Severity};

/// At most this many workloads are named; the others are counted.
const NAMED: usize = 3;

/// What one rule has found at settings of classes.
#[derive(Debug, Default)]
pub(super) struct SharedCauses(Vec<Cause>);

#[derive(Debug)]
struct Cause {
    setting: Pointer,
    severity: Severity,
    fix: Option<Fix>,
    /// The number of its finding in the report.
    finding: usize,
    /// Further workloads.
    others: Vec<String>,
}

impl SharedCauses {
    /// Whether the same was found at this setting before: then the workload joins that finding.
    pub(super) fn join(
        &mut self,
        setting: &Pointer,
        diagnostic: &Diagnostic,
        workload: &str,
    ) -> bool {
        let fix = diagnostic.fix.as_ref().ok();
        let same = self.0.iter_mut().find(|cause| {
            cause.setting == *setting
                && cause.severity == diagnostic.severity
                && cause.fix.as_ref() == fix
        });
        if let Some(cause) = same {
            cause.others.push(workload.to_owned());
            return true;
        }
        false
    }

    /// Remembers what was found at a setting, and the number of the finding in the report.
    pub(super) fn begin(&mut self, setting: &Pointer, diagnostic: &Diagnostic, finding: usize) {
        self.0.push(Cause {
            setting: setting.clone(),
            severity: diagnostic.severity,
            fix: diagnostic.fix.as_ref().ok().cloned(),
            finding,
            others: Vec::new(),
        });
    }

    /// Says in each finding which workloads it is about besides.
    pub(super) fn say(&self, report: &mut Report) {
        for cause in &self.0 {
            let found = report.iter_mut().nth(cause.finding);
            if let Some(diagnostic) = found.filter(|_| !cause.others.is_empty()) {
                let others = named(&cause.others);
                diagnostic.message = format!("{}; likewise {others}", diagnostic.message);
            }
        }
    }
}

/// `workloads `a`, `b`, `c` and 4 more`.
fn named(workloads: &[String]) -> String {
    let shown: Vec<String> = workloads
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let s = if workloads.len() == 1 { "" } else { "s" };
    match workloads.len() - shown.len() {
        0 => match shown.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("workload{s} {} and {last}", before.join(", "))
            }
            _ => format!("workload{s} {}", shown.join("")),
        },
        more => format!("workload{s} {} and {more} more", shown.join(", ")),
    }
}
