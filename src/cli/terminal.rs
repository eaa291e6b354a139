//! What the terminal can show, and what the user wants to see.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::{ColorChoice, ValueEnum};
use terminal_size::{Width, terminal_size};

use crate::reporters::{Style, Verbosity};

/// Lines are no shorter and no longer than this on a terminal.
const WIDTHS: std::ops::RangeInclusive<usize> = 80..=120;

/// How findings, notes and help are shown.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Terminal {
    /// When to use colors
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t = Color::Auto,
        display_order = 901
    )]
    color: Color,

    /// Show everything, infos too
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "quiet",
        display_order = 902
    )]
    verbose: bool,

    /// Show errors only
    #[arg(short, long, global = true, display_order = 903)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Terminal {
    /// The same for clap.
    pub(super) fn choice(self) -> ColorChoice {
        match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }

    /// The style of what is written to a stream.
    pub(super) fn style(self, stream: &impl IsTerminal) -> Style {
        let is_terminal = stream.is_terminal();
        Style {
            color: match self.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => wants_color(is_terminal, |name| {
                    std::env::var(name).ok().filter(|value| !value.is_empty())
                }),
            },
            width: is_terminal.then(width),
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (_, true) => Verbosity::Verbose,
                _ => Verbosity::Normal,
            },
        }
    }
}

/// The columns of a line. A terminal that does not tell its size may have it in `COLUMNS`.
fn width() -> usize {
    let size = terminal_size().map(|(Width(width), _)| usize::from(width));
    let declared = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = size.filter(|width| *width > 0).or_else(declared);
    width
        .unwrap_or(*WIDTHS.start())
        .clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// What a command line asks for that may be wrong elsewhere.
pub(super) fn asked(command: &[OsString]) -> Terminal {
    let words: Vec<&str> = command.iter().filter_map(|word| word.to_str()).collect();
    let mut color = Color::Auto;
    for (at, word) in words.iter().enumerate() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.get(at + 1).copied(),
            Some(rest) => rest.strip_prefix('='),
            None if *word == "--" => break,
            None => None,
        };
        let named = value.and_then(|value| Color::from_str(value, false).ok());
        color = named.unwrap_or(color);
    }
    Terminal {
        color,
        verbose: false,
        quiet: false,
    }
}

/// On a terminal that has colors, or where they are forced, unless the user wants none.
/// Sources: <https://no-color.org> and <https://bixense.com/clicolors>.
fn wants_color(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    if variable("NO_COLOR").is_some() {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    let is_off = variable("CLICOLOR").is_some_and(|value| value == "0");
    let is_dumb = variable("TERM").is_some_and(|value| value == "dumb");
    is_terminal && !is_off && !is_dumb
}

#[cfg(test)]
mod tests {
    use clap::ColorChoice;

    use super::{asked, wants_color};

    #[test]
    fn help_and_mistakes_have_the_color_that_is_asked_for() {
        for (line, expected) in [
            ("spotgen check --help", ColorChoice::Auto),
            ("spotgen check --help --color never", ColorChoice::Never),
            ("spotgen --color=always check --no", ColorChoice::Always),
            ("spotgen check --color blue", ColorChoice::Auto),
            ("spotgen check -- --color never", ColorChoice::Auto),
        ] {
            let command: Vec<_> = line.split(' ').map(Into::into).collect();
            assert_eq!(asked(&command).choice(), expected, "{line}");
        }
    }

    #[test]
    fn colors_are_for_those_who_see_them() {
        for (is_terminal, set, expected) in [
            (true, &[][..], true),
            (false, &[], false),
            (true, &[("NO_COLOR", "1")], false),
            (false, &[("CLICOLOR_FORCE", "1")], true),
            (false, &[("CLICOLOR_FORCE", "0")], false),
            (true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false),
            (true, &[("CLICOLOR", "0")], false),
            (true, &[("TERM", "dumb")], false),
            (true, &[("TERM", "xterm-256color")], true),
        ] {
            let variable = |name: &str| {
                let mut set = set.iter();
                let found = set.find(|(own, _)| *own == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(wants_color(is_terminal, variable), expected, "{set:?}");
        }
    }
}
