//! What holds for every picture: text can be read, stays inside, and is never markup.

use super::super::colours::COLOURS;
use super::super::length::units;
use super::super::lettering;
use super::super::{Picture, html, svg};
use super::{large, small};

/// Relative luminance and contrast as WCAG 2.2 defines them.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("two digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// In light and in dark.
fn colours(class: &str) -> [&'static str; 2] {
    let found = COLOURS.iter().find(|(name, ..)| *name == class);
    let (_, _, light, dark) = found.unwrap_or_else(|| panic!("no colour for `{class}`"));
    [light, dark]
}

#[test]
fn text_can_be_read() {
    let pairs = [
        ("text", "paper"),
        ("soft", "paper"),
        ("text", "tile"),
        ("soft", "tile"),
        ("good", "paper"),
        ("bad", "paper"),
        // Beside text that names an area.
        ("text", "halo"),
        ("good", "halo"),
        ("bad", "halo"),
        ("on-badge", "good"),
        ("on-badge", "warn"),
        ("on-badge", "bad"),
    ];
    for (text, behind) in pairs {
        for (text_colour, colour) in colours(text).into_iter().zip(colours(behind)) {
            let contrast = contrast(text_colour, colour);
            assert!(contrast >= 4.5, "{text} on {behind}: {contrast:.2}");
        }
    }
}

#[test]
fn areas_stand_out() {
    let areas = [
        "spot",
        "on-demand-line",
        "quiet-line",
        "alarm",
        "alarm-line",
        "gone",
        "gone-line",
    ];
    for area in areas.into_iter().chain(["event", "axis", "good-line"]) {
        for (area_colour, paper) in colours(area).into_iter().zip(colours("paper")) {
            let contrast = contrast(area_colour, paper);
            assert!(contrast >= 3.0, "{area}: {contrast:.2}");
        }
    }
}

/// Spot and on-demand are told apart in grey as well.
#[test]
fn grey_tells_capacities_apart() {
    for (spot, on_demand) in colours("spot").into_iter().zip(colours("on-demand")) {
        let contrast = contrast(spot, on_demand);
        assert!(contrast >= 1.5, "{contrast:.2}");
    }
}

fn attribute<'a>(line: &'a str, name: &str) -> &'a str {
    let start = format!(" {name}=\"");
    let (_, rest) = line.split_once(&start).expect("it has the attribute");
    rest.split_once('"').expect("it ends").0
}

/// A value in tenths.
fn tenths(written: &str) -> i64 {
    let (whole, tenth) = written.split_once('.').unwrap_or((written, "0"));
    let whole: i64 = whole.parse().expect("a number");
    whole * 10 + tenth.parse::<i64>().expect("a digit")
}

#[test]
fn no_text_leaves_the_picture() {
    for picture in [small::picture(), large::picture(7, 75, 200), hostile()] {
        let svg = svg(&picture);
        for line in svg.lines().filter(|line| line.starts_with("<text ")) {
            let class = attribute(line, "class");
            let (_, text) = line.split_once('>').expect("it has text");
            let text = text
                .trim_end_matches("</text>")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
            let text = text
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
            let has = |name: &str| class.split(' ').any(|class| class == name);
            let size = match () {
                () if has("small") => 13,
                () if has("title") => 24,
                () if has("heading") => 16,
                () if has("value") => 21,
                () => 14,
            };
            let is_bold = ["title", "heading", "value", "strong"].into_iter().any(has);
            let wide = if is_bold {
                lettering::bold(&text, size)
            } else {
                lettering::width(&text, size)
            };
            let x = tenths(attribute(line, "x"));
            let (left, right) = match () {
                () if has("end") => (x - wide.0, x),
                () if has("middle") => (x - wide.0 / 2, x + wide.0 / 2),
                () => (x, x + wide.0),
            };
            assert!(
                left >= 0 && right <= units(1000).0,
                "{left} to {right}: {line}"
            );
        }
    }
}

/// Every text that a user can write is markup.
fn hostile() -> Picture {
    let text = "</text></svg><script>alert('1')</script><![CDATA[ ]]>&amp;\" onload=\"x ".repeat(4);
    let mut picture = small::picture();
    picture.config.clone_from(&text);
    picture.scenario.clone_from(&text);
    picture.verdict_line.clone_from(&text);
    picture.causes = vec![text.clone(); 5];
    for figure in &mut picture.figures {
        figure.name.clone_from(&text);
        figure.value.clone_from(&text);
    }
    for objective in &mut picture.objectives {
        objective.name.clone_from(&text);
        objective.margin.clone_from(&text);
    }
    for event in &mut picture.events {
        event.label.clone_from(&text);
    }
    for workload in &mut picture.workloads {
        workload.name.clone_from(&text);
        workload.namespace.clone_from(&text);
    }
    for pool in &mut picture.pools {
        pool.name.clone_from(&text);
        for node in &mut pool.nodes {
            node.name.clone_from(&text);
        }
    }
    picture
}

#[test]
fn what_users_write_is_never_markup() {
    let svg = svg(&hostile());
    let page = html(&[hostile(), hostile()]);
    for (made, ends) in [(&svg, 1), (&page, 2)] {
        assert!(!made.contains("<script") && !made.contains("<![CDATA"));
        assert!(!made.contains("\" onload"));
        assert!(made.matches("</svg>").count() >= ends);
    }
    assert_eq!(svg.matches("</svg>").count(), 1);
}

/// Nothing is loaded: the only addresses are names of the format, and places in the same file.
#[test]
fn nothing_comes_from_elsewhere() {
    let page = html(&[small::picture(), large::picture(7, 20, 30)]);
    for made in [svg(&small::picture()), page] {
        let made = made.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !made.contains("http")
                || made.matches("http").count() == made.matches("http-equiv").count()
        );
        assert!(!made.contains("@import") && !made.contains("src="));
        let targets = made
            .split("url(")
            .skip(1)
            .chain(made.split("href=\"").skip(1));
        assert!(targets.into_iter().all(|target| target.starts_with('#')));
    }
}

/// Causes that are not named are counted, and a command has them.
#[test]
fn causes_beyond_the_first_are_counted() {
    for (count, told) in [
        (3, None),
        (4, Some("and 1 more cause: `spotgen simulate --scenario")),
        (5, Some("and 2 more causes: `spotgen simulate --scenario")),
    ] {
        let mut picture = small::picture();
        picture.causes = (0..count).map(|at| format!("config.yaml:{at}")).collect();
        let drawn = svg(&picture);
        assert_eq!(drawn.contains("more cause"), told.is_some(), "{count}");
        assert!(told.is_none_or(|told| drawn.contains(told)), "{count}");
        assert_eq!(drawn.matches(">Cause: config.yaml:").count(), 3, "{count}");
    }
}
