//! `spotgen check` and `spotgen explain` from outside.

use std::fs;
use std::time::Duration;

use spotgen::check::{self, rules};

use super::golden::root;
use super::library::{Given, golden};
use super::process::{self, spotgen};
use super::sample_size::sample_size;
use super::thread_time::thread_time;

/// Runs it among the golden cases.
#[track_caller]
fn ends(arguments: &[&str], stdin: &str, code: i32, stdout: &str, stderr: &str) {
    let output = spotgen(arguments).in_folder(root()).stdin(stdin).run();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    assert!(out.contains(stdout), "no {stdout:?} in {out}");
    assert!(err.contains(stderr), "no {stderr:?} in {err}");
}

const MINIMAL: [&str; 3] = ["check", "-f", "minimal/spot-config.yaml"];
const BAD: [&str; 3] = ["check", "-f", "rules/glob-like-pattern/bad.yaml"];

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

#[test]
fn findings_are_results() {
    ends(&MINIMAL, "", 0, "no problems (3 infos hidden", "");
    ends(
        &with(&MINIMAL, &["--deny", "warnings"]),
        "",
        0,
        "no problems (3 infos hidden",
        "",
    );
    ends(&BAD, "", 0, "1 warning", "");
    ends(&with(&BAD, &["--deny", "warnings"]), "", 1, "1 warning", "");
    let allowed = with(
        &BAD,
        &["--deny", "warnings", "--allow", "glob-like-pattern"],
    );
    ends(&allowed, "", 0, "infos hidden", "");
    let all = [
        "glob-like-pattern",
        "no-system-pool",
        "notice-outruns-budget",
        "placeholders-keep-nodes",
        "single-spot-pool",
    ];
    let accepted = all.into_iter().fold(golden(BAD[2]), Given::allow);
    assert_eq!(accepted.check().text, "no problems\n");
}

#[test]
fn quiet_hides_warnings_unless_they_fail_the_run() {
    let quiet = with(&BAD, &["--quiet"]);
    let hidden = "no errors (1 warning and 3 infos hidden)\n";
    ends(&quiet, "", 0, hidden, "");
    let denied = with(&quiet, &["--deny", "warnings"]);
    ends(&denied, "", 1, "warning[glob-like-pattern]: ", "");
    ends(
        &denied,
        "",
        1,
        "1 warning (3 infos hidden: --verbose shows them); fix first",
        "",
    );
    ends(
        &with(&MINIMAL, &["-q"]),
        "",
        0,
        "no problems (3 infos hidden)\n",
        "",
    );
}

#[test]
fn a_report_ends_with_the_counts_and_where_to_start() {
    let text = golden(BAD[2]).check().text;
    let last: Vec<&str> = text.lines().rev().take(2).collect();
    let closing =
        "1 warning, 3 infos; fix first: glob-like-pattern (spotgen explain glob-like-pattern)";
    assert_eq!(last, [closing, ""]);
}

#[test]
fn a_key_that_does_not_exist_is_a_mistake_without_a_value_too() {
    let requests = |text: &str| {
        let given = golden(MINIMAL[2]);
        given
            .set(&format!("spec.workloads.web.requests={text}"))
            .check()
    };
    let comma = requests("{cpu: 0,5, memory: 512Mi}");
    comma.fails("unknown key `5`");
    comma.fails("write a decimal with a point, such as `0.5`");
    golden(MINIMAL[2])
        .set("spec.nonsense=null")
        .check()
        .fails("unknown key `nonsense`");
    // What may be there may be left out, and labels have any key.
    let known = golden(MINIMAL[2]).set("spec.descheduler.interval=null");
    known
        .set("spec.commonLabels={team: null}")
        .check()
        .passes("3 infos");
}

#[test]
fn allowances_must_be_known_and_needed() {
    let typo = with(&BAD, &["--allow", "glob-like-patern"]);
    ends(&typo, "", 2, "", "did you mean `glob-like-pattern`?");
    let needless = golden(MINIMAL[2]).allow("glob-like-pattern").check();
    needless.passes("warning[unused-allowance]");
    // Without manifests nobody can say whether it is needed.
    let unknowable = golden(MINIMAL[2]).allow("workload-drift").check();
    unknowable.passes("3 infos\n");
    let typo = golden(BAD[2]).set("spec.check.allow=[{rule: glob-like-patern, reason: none}]");
    typo.check().fails("unknown rule `glob-like-patern`");
    let known = golden(BAD[2]).set("spec.check.allow=[{rule: glob-like-pattern, reason: none}]");
    known.check().passes("3 infos\n");
}

#[test]
fn manifests_come_from_anywhere() {
    let manifest = fs::read_to_string(root().join("rules/two-global-defaults/bad-manifests.yaml"))
        .expect("the case is there");
    let problem = "error[two-global-defaults]";
    ends(&with(&MINIMAL, &["-"]), &manifest, 1, problem, "");
    ends(&with(&MINIMAL, &["--from", "-"]), &manifest, 1, problem, "");
    let file = "rules/two-global-defaults/bad-manifests.yaml";
    ends(&with(&MINIMAL, &[file]), "", 1, problem, "");
    let config = fs::read_to_string(root().join("minimal/spot-config.yaml")).expect("it is there");
    ends(&["check", "-f", "-", file], &config, 1, problem, "");
    ends(
        &["check", "-f", "-", "-"],
        &config,
        2,
        "",
        "stdin can be read only once",
    );
    ends(
        &with(&MINIMAL, &["absent.yaml"]),
        "",
        2,
        "",
        "cannot read absent.yaml",
    );
    ends(&["check", "-f", "-"], "a: [1\n", 2, "not YAML", "");
    ends(&with(&MINIMAL, &["-"]), "a: [1\n", 2, "not YAML", "");
}

/// `render` says what is wrong, and leaves what is only worth knowing to `check`.
#[test]
fn render_stops_at_errors() {
    let bad = ["render", "-f", "rules/deallocated-spot-nodes/bad.yaml"];
    ends(&bad, "", 1, "", "error[deallocated-spot-nodes]");
    assert!(spotgen(bad).in_folder(root()).run().stdout.is_empty());
    ends(
        &with(&bad, &["--no-check"]),
        "",
        0,
        "kind: Deployment",
        "error[deallocated-spot-nodes]",
    );
    let arguments = ["render", "-f", "minimal/spot-config.yaml"];
    let output = spotgen(arguments).in_folder(root()).run();
    assert!(!process::stderr(&output).contains("info["));
}

#[test]
fn everything_can_be_explained() {
    for rule in rules::ALL {
        assert!(rule.page().starts_with(&format!("# {}\n", rule.id)));
    }
    for (id, _) in check::mistakes() {
        let page = check::mistakes_page(id).expect("every mistake has a page");
        assert!(page.starts_with(&format!("# {id}\n")), "{page}");
    }
    for id in ["glob-like-pattern", "manifest"] {
        ends(&["explain", id], "", 0, &format!("# {id}\n"), "");
    }
    ends(&["explain"], "", 0, "unused-allowance", "");
    let levels = "broken-descheduler-policy           error, warning";
    ends(&["explain"], "", 0, levels, "");
    let example = "## Example\n\n```text\nwarning[glob-like-pattern]: ";
    ends(&["explain", "glob-like-pattern"], "", 0, example, "");
    ends(
        &["explain", "spec.nodePools"],
        "",
        0,
        "`capacity` (required)",
        "",
    );
    ends(
        &["explain", "inverted-prioritys"],
        "",
        2,
        "",
        "did you mean `inverted-priorities`?",
    );
    ends(
        &["explain", "spec.nodePols"],
        "",
        2,
        "",
        "did you mean `nodePools`?",
    );
}

/// What can be many is looked at once.
#[test]
fn very_many_workloads_are_checked_in_bounded_time() {
    let one = fs::read_to_string(root().join("rules/regular-label-selected/bad-manifests.yaml"))
        .expect("the case is there");
    let mut many = String::new();
    for number in 0..sample_size(200, 1_000) {
        let name = format!("name: web{number}\n");
        many.push_str("---\n");
        let label = format!("app: web{number}");
        many.push_str(
            &one.replace("name: web\n", &name)
                .replace("app: web", &label),
        );
    }
    let given = golden("minimal/spot-config.yaml")
        .set("spec.classRules=[{match: {}, class: default}]")
        .set("spec.workloads=null")
        .manifests(&many);
    let started = thread_time();
    given.check().fails(" errors, ");
    let took = thread_time().saturating_sub(started);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

/// They are mended by one edit.
#[test]
fn two_requests_that_differ_are_one_finding() {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: 3\n  \
                    selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: \
                    [{name: web, image: w:1, resources: {requests: {cpu: '1', memory: 1Gi}}}]}\n";
    let checked = golden(MINIMAL[2]).manifests(manifest).check();
    checked.fails(
        "is `cpu 500m, memory 512Mi` in the configuration but `cpu 1, memory 1Gi` in its manifest",
    );
    assert_eq!(checked.text.matches("[workload-drift]").count(), 1);
}
