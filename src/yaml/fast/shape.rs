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
}

impl Shape {
    /// That of the value of a key.
    pub(super) fn under(self, key: &str) -> Self {
        let Self::Within(named) = self else {
            return Self::Kept;
        };
        let mut named = named.iter();
        let found = named.find(|(name, _)| *name == key);
        found.map_or(Self::Kept, |(_, shape)| *shape)
    }
}
