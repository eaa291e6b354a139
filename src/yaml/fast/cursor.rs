//! Moving over blanks, comments and lines.

use memchr::memchr;

use super::chars::behind_spaces;
use super::reader::Reader;

impl Reader<'_> {
    /// What has not been read yet.
    pub(super) fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at = behind_spaces(self.text.as_bytes(), self.at);
    }

    /// Skips spaces and a comment, which needs a space before it: whatever may follow content on its line.
    #[inline]
    pub(super) fn skip_blank(&mut self) -> Option<()> {
        match self.byte(self.at) {
            Some(b' ' | b'#') => self.skip_spaces_and_comment(),
            _ => Some(()),
        }
    }

    fn skip_spaces_and_comment(&mut self) -> Option<()> {
        let before = self.at;
        self.skip_spaces();
        if self.byte(self.at) == Some(b'#') {
            if self.at == before {
                return None;
            }
            self.skip_comment();
        }
        Some(())
    }

    pub(super) fn skip_comment(&mut self) {
        self.at = memchr(b'\n', self.rest()).map_or(self.text.len(), |length| self.at + length);
    }

    pub(super) fn is_at_line_end(&self) -> bool {
        matches!(self.byte(self.at), None | Some(b'\n'))
    }

    /// The line ends here but for a comment; goes to the next content.
    pub(super) fn end_line(&mut self) -> Option<()> {
        self.skip_blank()?;
        match self.byte(self.at) {
            None => {
                self.column = None;
                Some(())
            }
            Some(b'\n') => {
                self.at += 1;
                self.find_content()
            }
            Some(_) => None,
        }
    }

    /// Whether nothing is behind a key on its line; then it goes to the next content, else to the value.
    #[inline]
    pub(super) fn is_value_below(&mut self) -> Option<bool> {
        // As most keys of collections end.
        if self.byte(self.at) == Some(b'\n') {
            self.at += 1;
            self.find_content()?;
            return Some(true);
        }
        self.skip_blank()?;
        if !self.is_at_line_end() {
            return Some(false);
        }
        self.end_line()?;
        Some(true)
    }

    /// From the beginning of a line to the next content in this document, past empty lines and comments.
    #[expect(
        clippy::inline_always,
        reason = "a call costs as much as the rest for most lines"
    )]
    #[inline(always)]
    pub(super) fn find_content(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let at = behind_spaces(bytes, self.at);
        // As most lines begin.
        if bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            self.line = self.at;
            self.at = at;
            self.column = Some(at - self.line);
            return Some(());
        }
        self.find_other_content()
    }

    fn find_other_content(&mut self) -> Option<()> {
        loop {
            self.line = self.at;
            self.skip_spaces();
            match self.byte(self.at) {
                Some(b'a'..=b'z' | b'A'..=b'Z') => {
                    self.column = Some(self.at - self.line);
                    return Some(());
                }
                None => {
                    self.column = None;
                    return Some(());
                }
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    self.skip_comment();
                    self.at = self.text.len().min(self.at + 1);
                }
                Some(b'\t') => return None,
                Some(_) => {
                    self.column = (!self.is_at_marker()).then_some(self.at - self.line);
                    return Some(());
                }
            }
        }
    }

    /// Whether a document begins or ends at this line (<https://yaml.org/spec/1.2.2/#912-document-markers>).
    pub(super) fn is_at_marker(&self) -> bool {
        self.at == self.line
            && matches!(self.rest(), [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..])
            && matches!(self.byte(self.at + 3), None | Some(b' ' | b'\t' | b'\n'))
    }

    /// Whether an item of a block sequence begins here.
    pub(super) fn is_at_dash(&self) -> bool {
        self.byte(self.at) == Some(b'-')
            && matches!(self.byte(self.at + 1), None | Some(b' ' | b'\n'))
    }

    /// Whether a `:` here ends a key: something blank follows.
    pub(super) fn is_at_colon(&self) -> bool {
        self.byte(self.at) == Some(b':')
            && matches!(self.byte(self.at + 1), None | Some(b' ' | b'\n'))
    }
}
