//! Paths into a document.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// A JSON pointer into the configuration (RFC 6901), and which half of an entry it means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Pointer {
    /// As RFC 6901 writes it: `/spec/workloads/0`, with `~` and `/` within a segment escaped.
    text: String,
    /// The key rather than the value.
    pub key: bool,
}

impl Pointer {
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes `/spec/workloads/0`.
    pub fn parse(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            key: false,
        }
    }

    #[must_use]
    pub fn child(&self, segment: impl fmt::Display) -> Self {
        // Room for most segments: a pointer is made for every workload, several times.
        let mut text = String::with_capacity(self.text.len() + 24);
        text.push_str(&self.text);
        text.push('/');
        let start = text.len();
        write!(text, "{segment}").expect("memory takes everything");
        if text.as_bytes()[start..]
            .iter()
            .any(|byte| matches!(byte, b'~' | b'/'))
        {
            let escaped = text[start..].replace('~', "~0").replace('/', "~1");
            text.replace_range(start.., &escaped);
        }
        Self { text, key: false }
    }

    /// The pointer to what it lies in; the root is its own.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self::parse(&self.text[..self.text.rfind('/').unwrap_or(0)])
    }

    /// The same entry, meaning its key.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        self.key = true;
        self
    }

    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is `other`, or something in it.
    pub fn lies_in(&self, other: &Self) -> bool {
        let rest = self.text.strip_prefix(&other.text);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How many segments it has.
    pub fn depth(&self) -> usize {
        self.text.matches('/').count()
    }

    /// The keys and numbers on the way, as they are in the document.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let has_escapes = self.text.contains('~');
        self.text.split('/').skip(1).map(move |segment| {
            if has_escapes {
                segment.replace("~1", "/").replace("~0", "~").into()
            } else {
                segment.into()
            }
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
