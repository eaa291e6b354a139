//! Mistakes in the command line, as wide as the terminal.

use std::ffi::OsString;
use std::path::Path;

use crate::reporters::Style;

/// Whether kubectl runs the program, which finds its plugins by name.
/// Source: kubernetes/kubernetes staging/src/k8s.io/kubectl/pkg/cmd/plugin/plugin.go, `ValidPluginFilenamePrefixes`.
pub(super) fn is_kubectl_plugin(program: Option<&OsString>) -> bool {
    let name = program.and_then(|path| Path::new(path).file_stem());
    name.is_some_and(|name| name == "kubectl-spotgen")
}

/// A message of clap's, in lines that end at words: clap wraps its help, and no errors.
pub(super) fn mistake(error: &clap::Error, style: Style) -> String {
    let text = error.render();
    let text = if style.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    match style.width {
        Some(width) => text
            .lines()
            .map(|line| wrapped(line, width) + "\n")
            .collect(),
        None => text,
    }
}

/// What goes on stands under the beginning of its line.
fn wrapped(line: &str, width: usize) -> String {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let mut out = String::with_capacity(line.len() + 16);
    let mut column = 0;
    for (number, word) in line.split(' ').enumerate() {
        let length = visible(word);
        if number > 0 && column + 1 + length > width && column > indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if number > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// The columns of a word, without the escape sequences of its color.
fn visible(word: &str) -> usize {
    let mut is_escape = false;
    let is_shown = |char: &char| {
        let was_escape = is_escape;
        is_escape = *char == '\u{1b}' || is_escape && *char != 'm';
        !was_escape && !is_escape
    };
    word.chars().filter(is_shown).count()
}

#[cfg(test)]
mod tests {
    use super::{visible, wrapped};

    #[test]
    fn lines_end_at_words_whatever_their_color() {
        assert_eq!(visible("\u{1b}[1m\u{1b}[32mab\u{1b}[0m,"), 3);
        assert_eq!(wrapped("  [one, two, three]", 12), "  [one, two,\n  three]");
        assert_eq!(
            wrapped("a \u{1b}[1mbb\u{1b}[0m cc", 5),
            "a \u{1b}[1mbb\u{1b}[0m\ncc"
        );
        assert_eq!(wrapped("", 5), "");
    }
}
