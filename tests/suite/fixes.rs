//! What a finding says removes it does remove it: written into the files, the finding is gone, and nothing as bad has come.

use std::path::{Path, PathBuf};

use spotgen::check::rules::ALL;
use spotgen::diagnostic::{Diagnostic, Fix, Report};
use spotgen::fix::{self, Fixed};

use super::golden::{cases, finish, root};
use super::library::{self, Given};

/// The bad case of every rule, and configurations that somebody has really used.
fn all() -> Vec<(PathBuf, Given)> {
    let rules = ALL.iter().map(|rule| root().join("rules").join(rule.id));
    let real = cases(&root().join("real"));
    let all = rules.chain(real);
    all.map(|case| {
        let given = given(&case);
        (case, given)
    })
    .collect()
}

fn given(case: &Path) -> Given {
    let first = |names: [&'static str; 2]| names.into_iter().find(|name| case.join(name).exists());
    let config = first(["bad.yaml", "spot-config.yaml"]).expect("a configuration");
    let given = library::files(case, config);
    match first(["bad-manifests.yaml", "manifests.yaml"]) {
        Some(manifests) => given.manifest_file(case, manifests),
        None => given,
    }
}

/// What there is with the fixes of some findings in it, whether or not they are a choice.
fn fixed<'d>(given: &Given, findings: impl IntoIterator<Item = &'d Diagnostic>) -> Fixed {
    let findings = findings.into_iter().map(|finding| Diagnostic {
        choice: None,
        ..finding.clone()
    });
    fix::apply(&given.inputs, &findings.collect::<Report>())
}

/// Whether a fix can be applied to files.
fn is_of_files(finding: &&Diagnostic) -> bool {
    matches!(finding.fix, Ok(Fix::Config(_) | Fix::Manifest(_)))
}

/// The places that two reports have findings of a rule at.
fn count(report: &Report, finding: &Diagnostic) -> usize {
    let found = report.iter().filter(|found| found.rule == finding.rule);
    found.count()
}

#[test]
fn what_removes_a_finding_removes_it() {
    let mut mismatches = Vec::new();
    let mut rules = std::collections::BTreeSet::new();
    for (case, given) in all() {
        let before = given.check().report;
        let name = case
            .strip_prefix(root())
            .expect("it is in golden")
            .display();
        for finding in before.iter().filter(is_of_files) {
            rules.insert(finding.rule);
            let what = format!(
                "{name}: [{}] {}: {:?}",
                finding.rule, finding.message, finding.fix
            );
            let fixed = fixed(&given, [finding]);
            if let Some(unfixed) = fixed.unfixed.first() {
                mismatches.push(format!("{what}: {}", unfixed.reason));
                continue;
            }
            let after = given.clone().with(fixed.inputs).check();
            if count(&after.report, finding) >= count(&before, finding) {
                mismatches.push(format!("{what}: it is still there:\n{}", after.text));
            }
            if let Some(worse) = fix::worse(&before, &after.report, finding.severity) {
                mismatches.push(format!("{what}: [{}] {}", worse.rule, worse.message));
            }
        }
    }
    assert!(
        rules.len() > ALL.len() / 2,
        "fixes of {} rules only",
        rules.len()
    );
    finish(&mismatches);
}

#[test]
fn all_fixes_together_leave_nothing_worse() {
    let mut mismatches = Vec::new();
    for (case, given) in all() {
        let before = given.check().report;
        let fixed = fix::apply(&given.inputs, &before);
        let Some(least) = fixed
            .fixed
            .iter()
            .map(|(finding, _)| finding.severity)
            .min()
        else {
            continue;
        };
        let after = given.clone().with(fixed.inputs).check().report;
        if let Some(worse) = fix::worse(&before, &after, least) {
            mismatches.push(format!(
                "{}: [{}] {}",
                case.display(),
                worse.rule,
                worse.message
            ));
        }
    }
    finish(&mismatches);
}

#[test]
fn where_nothing_removes_a_finding_the_reason_can_be_read() {
    for (_, given) in all() {
        for finding in given.check().report.iter() {
            let reason = finding.fix.as_ref().err().map(|reason| reason.0);
            for reason in reason.into_iter().chain(finding.choice) {
                assert!(
                    reason.len() > 20 && !reason.ends_with('.'),
                    "{}: {reason}",
                    finding.rule
                );
            }
        }
    }
}
