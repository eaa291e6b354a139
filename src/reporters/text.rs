//! Findings in the style of rustc: the line, a caret under the word, and the fix.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::drawn::{self, Told};
use super::excerpt::Excerpt;
use super::numbers;
use super::reporter::{Reporter, Results};
use super::style::{Style, Verbosity};
use crate::check::rules;
use crate::diagnostic::{Diagnostic, Failure, Report, Severity};
use crate::source::{Sources, Span};
use crate::values::wrap;

pub(super) const REPORTER: Reporter = Reporter {
    name: "text",
    about: "For people: the line, a caret and the fix",
    has_edits: false,
    render: results,
};

/// Messages quote user input; the beginning of a very long text is enough to find it.
const MAX_MESSAGE: usize = 600;

/// What is to be shown of a report, the worst last, with a closing count.
pub fn render(report: &Report, sources: &Sources, style: Style) -> String {
    let mut out = findings(report, sources, style);
    out.push_str(&uncovered(report, style));
    out.push_str(&summary(report, style));
    out
}

/// Which workloads nobody has judged, where that is among the infos that are only counted: a run that passes must not look
/// as if it had covered them.
fn uncovered(report: &Report, style: Style) -> String {
    if style.verbosity != Verbosity::Normal {
        return String::new();
    }
    let infos = report
        .iter()
        .filter(|own| own.rule == rules::UNLISTED && own.severity == Severity::Info);
    infos
        .map(|own| titled((Level::NOTE, "note"), &own.message, None, style))
        .collect()
}

/// The worst come last, nearest to the prompt.
fn findings(report: &Report, sources: &Sources, style: Style) -> String {
    let renderer = renderer(style);
    let mut out = String::new();
    for severity in [Severity::Info, Severity::Warning, Severity::Error] {
        if severity < style.verbosity.least() {
            continue;
        }
        for diagnostic in report.iter().filter(|own| own.severity == severity) {
            finding(diagnostic, sources, style, &renderer, &mut out);
            out.push_str("\n\n");
        }
    }
    out
}

fn finding(
    diagnostic: &Diagnostic,
    sources: &Sources,
    style: Style,
    renderer: &Renderer,
    out: &mut String,
) {
    let helps = helps_of(diagnostic);
    let told = Told {
        title: &shortened(&diagnostic.message),
        helps: &helps,
    };
    let is_for_a_file = !style.color && style.width.is_none();
    if !is_for_a_file || !drawn::draw(diagnostic, &told, sources, out) {
        out.push_str(&renderer.render(&[group(diagnostic, &told, sources, style)]));
    }
}

/// What to do, as far as it is shown.
fn helps_of(diagnostic: &Diagnostic) -> Vec<String> {
    let fix = diagnostic.spoken_replacement();
    let fix = fix.map(|fix| shortened(&fix).into_owned());
    let helps = diagnostic.help.iter();
    let helps = helps.map(|help| shortened(help).into_owned());
    fix.into_iter().chain(helps).collect()
}

/// The report, with the figures before the final count.
fn results(results: Results<'_>) -> String {
    let mut out = findings(results.report, results.sources, results.style);
    if let Some(numbers) = results.numbers {
        out.push_str(&numbers::table(numbers, results.style));
    }
    out.push_str(&uncovered(results.report, results.style));
    out.push_str(&summary(results.report, results.style));
    out
}

/// Why nothing could be done.
pub fn render_failure(failure: &Failure, style: Style) -> String {
    titled(
        (Level::ERROR, "error"),
        &failure.message,
        failure.help.as_deref(),
        style,
    )
}

/// Something to know that is not wrong.
pub fn render_note(message: &str, next: Option<&str>, style: Style) -> String {
    titled((Level::NOTE, "note"), message, next, style)
}

/// Lines, each as wide as the terminal.
pub fn render_lines(lines: &str, style: Style) -> String {
    let Some(width) = style.width else {
        return lines.to_owned();
    };
    let each = lines.lines();
    each.map(|line| wrap::wrapped(line, width, 0, CONTINUED) + "\n")
        .collect()
}

/// The indent of what goes on in the next line.
const CONTINUED: usize = 4;

/// `word` is what the title begins with.
fn titled(
    (level, word): (Level<'static>, &str),
    message: &str,
    help: Option<&str>,
    style: Style,
) -> String {
    let message = wrapped(message, word.len() + ": ".len(), style);
    let mut group = Group::with_title(level.primary_title(message));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(wrapped(help, HELP, style)));
    }
    let mut out = renderer(style).render(&[group]);
    out.push('\n');
    out
}

/// The columns of `   = help: `, in a file of up to 999 lines.
const HELP: usize = 12;

/// A text as wide as the terminal, behind as many columns of something else.
fn wrapped(text: &str, used: usize, style: Style) -> String {
    match style.width {
        // The renderer puts the lines below each other itself.
        Some(width) => wrap::wrapped(text, width.saturating_sub(used), 0, 0),
        None => text.to_owned(),
    }
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.color {
        Renderer::styled().decor_style(DecorStyle::Unicode)
    } else {
        Renderer::plain()
    };
    match style.width {
        // It cuts a longer line of the source around the caret.
        Some(width) => renderer.term_width(width),
        None => renderer,
    }
}

/// How many there are of each level, which are not shown, and where to start.
pub(super) fn summary(report: &Report, style: Style) -> String {
    let count = |severity: Severity| {
        let count = report.count(severity);
        let s = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{s}", severity.as_str()))
    };
    let least = style.verbosity.least();
    let levels = [Severity::Error, Severity::Warning, Severity::Info];
    let (shown, hidden): (Vec<Severity>, Vec<Severity>) =
        levels.into_iter().partition(|severity| *severity >= least);
    let hides_warnings = hidden.contains(&Severity::Warning) && report.has(Severity::Warning);
    let shown: Vec<String> = shown.into_iter().filter_map(count).collect();
    let hidden: Vec<String> = hidden.into_iter().filter_map(count).collect();
    let mut out = if !shown.is_empty() {
        shown.join(", ")
    } else if hides_warnings {
        "no errors".to_owned()
    } else {
        "no problems".to_owned()
    };
    if !hidden.is_empty() {
        // Who asks for less knows how to ask for more.
        let how = match style.verbosity {
            Verbosity::Quiet => "",
            Verbosity::Normal | Verbosity::Verbose => ": --verbose shows them",
        };
        let _ = write!(out, " ({} hidden{how})", hidden.join(" and "));
    }
    let rules = worst(report, least);
    if let Some(first) = rules.first() {
        let named = rules
            .iter()
            .take(NAMED)
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        let more = match rules.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = write!(out, "; fix first: {named}{more} (spotgen explain {first})");
    }
    let mut out = wrapped(&out, 0, style);
    out.push('\n');
    out
}

/// At most this many rules are named.
const NAMED: usize = 3;

/// The rules of the worst level that is shown, each once. Mistakes have no page, and infos need no fix.
fn worst(report: &Report, least: Severity) -> Vec<&'static str> {
    let least = least.max(Severity::Warning);
    let shown = report.iter().filter(|own| own.severity >= least);
    let Some(worst) = shown.map(|own| own.severity).max() else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for own in report.iter().filter(|own| own.severity == worst) {
        if rules::rule(own.rule).is_some() && !rules.contains(&own.rule) {
            rules.push(own.rule);
        }
    }
    rules
}

fn group<'a>(
    diagnostic: &'a Diagnostic,
    told: &Told<'a>,
    sources: &'a Sources,
    style: Style,
) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = Group::with_title(
        level
            .primary_title(wrapped(
                told.title,
                diagnostic.severity.as_str().len() + diagnostic.rule.len() + "[]: ".len(),
                style,
            ))
            .id(diagnostic.rule),
    );
    if let Some(location) = diagnostic.location {
        let label = diagnostic.label.as_deref();
        let label = label.map(|label| beside(label, sources, location, style));
        group = show(group, sources, location, AnnotationKind::Primary, label);
    }
    for (location, what) in &diagnostic.related {
        group = show(
            group,
            sources,
            *location,
            AnnotationKind::Context,
            Some(beside(what, sources, *location, style)),
        );
    }
    let helps = told.helps.iter();
    group.elements(helps.map(|help| Level::HELP.message(wrapped(help, HELP, style))))
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

/// A label behind its mark, in lines as wide as the terminal. Where too little room is left, it gets what a line can hold.
fn beside(label: &str, sources: &Sources, location: Span, style: Style) -> String {
    let Some(width) = style.width else {
        return label.to_owned();
    };
    let position = sources.position(location);
    let gutter = position.line.to_string().len() + " | ".len();
    let marked = (location.end - location.start) as usize;
    let used = gutter + position.column + marked;
    let least = width / 3;
    wrap::wrapped(label, width.saturating_sub(used).max(least), 0, 0)
}

/// Adds the first line of a location, with the location marked.
///
/// The renderer gets only that line: it scans its input from the start, and configurations are long.
fn show<'a>(
    group: Group<'a>,
    sources: &'a Sources,
    location: Span,
    kind: AnnotationKind,
    label: Option<String>,
) -> Group<'a> {
    let Excerpt {
        text,
        marked,
        is_cut,
    } = Excerpt::of(sources, location);
    let position = sources.position(location);
    let snippet = Snippet::source(text)
        .line_start(position.line)
        .annotation(kind.span(marked).label(label));
    let path = sources.get(location.source).name.as_str();
    if is_cut {
        // The renderer counts columns in the text that it gets.
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn findings_are_drawn_as_the_renderer_draws_them(
            lines_before in 0_usize..120,
            indent in 0_usize..30,
            line in "[ -~é\t]{0,12}[ -~]{1,110}",
            (at, length) in (0_usize..140, 0_usize..20),
            message in "[ -~]{0,8}[a-z`. \n]{1,160}",
            label in proptest::option::of("[ -~]{0,90}"),
            helps in prop::collection::vec("[ -~]{0,8}[a-z\n]{0,90}", 0..3),
        ) {
            let mut sources = Sources::default();
            let begin = "x\n".repeat(lines_before) + &" ".repeat(indent);
            let from = begin.len() - indent;
            let id = sources.add("a/b.yaml", format!("{begin}{line}\nlast: 1\n"));
            let start = from + at.min(indent + line.len());
            let place = Span::new(id, start, start + length);
            let mut found = Diagnostic::error("some-rule", message).at(place);
            found.label = label;
            found.help = helps;
            let helps = helps_of(&found);
            let told = Told { title: &found.message, helps: &helps };
            let mut drawn = String::new();
            if drawn::draw(&found, &told, &sources, &mut drawn) {
                let group = group(&found, &told, &sources, Style::PLAIN);
                prop_assert_eq!(drawn, renderer(Style::PLAIN).render(&[group]));
            }
        }
    }
}
