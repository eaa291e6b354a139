//! Where in an object something is.

use std::fmt;

/// The steps from the root of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    /// An item of a list. It may have another index on each side, and is missing from one where it is new or gone.
    Item {
        /// What names it, where it has a name.
        label: Option<String>,
        old: Option<usize>,
        new: Option<usize>,
    },
}

/// Which of the two objects a pointer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Old,
    New,
}

impl Path {
    pub(super) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it begins with these keys.
    pub(super) fn begins_with(&self, keys: &[&str]) -> bool {
        let is_key = |(step, key): (&Step, &&str)| matches!(step, Step::Key(own) if own == key);
        self.0.len() >= keys.len() && self.0.iter().zip(keys).all(is_key)
    }

    /// The keys at its end, the last one first; items of lists count for nothing.
    pub(super) fn last_keys(&self) -> (&str, &str) {
        let mut keys = self.0.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item { .. } => None,
        });
        (
            keys.next().unwrap_or_default(),
            keys.next().unwrap_or_default(),
        )
    }

    /// A JSON pointer (RFC 6901) into one of the two objects.
    pub fn pointer(&self, side: Side) -> String {
        let mut pointer = String::new();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Step::Item { old, new, .. } => {
                    let (own, other) = match side {
                        Side::Old => (old, new),
                        Side::New => (new, old),
                    };
                    let index = own.or(*other).unwrap_or_default();
                    pointer.push_str(&index.to_string());
                }
            }
        }
        pointer
    }
}

/// For people: `spec.template.spec.containers[web].env[LOG].value`.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_plain(key) => {
                    let dot = if number == 0 { "" } else { "." };
                    write!(formatter, "{dot}{key}")?;
                }
                Step::Key(key) => write!(formatter, "[{key:?}]")?,
                Step::Item {
                    label: Some(label), ..
                } => write!(formatter, "[{label}]")?,
                Step::Item { old, new, .. } => {
                    let index = new.or(*old).unwrap_or_default();
                    write!(formatter, "[{index}]")?;
                }
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !key.is_empty() && key.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::{Path, Side, Step};

    #[test]
    fn a_path_is_words_and_two_pointers() {
        let mut path = Path::default();
        for key in ["metadata", "labels", "a.b/c~d"] {
            path.push(Step::Key(key.to_owned()));
        }
        path.push(Step::Item {
            label: Some("web".to_owned()),
            old: Some(1),
            new: Some(2),
        });
        assert_eq!(path.to_string(), "metadata.labels[\"a.b/c~d\"][web]");
        assert_eq!(path.pointer(Side::Old), "/metadata/labels/a.b~1c~0d/1");
        assert_eq!(path.pointer(Side::New), "/metadata/labels/a.b~1c~0d/2");
        assert_eq!(path.last_keys(), ("a.b/c~d", "labels"));
        assert!(path.begins_with(&["metadata", "labels"]));
        assert!(!path.begins_with(&["labels"]));
        assert_eq!(Path::default().to_string(), "");
    }
}
