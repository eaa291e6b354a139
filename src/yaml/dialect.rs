//! The dialect of YAML that a text is in.

/// The dialect of YAML that a text is in. It decides how scalars and tags are read; aliases and merge keys are resolved in
/// both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Our configuration: text that readers interpret differently is refused. So are tags.
    Config,
    /// Other people's manifests: read as kubectl reads them.
    Manifest,
}
