//! How things look: the style sheet, and the patterns that tell areas apart without colour.
//!
//! The hues are from the palette of Okabe and Ito, which people with any colour vision can tell apart. Text has a
//! contrast of at least 4.5 to 1 to what is behind it; a test holds that. No custom properties: several programs that
//! print SVG do not know them.

use super::xml::Xml;

/// Class, what it sets, in light and in dark.
type Colour = (&'static str, &'static str, &'static str, &'static str);

pub(super) const COLOURS: &[Colour] = &[
    ("paper", "fill", "#ffffff", "#12161b"),
    ("text", "fill", "#16202a", "#e8edf2"),
    ("soft", "fill", "#4d5965", "#aab5c0"),
    ("tile", "fill", "#f1f4f7", "#1e252d"),
    ("halo", "stroke", "#ffffff", "#12161b"),
    ("grid", "stroke", "#dde3e8", "#2c353f"),
    ("axis", "stroke", "#6b7680", "#8a96a1"),
    ("event", "stroke", "#16202a", "#e8edf2"),
    ("event-line", "stroke", "#16202a", "#e8edf2"),
    ("spot", "fill", "#0072b2", "#3a8fd6"),
    ("on-demand", "fill", "#e69f00", "#e69f00"),
    // Orange alone is too close to white.
    ("on-demand-line", "stroke", "#955f00", "#e69f00"),
    ("quiet", "fill", "#d3dae0", "#414c57"),
    ("quiet-line", "fill", "#5c6873", "#aab5c0"),
    ("alarm", "fill", "#b8004e", "#ff6b9d"),
    ("alarm-line", "stroke", "#b8004e", "#ff6b9d"),
    ("alarm-back", "fill", "#fbe0ea", "#451425"),
    ("gone", "fill", "#2b333b", "#dfe5ea"),
    ("gone-line", "stroke", "#2b333b", "#dfe5ea"),
    ("gone-back", "fill", "#9aa5af", "#55606b"),
    ("good", "fill", "#00694f", "#4fd0a7"),
    ("good-line", "stroke", "#00694f", "#4fd0a7"),
    ("bad", "fill", "#a80045", "#ff7fa9"),
    ("warn", "fill", "#7a5200", "#f0b429"),
    ("on-badge", "fill", "#ffffff", "#12161b"),
    ("on-badge-line", "stroke", "#ffffff", "#12161b"),
];

const SHAPES: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif;font-size:14px}
.small{font-size:13px}.title{font-size:24px;font-weight:700}.heading{font-size:16px;font-weight:700}
.value{font-size:21px;font-weight:700}.strong{font-weight:700}.middle{text-anchor:middle}.end{text-anchor:end}
.halo{stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.grid,.axis{stroke-width:1;fill:none}.event{stroke-width:1.2;stroke-dasharray:4 3;fill:none}
.many{stroke-width:.6;stroke-dasharray:2 4}.under{stroke-width:3.4;fill:none}.deadline{stroke-width:2;stroke-dasharray:9 4;fill:none}
.under.fine{stroke-width:2.4}.deadline.fine{stroke-width:1.4}
.outline{stroke-width:1.2;fill:none}.edge{stroke-width:.8;fill:none}.cross{stroke-width:2;fill:none}.cross.under{stroke-width:5}.sign{stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round;fill:none}
";

/// For one picture or for a page with several.
pub(super) fn style_sheet() -> String {
    let light = COLOURS
        .iter()
        .map(|(class, what, light, _)| rule(class, what, light));
    let dark = COLOURS
        .iter()
        .map(|(class, what, _, dark)| rule(class, what, dark));
    let (light, dark): (String, String) = (light.collect(), dark.collect());
    // Without `screen`, a dark desktop would print on black.
    format!(
        "text{{fill:#16202a}}\n{SHAPES}{light}@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n"
    )
}

fn rule(class: &str, what: &str, colour: &str) -> String {
    format!(".{class}{{{what}:{colour}}}\n")
}

/// Patterns, each by its name, angle and size, and its shapes: class, and where they are.
type Pattern = (&'static str, i64, i64, &'static [(&'static str, Shape)]);

enum Shape {
    Box(&'static str, &'static str, &'static str, &'static str),
    Dot(&'static str, &'static str, &'static str),
}

const WHOLE: Shape = Shape::Box("0", "0", "6", "6");

const PATTERNS: &[Pattern] = &[
    (
        "starting",
        0,
        6,
        &[
            ("quiet", WHOLE),
            ("quiet-line", Shape::Dot("1.5", "1.5", "0.9")),
            ("quiet-line", Shape::Dot("4.5", "4.5", "0.9")),
        ],
    ),
    (
        "pending",
        45,
        6,
        &[
            ("alarm-back", WHOLE),
            ("alarm", Shape::Box("0", "0", "2.6", "6")),
        ],
    ),
    (
        "terminating",
        0,
        6,
        &[("paper", WHOLE), ("gone", Shape::Box("0", "0", "6", "1.2"))],
    ),
    (
        "dead",
        0,
        6,
        &[
            ("gone-back", WHOLE),
            ("gone", Shape::Box("0", "0", "6", "1.6")),
            ("gone", Shape::Box("0", "0", "1.6", "6")),
        ],
    ),
    (
        "cordoned",
        -45,
        6,
        &[("paper", Shape::Box("0", "0", "2.4", "6"))],
    ),
];

pub(super) fn patterns(xml: &mut Xml, name_of: impl Fn(&str) -> String) {
    xml.open("defs", &[]);
    for (name, angle, size, shapes) in PATTERNS {
        let turned = format!("rotate({angle})");
        xml.open(
            "pattern",
            &[
                ("id", &name_of(name)),
                ("width", size),
                ("height", size),
                ("patternUnits", &"userSpaceOnUse"),
                ("patternTransform", &turned),
            ],
        );
        for (class, shape) in *shapes {
            match shape {
                Shape::Box(x, y, width, height) => xml.empty(
                    "rect",
                    &[
                        ("class", class),
                        ("x", x),
                        ("y", y),
                        ("width", width),
                        ("height", height),
                    ],
                ),
                Shape::Dot(x, y, radius) => {
                    xml.empty(
                        "circle",
                        &[("class", class), ("cx", x), ("cy", y), ("r", radius)],
                    );
                }
            }
        }
        xml.close("pattern");
    }
    xml.close("defs");
}
