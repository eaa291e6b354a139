//! What a finding says removes it does remove it: written into the files, the finding is gone, and nothing as bad has come.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use spotgen::check::rules::ALL;
use spotgen::diagnostic::{Diagnostic, Fix, Report, Severity};
use spotgen::fix::{self, Fixed};
use spotgen::load::Inputs;
use spotgen::source::Span;

use super::golden::{cases, finish, root};
use super::library::{self, Given};

/// Something to fix, with what is found in it.
struct Case {
    path: PathBuf,
    given: Given,
    before: Report,
}

/// The bad case of every rule, and configurations that somebody has really used.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let rules = ALL.iter().map(|rule| root().join("rules").join(rule.id));
    let real = cases(&root().join("real"));
    let all = rules.chain(real).map(|path| {
        let given = given(&path);
        let before = given.check().report;
        Case {
            path,
            given,
            before,
        }
    });
    all.collect()
});

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
fn is_of_files(finding: &Diagnostic) -> bool {
    matches!(finding.fix, Ok(Fix::Config(_) | Fix::Manifest(_)))
}

/// The places that two reports have findings of a rule at.
fn count(report: &Report, finding: &Diagnostic) -> usize {
    let found = report.iter().filter(|found| found.rule == finding.rule);
    found.count()
}

/// What is done about the findings of each rule, in a cell of a table.
pub(crate) fn summaries() -> BTreeMap<&'static str, String> {
    let mut ways: BTreeMap<&str, [BTreeSet<String>; 3]> = BTreeMap::new();
    for case in CASES.iter() {
        for finding in case.before.iter() {
            let [fixes, choices, none] = ways.entry(finding.rule).or_default();
            let fix = match &finding.fix {
                Ok(Fix::Config(_)) => "configuration",
                Ok(Fix::Manifest(_)) => "manifest",
                Ok(Fix::Command(_)) => "command",
                Err(reason) => {
                    none.insert(reason.0.to_owned());
                    continue;
                }
            };
            match finding.choice {
                None => fixes.insert(fix.to_owned()),
                Some(other) => choices.insert(format!("{fix}, as a choice: {other}")),
            };
        }
    }
    let summaries = ways.into_iter().map(|(rule, [fixes, choices, none])| {
        let fixes: Vec<String> = fixes.into_iter().collect();
        let fixes = (!fixes.is_empty()).then(|| fixes.join(", "));
        let none = none.into_iter().map(|reason| format!("none: {reason}"));
        let all: Vec<String> = fixes.into_iter().chain(choices).chain(none).collect();
        (rule, all.join("; "))
    });
    summaries.collect()
}

#[test]
fn what_removes_a_finding_removes_it() {
    let mut mismatches = Vec::new();
    let mut rules = BTreeSet::new();
    for Case {
        path,
        given,
        before,
    } in CASES.iter()
    {
        let name = path
            .strip_prefix(root())
            .expect("it is in golden")
            .display();
        for finding in before.iter().filter(|finding| is_of_files(finding)) {
            rules.insert(finding.rule);
            let what = format!(
                "{name}: [{}] {}: {:?}",
                finding.rule, finding.message, finding.fix
            );
            let fixed = fixed(given, [finding]);
            if let Some(unfixed) = fixed.unfixed.first() {
                mismatches.push(format!("{what}: {}", unfixed.reason));
                continue;
            }
            let after = given.clone().with(fixed.inputs).check();
            if count(&after.report, finding) >= count(before, finding) {
                mismatches.push(format!("{what}: it is still there:\n{}", after.text));
            }
            if let Some(worse) = fix::worse(before, &after.report, finding.severity) {
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
    for Case {
        path,
        given,
        before,
    } in CASES.iter()
    {
        let fixed = fix::apply(&given.inputs, before);
        let Some(least) = fixed.fixed.iter().map(|done| done.finding.severity).min() else {
            continue;
        };
        let after = given.clone().with(fixed.inputs).check().report;
        if let Some(worse) = fix::worse(before, &after, least.max(Severity::Warning)) {
            mismatches.push(format!(
                "{}: [{}] {}",
                path.display(),
                worse.rule,
                worse.message
            ));
        }
    }
    finish(&mismatches);
}

#[test]
fn where_nothing_removes_a_finding_the_reason_can_be_read() {
    for case in CASES.iter() {
        for finding in case.before.iter() {
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

/// A second run would change nothing.
#[test]
fn what_is_fixed_stays_as_it_is() {
    let mut mismatches = Vec::new();
    for case in CASES.iter() {
        let check = |inputs: &Inputs| case.given.clone().with(inputs.clone()).check().report;
        let once = fix::settle(&case.given.inputs, &case.before, check);
        let after = check(&once.inputs);
        let twice = fix::settle(&once.inputs, &after, check);
        if texts(&once.inputs) != texts(&twice.inputs) {
            let again = twice.fixed.iter().map(|done| done.finding.rule);
            let again: Vec<&str> = again.collect();
            mismatches.push(format!("{}: {}", case.path.display(), again.join(", ")));
        }
    }
    finish(&mismatches);
}

fn texts(inputs: &Inputs) -> Vec<&str> {
    let sources = inputs.sources.iter();
    sources.map(|(_, source)| source.text.as_str()).collect()
}

/// What JSON and SARIF carry is what `--fix` writes.
#[test]
fn edits_of_reports_come_to_the_same() {
    let mut mismatches = Vec::new();
    let mut tried = 0;
    for case in CASES.iter() {
        let inputs = &case.given.inputs;
        let all = fix::replacements(inputs, &case.before);
        for (finding, edits) in case.before.iter().zip(all) {
            let fixed = fixed(&case.given, [finding]);
            let mut own = inputs.clone();
            tried += edits.len();
            // From the end, so that the positions of the others stay valid.
            for edit in edits.iter().rev() {
                let source = edit.location.source;
                let mut text = own.sources.get(source).text.clone();
                let range = edit.location.start as usize..edit.location.end as usize;
                text.replace_range(range, &edit.text);
                own.sources.replace(source, text);
            }
            if texts(&own) != texts(&fixed.inputs) {
                mismatches.push(format!("{}: {edits:?}", case.path.display()));
            }
        }
    }
    assert!(tried > ALL.len() / 2, "only {tried} edits");
    finish(&mismatches);
}

/// Of what a manifest has, its own fields are named, unless the configuration is what has to change.
#[test]
fn helps_speak_of_what_is_there() {
    let keys = Regex::new(
        r"`(spec\.)?(autoscaler|cluster|classRules|classes|descheduler|monitoring|nodePools|overprovisioner|proportionalAutoscaler|terminationHandler|workloads)[.:]",
    );
    let keys = keys.expect("it is a pattern");
    let mut mismatches = Vec::new();
    for case in CASES.iter() {
        let is_config = |span: Span| case.given.inputs.files.contains(&span.source);
        for finding in case.before.iter() {
            let is_of_manifest = finding.location.is_some_and(|span| !is_config(span))
                || finding
                    .related
                    .iter()
                    .any(|(_, what)| what.contains("what this manifest installs"));
            let is_of_config = matches!(finding.fix, Ok(Fix::Config(_)));
            let mut helps = finding.help.iter();
            if is_of_manifest && !is_of_config && helps.any(|help| keys.is_match(help)) {
                mismatches.push(format!("{}: {finding:?}", case.path.display()));
            }
        }
    }
    finish(&mismatches);
}

const POOLS: &str = "\
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
";

#[test]
fn an_empty_selector_is_not_fixed_silently() {
    let budget = |selector: &str| {
        format!(
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {{name: all, namespace: shop}}\nspec:\n  \
             maxUnavailable: 1{selector}\n"
        )
    };
    for (selector, is_choice) in [
        ("\n  selector: {}", true),
        ("\n  selector: {matchLabels: {}}", true),
        ("", false),
        ("\n  selector: null", false),
        ("\n  selector: {matchLabels: {app: web}}", false),
    ] {
        let given = library::config(POOLS).manifests(&budget(selector));
        let report = given.check().report;
        let mut found = report.iter();
        let found = found.find(|found| found.rule == "removed-budget-api");
        let found = found.expect("it is found");
        assert!(found.fix.is_ok(), "{selector}");
        assert_eq!(found.choice.is_some(), is_choice, "{selector}");
    }
}
