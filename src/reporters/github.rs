//! Workflow commands, which GitHub shows next to the lines of a pull request.
//!
//! Source: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>; what is escaped:
//! actions/toolkit `packages/core/src/command.ts`, `escapeData` and `escapeProperty`.

use std::fmt::Write as _;

use super::elsewhere::elsewhere;
use super::numbers;
use super::reporter::{Reporter, Results};
use super::text;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

pub(super) const REPORTER: Reporter = Reporter {
    name: "github",
    about: "Annotations for GitHub Actions",
    has_edits: false,
    render,
};

fn render(results: Results<'_>) -> String {
    let mut out = String::new();
    for diagnostic in results.report.iter() {
        annotation(&mut out, diagnostic, results.sources);
    }
    if let Some(numbers) = results.numbers {
        out.push_str(&numbers::table(numbers, results.style));
    }
    out.push_str(&text::summary(results.report, results.style));
    out
}

fn annotation(out: &mut String, diagnostic: &Diagnostic, sources: &Sources) {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let _ = write!(out, "::{command} ");
    let in_file = diagnostic
        .location
        .filter(|location| sources.get(location.source).is_file());
    if let Some(location) = in_file {
        let (start, end) = (sources.position(location), sources.end(location));
        // GitHub does not resolve the path `./spot-config.yaml`.
        let name = sources.get(location.source).name.as_str();
        let file = property(name.strip_prefix("./").unwrap_or(name));
        let _ = write!(out, "file={file},line={},col={}", start.line, start.column);
        // GitHub rejects columns for an annotation over several lines.
        if start.line == end.line {
            let _ = write!(out, ",endColumn={}", end.column);
        }
        out.push(',');
    }
    let mut message = diagnostic.message.clone();
    if let Some(location) = elsewhere(diagnostic, sources) {
        let _ = write!(message, "\n{location}");
    }
    if let Some(fix) = diagnostic.spoken_replacement() {
        let _ = write!(message, "\n{fix}");
    }
    for help in &diagnostic.help {
        let _ = write!(message, "\n{help}");
    }
    let _ = writeln!(
        out,
        "title={}::{}",
        property(diagnostic.rule),
        data(&message)
    );
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_early_is_escaped() {
        assert_eq!(data("50%\r\nof a: b, c"), "50%25%0D%0Aof a: b, c");
        assert_eq!(property("C:\\a,b.yaml"), "C%3A\\a%2Cb.yaml");
    }
}
