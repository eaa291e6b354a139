//! What a finding says removes it does remove it: written into the files, the finding is gone, and nothing as bad has come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use spotgen::check::rules::ALL;
use spotgen::diagnostic::{Diagnostic, Fix, Report, Severity};
use spotgen::fix::{self, Fixed};

use super::golden::{cases, finish, root};
use super::library::{self, Given};
use super::process::spotgen;

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

/// A configuration with a comment on every line that a fix touches.
const CONFIG: &str = "\
# kept
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}  # cheap
    - name: regular1
      capacity: OnDemand   # steady
      vmSize: Standard_D4s_v5
      nodes: {min: 1, max: 10}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}
  autoscaler:
    expander: least-waste  # as before
";

/// A folder with the configuration in it, and what `check --fix` says there.
fn fix_in(files: &[(&str, &str)], arguments: &[&str]) -> (tempfile::TempDir, std::process::Output) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let output = spotgen(["check", "--fix"]).args(arguments);
    let output = output.in_folder(folder.path()).run();
    (folder, output)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_file_is_fixed_and_every_other_byte_stays() {
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let fixed = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(fixed, CONFIG.replace("least-waste", "priority"), "{said}");
    assert!(said.contains("spot-config.yaml:16:15: fixed: "), "{said}");
    assert!(said.contains("[expander-not-priority]"), "{said}");
    assert!(!text(&output.stdout).contains("expander-not-priority"));
}

#[test]
fn a_diff_is_shown_and_nothing_written() {
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &["--diff"]);
    let diff = text(&output.stdout);
    assert!(
        diff.starts_with("--- spot-config.yaml\n+++ spot-config.yaml\n@@"),
        "{diff}"
    );
    assert!(
        diff.contains("-    expander: least-waste  # as before\n"),
        "{diff}"
    );
    assert!(
        diff.contains("+    expander: priority  # as before\n"),
        "{diff}"
    );
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
}

/// A policy in a block of text, with another key behind it.
#[test]
fn text_in_a_manifest_is_fixed_where_it_stands() {
    const POLICY: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: descheduler, namespace: kube-system}
data:
  policy.yaml: |
    apiVersion: descheduler/v1alpha2
    kind: DeschedulerPolicy
    maxNoOfPodsToEvictTotal: 2
    profiles:
      - name: back
        pluginConfig:
          - name: DefaultEvictor
            args:
              nodeFit: true  # only where there is room
              nodeSelector: kubernetes.azure.com/scalesetpriority=spot
          - name: RemovePodsViolatingNodeAffinity
            args:
              nodeAffinityType: [preferredDuringSchedulingIgnoredDuringExecution]
              namespaces: {include: [shop]}
        plugins:
          deschedule:
            enabled: [RemovePodsViolatingNodeAffinity]
  other: x
";
    let files = [("spot-config.yaml", CONFIG), ("policy.yaml", POLICY)];
    let (folder, output) = fix_in(&files, &["policy.yaml"]);
    let said = text(&output.stderr);
    let fixed = fs::read_to_string(folder.path().join("policy.yaml")).expect("it is there");
    let evictor = "nodeSelector: kubernetes.azure.com/scalesetpriority=spot\n";
    let rested = format!("{evictor}              minPodAge: 10m\n");
    assert_eq!(fixed, POLICY.replace(evictor, &rested), "{said}");
}

#[test]
fn an_edit_goes_to_the_file_that_has_the_place() {
    let over = "spec:\n  autoscaler: {expander: random}\n";
    let files = [("base.yaml", CONFIG), ("over.yaml", over)];
    let arguments = ["-f", "base.yaml", "-f", "over.yaml"];
    let (folder, output) = fix_in(&files, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    assert_eq!(read("base.yaml"), CONFIG);
    assert_eq!(read("over.yaml"), over.replace("random", "priority"));
}

#[test]
fn what_an_argument_says_is_not_fixed() {
    let set = ["--set", "spec.autoscaler.expander=random"];
    let (folder, output) = fix_in(&[("spot-config.yaml", CONFIG)], &set);
    let said = text(&output.stderr);
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
    assert!(
        said.contains("not fixed: `--set spec.autoscaler.expander=random` overrides"),
        "{said}"
    );
}

#[test]
fn an_accepted_rule_is_not_fixed() {
    let allow = ["--allow", "expander-not-priority"];
    let (folder, _) = fix_in(&[("spot-config.yaml", CONFIG)], &allow);
    let left = fs::read_to_string(folder.path().join("spot-config.yaml")).expect("it is there");
    assert_eq!(left, CONFIG);
}

#[test]
fn stdin_cannot_be_fixed() {
    let output = spotgen(["check", "--fix", "-f", "-"]).stdin(CONFIG).run();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("stdin cannot be fixed"));
}
