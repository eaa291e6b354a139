//! SARIF 2.1.0, for GitHub code scanning and other tools.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::elsewhere::elsewhere;
use super::reporter::{Reporter, Results};
use crate::check::{self, rules};
use crate::diagnostic::{Diagnostic, Replacement, Severity};
use crate::source::{Sources, Span};

pub(super) const REPORTER: Reporter = Reporter {
    name: "sarif",
    about: "SARIF 2.1.0, for code scanning",
    render,
};

/// The file to name if the configuration did not come from a file.
const CONFIG: &str = "spot-config.yaml";

fn render(results: Results<'_>) -> String {
    let sources = results.sources;
    let found: Vec<Value> = results
        .report
        .iter()
        .map(|diagnostic| result(diagnostic, sources))
        .collect();
    let mut run = json!({
        "tool": {"driver": {
            "name": "spotgen",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": descriptors(),
        }},
        "columnKind": "unicodeCodePoints",
        "results": found,
    });
    if let Some(numbers) = results.numbers {
        run["properties"] = json!({"numbers": numbers});
    }
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("it is plain JSON");
    text.push('\n');
    text
}

/// All rules, followed by the kinds of mistakes in the input.
fn descriptors() -> Vec<Value> {
    let rules = rules::ALL.iter().map(|rule| {
        json!({
            "id": rule.id,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.harm.split("\n\n").next()},
            "help": {"text": rule.remedy, "markdown": rule.page()},
            "defaultConfiguration": {"level": level(rule.level())},
        })
    });
    let mistakes = check::mistakes().map(|(id, summary)| {
        json!({
            "id": id,
            "shortDescription": {"text": summary},
            "defaultConfiguration": {"level": "error"},
        })
    });
    rules.chain(mistakes).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let ids = rules::ALL.iter().map(|rule| rule.id);
    let index = ids
        .chain(check::mistakes().map(|(id, _)| id))
        .position(|id| id == diagnostic.rule);
    let mut message = diagnostic.message.clone();
    if let Some(location) = elsewhere(diagnostic, sources) {
        let _ = write!(message, "\n{location}");
    }
    for help in &diagnostic.help {
        let _ = write!(message, "\n{help}");
    }
    let mut result = json!({
        "ruleId": diagnostic.rule,
        "level": level(diagnostic.severity),
        "message": {"text": message},
        "locations": [location(diagnostic, sources)],
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .filter_map(|(span, what)| {
            let mut location = json!({"physicalLocation": physical(*span, sources)?});
            location["message"] = json!({"text": what});
            Some(location)
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(fix) = diagnostic
        .replacement
        .as_ref()
        .and_then(|fix| change(fix, sources))
    {
        result["fixes"] = json!([fix]);
    }
    result
}

/// The location of a result. One outside files is reported at the first line of the configuration, since GitHub rejects
/// a whole report if one result has no location. Source: github/codeql-action#1738.
fn location(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let physical = diagnostic.location.and_then(|span| physical(span, sources));
    let physical = physical.unwrap_or_else(|| {
        let mut files = sources.iter().filter(|(_, source)| source.is_file());
        let name = files
            .next()
            .map_or(CONFIG, |(_, source)| source.name.as_str());
        json!({"artifactLocation": {"uri": uri(name)}, "region": {"startLine": 1}})
    });
    let mut location = json!({"physicalLocation": physical});
    if let Some(pointer) = &diagnostic.pointer {
        location["logicalLocations"] =
            json!([{"fullyQualifiedName": pointer.to_string(), "kind": "member"}]);
    }
    location
}

/// `None` for input that is not a file: stdin, an argument.
fn physical(span: Span, sources: &Sources) -> Option<Value> {
    let artifact = artifact(span, sources)?;
    Some(json!({"artifactLocation": artifact, "region": region(span, sources)}))
}

fn artifact(span: Span, sources: &Sources) -> Option<Value> {
    let source = sources.get(span.source);
    source.is_file().then(|| json!({"uri": uri(&source.name)}))
}

fn region(span: Span, sources: &Sources) -> Value {
    let (start, end) = (sources.position(span), sources.end(span));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn change(fix: &Replacement, sources: &Sources) -> Option<Value> {
    Some(json!({
        "description": {"text": format!("write {}", fix.text)},
        "artifactChanges": [{
            "artifactLocation": artifact(fix.location, sources)?,
            "replacements": [{
                "deletedRegion": region(fix.location, sources),
                "insertedContent": {"text": fix.text},
            }],
        }],
    }))
}

/// A path as a reference to a URI (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::new();
    let path = path.replace('\\', "/");
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a/b c.yaml"), "a/b%20c.yaml");
        assert_eq!(uri("/srv/ü%.yaml"), "file:///srv/%C3%BC%25.yaml");
        assert_eq!(uri("a:b.yaml"), "a%3Ab.yaml");
    }
}
