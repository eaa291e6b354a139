//! Every reporter has a golden in every case, valid or not, that comes to a report.

use serde_json::Value;
use spotgen::check::Detail;
use spotgen::diagnostic::Report;
use spotgen::fix;
use spotgen::load::Inputs;
use spotgen::reporters::{ALL, Reporter, Results, Style};

use super::case::{self, Read};
use super::{cases, compare, finish, root};

/// What `check` finds.
fn report(read: &Read) -> Report {
    match spotgen::plan(&read.inputs, read.manifests.as_deref()) {
        Ok(planned) => planned.check(&[], Detail::ALL),
        Err(mut report) => {
            report.sort();
            report
        }
    }
}

fn written(reporter: &Reporter, report: &Report, inputs: &Inputs) -> String {
    let edits = reporter
        .has_edits
        .then(|| fix::replacements(inputs, report));
    let text = (reporter.render)(Results {
        report,
        edits: edits.as_deref().unwrap_or_default(),
        numbers: None,
        sources: &inputs.sources,
        style: Style::PLAIN,
    });
    match reporter.name {
        "sarif" => without_rules(&text),
        _ => text,
    }
}

/// All rules with their pages are the same in every log, and would be ten megabytes here; with the numbers of the rules
/// in that list each new rule would change every log. `reporters::sarif_is_whole` looks at both.
fn without_rules(log: &str) -> String {
    let mut log: Value = serde_json::from_str(log).expect("SARIF is JSON");
    let run = log["runs"][0].as_object_mut().expect("there is a run");
    run.remove("tool").expect("it names its tool");
    let results = run["results"].as_array_mut().expect("there are results");
    for result in results {
        let result = result.as_object_mut().expect("a result");
        result.remove("ruleIndex").expect("it is of a rule");
    }
    serde_json::to_string_pretty(&log).expect("data is JSON") + "\n"
}

/// The golden of what a reporter writes.
fn golden(folder: &str, reporter: &Reporter) -> String {
    match (folder, reporter.name) {
        ("real", "text") => "report.txt".to_owned(),
        (_, "text") => "check.txt".to_owned(),
        (_, name) => format!("check.{name}"),
    }
}

#[test]
fn every_reporter_gives_the_golden_report_of_every_case() {
    let mut mismatches = Vec::new();
    for folder in ["", "invalid", "real"] {
        for case in cases(&root().join(folder)) {
            let Some(read) = case::read(&case, &[]) else {
                assert_eq!(folder, "invalid", "{} cannot be read", case.display());
                continue;
            };
            let report = report(&read);
            for reporter in ALL {
                let text = written(reporter, &report, &read.inputs);
                let path = case.join(golden(folder, reporter));
                compare(&path, &text, &mut mismatches);
            }
        }
    }
    finish(&mismatches);
}
