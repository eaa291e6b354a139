//! Whose YAML a text is.

/// Whose YAML it is, and so how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Our configuration: nothing in it may mean one thing to one reader and another thing to the next.
    Config,
    /// Other people's manifests: read as kubectl reads them, with aliases and merge keys resolved.
    Manifest,
}
