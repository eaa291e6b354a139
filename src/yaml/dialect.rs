//! The dialect of YAML that a text is in.

/// The dialect of YAML that a text is in. It decides how the text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Our configuration: text that readers interpret differently is refused.
    Config,
    /// Other people's manifests: read as kubectl reads them, with aliases and merge keys resolved.
    Manifest,
}
