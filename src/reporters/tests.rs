//! How reports look in a file and on a terminal.

use super::Style;
use super::text::render;
use crate::diagnostic::{Diagnostic, Report};
use crate::source::{Sources, Span};

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
    let text = render(&report, &sources, Style::PLAIN);
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

#[test]
fn a_label_is_no_wider_than_the_terminal() {
    let mut sources = Sources::default();
    let id = sources.add("x.yaml", "first: here\nsecond: there\n".to_owned());
    let label = "this is what a related place has to say in a sentence that goes on for a while";
    let report = Report::from(
        Diagnostic::error("config", "wrong")
            .at(Span::new(id, 7, 11))
            .label(label)
            .related(Span::new(id, 20, 25), label),
    );
    let style = Style {
        width: Some(80),
        ..Style::PLAIN
    };
    let text = render(&report, &sources, style);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(words.iter().filter(|word| **word == "sentence").count(), 2);
}

#[test]
fn a_line_of_the_source_is_no_wider_than_the_terminal() {
    let line = format!(
        "- {{a: {}, b: here, c: {}}}",
        "x".repeat(90),
        "y".repeat(90)
    );
    let mut sources = Sources::default();
    let id = sources.add("x.yaml", format!("{line}\n"));
    let at = line.find("here").expect("it is there");
    let report = Report::from(Diagnostic::error("config", "wrong").at(Span::new(id, at, at + 4)));
    let style = Style {
        width: Some(80),
        ..Style::PLAIN
    };
    let text = render(&report, &sources, style);
    assert!(text.contains("here"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}
