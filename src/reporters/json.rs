//! One JSON object. `version` changes when a key is removed or changes its meaning; keys may be added at any time.

use serde_json::{Value, json};

use super::reporter::{Reporter, Results};
use crate::diagnostic::{Diagnostic, Fix, Replacement, Severity};
use crate::source::{Sources, Span};

pub(super) const REPORTER: Reporter = Reporter {
    name: "json",
    about: "One JSON object, as described in docs/check.md",
    has_edits: true,
    render,
};

/// The version of the format.
const VERSION: u32 = 1;

fn render(results: Results<'_>) -> String {
    let Results {
        report,
        numbers,
        sources,
        edits,
        ..
    } = results;
    let edits = edits.iter().map(Vec::as_slice);
    let edits = edits.chain(std::iter::repeat(&[][..]));
    let findings: Vec<Value> = report
        .iter()
        .zip(edits)
        .map(|(diagnostic, edits)| finding(diagnostic, edits, sources))
        .collect();
    let mut whole = json!({
        "version": VERSION,
        "findings": findings,
        "counts": {
            "error": report.count(Severity::Error),
            "warning": report.count(Severity::Warning),
            "info": report.count(Severity::Info),
        },
    });
    if let Some(numbers) = numbers {
        whole["numbers"] = json!(numbers);
    }
    let mut text = serde_json::to_string_pretty(&whole).expect("it is plain JSON");
    text.push('\n');
    text
}

fn finding(diagnostic: &Diagnostic, edits: &[Replacement], sources: &Sources) -> Value {
    let mut finding = json!({
        "rule": diagnostic.rule,
        "level": diagnostic.severity.as_str(),
        "message": diagnostic.message,
    });
    if let Some(span) = diagnostic.location {
        finding["place"] = location(span, sources);
    }
    if let Some(pointer) = &diagnostic.pointer {
        finding["pointer"] = json!(pointer.to_string());
    }
    if let Some(label) = &diagnostic.label {
        finding["label"] = json!(label);
    }
    let related = diagnostic.related.iter().map(|(span, what)| {
        let mut related = location(*span, sources);
        related["message"] = json!(what);
        related
    });
    finding["related"] = related.collect();
    finding["help"] = json!(diagnostic.help);
    if let Some(fix) = &diagnostic.replacement {
        finding["fix"] = location(fix.location, sources);
        finding["fix"]["text"] = json!(fix.text);
    }
    if !edits.is_empty() {
        let edits = edits.iter().map(|edit| {
            let mut place = location(edit.location, sources);
            place["text"] = json!(edit.text);
            place
        });
        finding["edits"] = edits.collect();
    }
    if let Ok(Fix::Command(command)) = &diagnostic.fix {
        finding["command"] = json!(command);
    }
    if let Some(other) = diagnostic.choice {
        finding["choice"] = json!(other);
    }
    finding
}

/// Lines and columns start at 1; columns count characters, and the end is one past the last character.
fn location(span: Span, sources: &Sources) -> Value {
    let (start, end) = (sources.position(span), sources.end(span));
    json!({
        "file": sources.get(span.source).name,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}
