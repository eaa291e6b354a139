//! Which parts of a text are kept.

/// What is kept of a collection.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// All of it.
    Kept,
    /// Whether there is anything in it. It is read all the same, by the same rules; only keys may be written twice.
    Over,
    /// All but what is named, of a mapping or of the mappings of a list.
    Within(&'static [(&'static str, Shape)]),
    /// What is named, and the first entry as if it were [`Shape::Over`]. The others are read all the same, but are not in
    /// the mapping; only keys may be written twice.
    Only(&'static [(&'static str, Shape)]),
}

impl Shape {
    /// That of the value of a key; `None` if the key is left out.
    pub(super) fn under(self, key: &str) -> Option<Self> {
        let (Self::Within(named) | Self::Only(named)) = self else {
            return Some(Self::Kept);
        };
        let mut named = named.iter();
        let found = named.find(|(name, _)| *name == key);
        match (found, self) {
            (Some((_, shape)), _) => Some(*shape),
            (None, Self::Only(_)) => None,
            (None, _) => Some(Self::Kept),
        }
    }
}
