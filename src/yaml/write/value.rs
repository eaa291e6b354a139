//! One value, and its scalars.

use std::fmt::{Display, Write as _};

use serde::ser::Error as _;

use super::error::{Error, Result};
use super::position::{Position, push_indent};

/// Writes one value, and the line break after it.
pub(super) struct Value<'a> {
    pub(super) out: &'a mut String,
    /// Where the lines of a collection begin.
    pub(super) indent: usize,
    pub(super) position: Position,
}

impl Value<'_> {
    pub(super) fn begin(&mut self) {
        if matches!(self.position, Position::Colon | Position::Dash) {
            self.out.push(' ');
        }
    }

    pub(super) fn end(&mut self) {
        if self.position != Position::Key {
            self.out.push('\n');
        }
    }

    pub(super) fn integer(mut self, value: impl Display) -> Result {
        self.begin();
        write!(self.out, "{value}").map_err(Error::custom)?;
        self.end();
        Ok(())
    }

    /// A scalar that is no key.
    pub(super) fn word(mut self, word: &str) -> Result {
        self.no_key()?;
        self.begin();
        self.out.push_str(word);
        self.end();
        Ok(())
    }

    /// A float, given its shortest text.
    pub(super) fn float(self, shortest: &str) -> Result {
        // YAML 1.1 asks for a point in the mantissa and a sign in the exponent.
        match shortest.split_once('e') {
            None => self.word(shortest),
            Some((mantissa, exponent)) => {
                let point = if mantissa.contains('.') { "" } else { ".0" };
                let sign = if exponent.starts_with('-') { "" } else { "+" };
                self.word(&format!("{mantissa}{point}e{sign}{exponent}"))
            }
        }
    }

    pub(super) fn literal(mut self, text: &str) {
        self.begin();
        self.out.push_str("|\n");
        // A document's own lines are indented too, lest one of them look like `---`.
        let indent = self.indent.max(2);
        for line in text.split_terminator('\n') {
            if !line.is_empty() {
                push_indent(indent, self.out);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    pub(super) fn no_key(&self) -> Result {
        if self.position == Position::Key {
            return Err(Error(
                "a map key is neither a string nor an integer".to_owned(),
            ));
        }
        Ok(())
    }
}
