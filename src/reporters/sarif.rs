//! SARIF 2.1.0, for GitHub code scanning and other tools.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::elsewhere::elsewhere;
use super::reporter::{Reporter, Results};
use crate::check::{self, rules};
use crate::diagnostic::{Diagnostic, Replacement, Severity};
use crate::source::{SourceId, Sources, Span};

pub(super) const REPORTER: Reporter = Reporter {
    name: "sarif",
    about: "SARIF 2.1.0, for code scanning",
    has_edits: true,
    render,
};

/// The file to name if the configuration did not come from a file.
const CONFIG: &str = "spot-config.yaml";

fn render(results: Results<'_>) -> String {
    let sources = results.sources;
    let edits = results.edits.iter().map(Vec::as_slice);
    let edits = edits.chain(std::iter::repeat(&[][..]));
    let found: Vec<Value> = results
        .report
        .iter()
        .zip(edits)
        .map(|(diagnostic, edits)| result(diagnostic, edits, sources))
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

fn result(diagnostic: &Diagnostic, edits: &[Replacement], sources: &Sources) -> Value {
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
    let replacement = diagnostic.replacement.as_slice();
    let edits = if edits.is_empty() { replacement } else { edits };
    if let Some(fix) = fix(diagnostic, edits, sources) {
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

/// All edits as one fix; none if something that it changes is no file.
fn fix(diagnostic: &Diagnostic, edits: &[Replacement], sources: &Sources) -> Option<Value> {
    let mut files: BTreeMap<SourceId, Vec<Value>> = BTreeMap::new();
    for edit in edits {
        let replacement = json!({
            "deletedRegion": region(edit.location, sources),
            "insertedContent": {"text": edit.text},
        });
        let file = files.entry(edit.location.source).or_default();
        file.push(replacement);
    }
    let changes = files.into_iter().map(|(source, replacements)| {
        let artifact = artifact(Span::new(source, 0, 0), sources)?;
        Some(json!({"artifactLocation": artifact, "replacements": replacements}))
    });
    let changes: Vec<Value> = changes.collect::<Option<_>>()?;
    if changes.is_empty() {
        return None;
    }
    let description = match (diagnostic.choice, diagnostic.spoken_replacement(), edits) {
        (Some(other), ..) => format!("one of several ways: {other}"),
        (None, Some(spoken), [_]) => spoken,
        (None, ..) => diagnostic.help.first().cloned().unwrap_or_default(),
    };
    let mut fix = json!({"artifactChanges": changes});
    if !description.is_empty() {
        fix["description"] = json!({"text": description});
    }
    Some(fix)
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
