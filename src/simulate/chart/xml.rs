//! Writes XML. What it is given as text or as the value of an attribute is always escaped.

use std::fmt::{self, Display, Write};

pub(super) type Attributes<'a> = &'a [(&'a str, &'a dyn Display)];

/// A document that grows, an element a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn open(&mut self, name: &str, attributes: Attributes) {
        self.start(name, attributes);
        self.0.push_str(">\n");
    }

    pub(super) fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push_str(">\n");
    }

    pub(super) fn empty(&mut self, name: &str, attributes: Attributes) {
        self.start(name, attributes);
        self.0.push_str("/>\n");
    }

    pub(super) fn text(&mut self, name: &str, attributes: Attributes, text: impl Display) {
        self.start(name, attributes);
        self.0.push('>');
        self.push(&text);
        self.close(name);
    }

    /// An element that says what it is when it is pointed at.
    pub(super) fn titled(&mut self, name: &str, attributes: Attributes, title: impl Display) {
        self.start(name, attributes);
        self.0.push_str("><title>");
        self.push(&title);
        self.0.push_str("</title>");
        self.close(name);
    }

    /// What was written before, or stands in the program.
    pub(super) fn raw(&mut self, written: &str) {
        self.0.push_str(written);
    }

    pub(super) fn written(&self) -> &str {
        &self.0
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    fn start(&mut self, name: &str, attributes: Attributes) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            self.push(value);
            self.0.push('"');
        }
    }

    fn push(&mut self, value: &dyn Display) {
        write!(Escaping(&mut self.0), "{value}").expect("a string takes everything");
    }
}

struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // XML 1.0 has no way to write the others (section 2.2).
                '\n' | '\t' => self.0.push(' '),
                '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                    self.0.push('\u{fffd}');
                }
                // They would turn the text around them.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                _ => self.0.push(char),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let hostile = "</text><script>alert('1')</script>&\"\u{0}\u{202e}";
        let mut xml = Xml::default();
        xml.text("text", &[("class", &hostile)], hostile);
        let escaped = "&lt;/text&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\u{fffd}\u{fffd}";
        let expected = format!("<text class=\"{escaped}\">{escaped}</text>\n");
        assert_eq!(xml.finish(), expected);
    }
}
