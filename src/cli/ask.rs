//! Asks for what no input tells, on a terminal.

use std::io::{self, BufRead, Write};

use crate::diagnostic::Failure;

/// Whether somebody is there to answer: what is asked goes to stderr, and the answer comes from stdin.
pub(super) fn is_possible() -> bool {
    use std::io::IsTerminal;
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks until `read` takes the answer. An empty one is the default, if there is one.
///
/// # Errors
/// If nobody answers.
pub(super) fn ask<T>(
    question: &str,
    default: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    let mut input = io::stdin().lock();
    let mut output = io::stderr().lock();
    answer(&mut input, &mut output, (question, default), read)
        .map_err(|error| Failure::new(format!("no answer to `{question}`: {error}")))
}

fn answer<T>(
    input: &mut impl BufRead,
    output: &mut impl Write,
    (question, default): (&str, Option<&str>),
    read: impl Fn(&str) -> Result<T, String>,
) -> io::Result<T> {
    loop {
        match default {
            Some(default) => write!(output, "{question} [{default}]: ")?,
            None => write!(output, "{question}: ")?,
        }
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = match line.trim() {
            "" => default.unwrap_or_default(),
            text => text,
        };
        match read(text) {
            Ok(value) => return Ok(value),
            Err(mistake) => writeln!(output, "  {mistake}")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<u32, String> {
        text.parse().map_err(|_| "a number, please".to_owned())
    }

    fn asked(answers: &str, default: Option<&str>) -> (io::Result<u32>, String) {
        let mut output = Vec::new();
        let result = answer(
            &mut answers.as_bytes(),
            &mut output,
            ("how many", default),
            number,
        );
        (result, String::from_utf8(output).expect("UTF-8"))
    }

    #[test]
    fn asks_again_until_the_answer_is_good() {
        let (result, shown) = asked("many\n3\n", None);
        assert_eq!(result.expect("an answer"), 3);
        assert_eq!(shown, "how many:   a number, please\nhow many: ");
    }

    #[test]
    fn nothing_is_the_default_and_silence_is_no_answer() {
        assert_eq!(asked("\n", Some("7")).0.expect("the default"), 7);
        assert!(asked("", Some("7")).0.is_err());
    }
}
