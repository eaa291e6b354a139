//! What a reader sees first: which run it is, what came of it, and its numbers.

use super::length::{Length, units};
use super::lettering;
use super::picture::{Figure, Objective, Picture, Verdict};
use super::sheet::{Anchor, MARGIN, PLAIN, SMALL, Sheet, WIDTH};

const ROOM: Length = Length(WIDTH.0 - 2 * MARGIN.0);
/// So many causes are named; the report has all of them, and the picture says so.
const CAUSES: usize = 3;

pub(super) fn head(sheet: &mut Sheet, picture: &Picture) {
    sheet.y = units(14);
    for line in lettering::lines(&title(picture), 24, ROOM - ROOM / 9, 2) {
        sheet.y += units(30);
        sheet.text("title text", (MARGIN, sheet.y), Anchor::Start, line);
    }
    if let Some(seed) = picture.seed {
        sheet.y += units(22);
        let seed = format!("seed {seed}");
        sheet.text("soft", (MARGIN, sheet.y), Anchor::Start, seed);
    }
    verdict(sheet, picture);
    figures(sheet, &picture.figures);
    objectives(sheet, &picture.objectives);
}

pub(super) fn title(picture: &Picture) -> String {
    format!("{}: {}", picture.config, picture.scenario)
}

/// The word for a verdict, and the class of its colour.
pub(super) fn word(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Converged => ("Converged", "good"),
        Verdict::Quiet => ("Quiet, short of the goal", "warn"),
        Verdict::Loops => ("Loops", "bad"),
        Verdict::Stuck => ("Stuck", "bad"),
    }
}

fn verdict(sheet: &mut Sheet, picture: &Picture) {
    let (word, class) = word(picture.verdict);
    sheet.y += units(16);
    let height = units(28);
    let width = lettering::bold(word, PLAIN) + units(46);
    sheet.xml.empty(
        "rect",
        &[
            ("class", &class),
            ("x", &MARGIN),
            ("y", &sheet.y),
            ("width", &width),
            ("height", &height),
            ("rx", &6),
        ],
    );
    let middle = (MARGIN + units(18), sheet.y + height / 2);
    let sign = match picture.verdict {
        Verdict::Converged => TICK,
        Verdict::Quiet => EXCLAMATION,
        Verdict::Loops | Verdict::Stuck => CROSS,
    };
    draw(sheet, sign, "on-badge-line", middle);
    let place = (MARGIN + units(34), sheet.y + units(19));
    sheet.text("strong on-badge", place, Anchor::Start, word);
    let (left, mut y) = (MARGIN + width + units(12), sheet.y + units(19));
    for line in lettering::lines(&picture.verdict_line, PLAIN, WIDTH - MARGIN - left, 3) {
        sheet.text("text", (left, y), Anchor::Start, line);
        y += units(19);
    }
    sheet.y = (sheet.y + height).max(y - units(14));
    let causes = picture.causes.iter().take(CAUSES);
    let causes = causes.map(|cause| format!("Cause: {cause}"));
    for cause in causes.chain(more_causes(picture)) {
        sheet.y += units(4);
        for line in lettering::lines(&cause, PLAIN, ROOM, 3) {
            sheet.y += units(19);
            sheet.text("text", (MARGIN, sheet.y), Anchor::Start, line);
        }
    }
}

/// How many causes are not named, and who names them.
fn more_causes(picture: &Picture) -> Option<String> {
    let more = picture.causes.len().saturating_sub(CAUSES);
    let noun = if more == 1 { "cause" } else { "causes" };
    let who = format!("spotgen simulate --scenario {}", picture.scenario);
    (more > 0).then(|| format!("and {more} more {noun}: `{who}` names them all"))
}

/// From its middle on, as the data of a path.
type Sign = &'static str;

const TICK: Sign = "m-5 0l4 4l7 -9";
const CROSS: Sign = "m-4.5 -4.5l9 9m0 -9l-9 9";
const EXCLAMATION: Sign = "m0 -6v7m0 5v.2";

fn draw(sheet: &mut Sheet, sign: Sign, class: &str, (x, y): (Length, Length)) {
    let (class, d) = (format!("sign {class}"), format!("M{x} {y}{sign}"));
    sheet.xml.empty("path", &[("class", &class), ("d", &d)]);
}

fn figures(sheet: &mut Sheet, figures: &[Figure]) {
    if figures.is_empty() {
        return;
    }
    let columns = figures.len().div_ceil(figures.len().div_ceil(6));
    let columns = i64::try_from(columns).expect("at most six");
    let gap = units(10);
    let width = (ROOM + gap) / columns - gap;
    let room = width - units(20);
    let names = figures
        .iter()
        .map(|figure| lettering::lines(&figure.name, SMALL, room, 2));
    let names: Vec<Vec<String>> = names.collect();
    let has_long = names.iter().any(|lines| lines.len() > 1);
    let height = if has_long { units(74) } else { units(58) };
    sheet.y += units(14);
    for ((figure, name), at) in figures.iter().zip(names).zip(0..) {
        if at > 0 && at % columns == 0 {
            sheet.y += height + gap;
        }
        let x = MARGIN + (width + gap) * (at % columns);
        sheet.xml.empty(
            "rect",
            &[
                ("class", &"tile"),
                ("x", &x),
                ("y", &sheet.y),
                ("width", &width),
                ("height", &height),
                ("rx", &6),
            ],
        );
        let x = x + units(12);
        let value = lettering::fitted_bold(&figure.value, 21, room);
        sheet.text("value text", (x, sheet.y + units(27)), Anchor::Start, value);
        let mut y = sheet.y + units(47);
        for line in name {
            sheet.text("small soft", (x, y), Anchor::Start, line);
            y += units(16);
        }
    }
    sheet.y += height;
}

fn objectives(sheet: &mut Sheet, objectives: &[Objective]) {
    let mut x = MARGIN;
    let before = sheet.y;
    for objective in objectives {
        let (class, line, sign) = if objective.is_met {
            ("good", "good-line", TICK)
        } else {
            ("bad", "alarm-line", CROSS)
        };
        let text = format!(
            "{}: {}, {}",
            objective.name,
            objective.word(),
            objective.margin
        );
        let text = lettering::fitted_bold(&text, PLAIN, ROOM - units(24));
        let width = lettering::bold(&text, PLAIN) + units(24);
        if x == MARGIN || x + width > WIDTH - MARGIN {
            sheet.y += if sheet.y == before {
                units(28)
            } else {
                units(22)
            };
            x = MARGIN;
        }
        draw(sheet, sign, line, (x + units(8), sheet.y - units(5)));
        let class = format!("strong {class}");
        sheet.text(&class, (x + units(22), sheet.y), Anchor::Start, text);
        x += width + units(24);
    }
}
