//! One JSON object. `version` changes when a key is removed or changes its meaning; keys may be added at any time.

use serde_json::{Value, json};

use super::reporter::{Reporter, Results};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Sources, Span};

pub(super) const REPORTER: Reporter = Reporter {
    name: "json",
    about: "One JSON object, as described in docs/check.md",
    render,
};

/// The version of the format.
const VERSION: u32 = 1;

fn render(results: Results<'_>) -> String {
    let Results {
        report,
        numbers,
        sources,
        ..
    } = results;
    let findings: Vec<Value> = report
        .iter()
        .map(|diagnostic| finding(diagnostic, sources))
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

fn finding(diagnostic: &Diagnostic, sources: &Sources) -> Value {
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
