//! Findings as rustc shows them: the line, a caret under the word, the way out.

use std::borrow::Cow;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::reporter::{Reporter, Results};
use crate::check::figures;
use crate::diagnostic::{Diagnostic, Failure, Report, Severity};
use crate::source::{Sources, Span};

pub(super) const REPORTER: Reporter = Reporter {
    name: "text",
    about: "For people: the line, a caret, the way out",
    render: results,
};

/// Lines longer than this are cut around the place, so that a caret stays in sight.
const MAX_LINE: usize = 400;

/// Messages quote what a user wrote; of very long text the beginning is enough to find it.
const MAX_MESSAGE: usize = 600;

/// The whole report, sorted by place, with a closing count.
pub fn render(report: &Report, sources: &Sources, colour: bool) -> String {
    let mut out = findings(report, sources, colour);
    out.push_str(&summary(report));
    out
}

fn findings(report: &Report, sources: &Sources, colour: bool) -> String {
    let renderer = renderer(colour);
    let mut out = String::new();
    for diagnostic in report.iter() {
        out.push_str(&renderer.render(&[group(diagnostic, sources)]));
        out.push_str("\n\n");
    }
    out
}

/// The report, and the numbers before the closing count.
fn results(results: Results<'_>) -> String {
    let mut out = findings(results.report, results.sources, results.colour);
    if let Some(numbers) = results.numbers {
        out.push_str(&figures::table(numbers));
    }
    out.push_str(&summary(results.report));
    out
}

/// Why nothing could be done.
pub fn render_failure(failure: &Failure, colour: bool) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(failure.message.clone()));
    if let Some(help) = &failure.help {
        group = group.element(Level::HELP.message(help.clone()));
    }
    let mut out = renderer(colour).render(&[group]);
    out.push('\n');
    out
}

/// Something to know that is not wrong.
pub fn render_note(message: &str, next: Option<&str>, colour: bool) -> String {
    let mut group = Group::with_title(Level::NOTE.primary_title(message.to_owned()));
    if let Some(next) = next {
        group = group.element(Level::HELP.message(next.to_owned()));
    }
    let mut out = renderer(colour).render(&[group]);
    out.push('\n');
    out
}

fn renderer(colour: bool) -> Renderer {
    if colour {
        Renderer::styled().decor_style(DecorStyle::Unicode)
    } else {
        Renderer::plain()
    }
}

/// `2 errors, 1 warning`.
pub(super) fn summary(report: &Report) -> String {
    if report.is_empty() {
        return "no findings\n".to_owned();
    }
    let said: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|severity| (report.count(severity), severity.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }))
        .collect();
    format!("{}\n", said.join(", "))
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = Group::with_title(
        level
            .primary_title(shortened(&diagnostic.message))
            .id(diagnostic.rule),
    );
    if let Some(location) = diagnostic.location {
        let label = diagnostic.label.as_deref();
        group = show(group, sources, location, AnnotationKind::Primary, label);
    }
    for (location, what) in &diagnostic.related {
        group = show(
            group,
            sources,
            *location,
            AnnotationKind::Context,
            Some(what),
        );
    }
    let fix = diagnostic.replacement.as_ref();
    let fix = fix.map(|fix| Level::HELP.message(format!("write `{}`", shortened(&fix.text))));
    let help = diagnostic.help.iter();
    group.elements(
        fix.into_iter()
            .chain(help.map(|help| Level::HELP.message(shortened(help)))),
    )
}

fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_MESSAGE {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!(
        "{}…",
        &text[..text.floor_char_boundary(MAX_MESSAGE)]
    ))
}

/// Adds the first line of a place, with the place marked in it.
///
/// Only that line is handed to the renderer: it scans what it is given from the start, and configurations are long.
fn show<'a>(
    group: Group<'a>,
    sources: &'a Sources,
    location: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Group<'a> {
    let source = sources.get(location.source);
    let text = &source.text;
    let start = text.floor_char_boundary(location.start as usize);
    // No further than a line is shown: all of it may stand in a single line, and each finding would walk through it.
    let before = text.floor_char_boundary(start.saturating_sub(MAX_LINE));
    let from = match text[before..start].rfind('\n') {
        Some(newline) => before + newline + 1,
        None if before == 0 => 0,
        None => text.floor_char_boundary(start - MAX_LINE / 2),
    };
    let after = text.floor_char_boundary(start + MAX_LINE);
    let to = text[start..after]
        .find('\n')
        .map_or(after, |newline| start + newline);
    let end = text
        .floor_char_boundary(location.end as usize)
        .clamp(start, to);
    let position = sources.position(location);
    let snippet = Snippet::source(text[from..to].trim_end_matches('\r'))
        .line_start(position.line)
        .annotation(kind.span(start - from..end - from).label(label));
    let path = source.name.as_str();
    let is_cut = from > 0 && !text[..from].ends_with('\n');
    if is_cut {
        // The renderer counts columns in what it is given.
        let origin = Origin::path(path)
            .line(position.line)
            .char_column(position.column);
        group.element(origin).element(snippet)
    } else {
        group.element(snippet.path(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_far_along_its_line_has_the_column_that_it_has() {
        let line = format!("a: {}b{}", "ü".repeat(3_000), "c".repeat(3_000));
        let mut sources = Sources::default();
        let id = sources.add("x.yaml", format!("# first\n{line}\n"));
        let at = line.find('b').expect("it is there") + "# first\n".len();
        let location = Span::new(id, at, at + 1);
        let report = Report::from(
            Diagnostic::error("config", "wrong")
                .at(location)
                .label("here"),
        );
        let text = render(&report, &sources, false);
        assert!(text.contains("--> x.yaml:2:3004\n"), "{text}");
        let shown = text
            .lines()
            .find(|line| line.contains("üb"))
            .expect("the line");
        let caret = text
            .lines()
            .find(|line| line.contains('^'))
            .expect("a caret");
        let column = |line: &str, mark: char| line.chars().position(|char| char == mark);
        assert_eq!(column(shown, 'b'), column(caret, '^'), "{text}");
        assert!(text.len() < 2_000);
    }
}
