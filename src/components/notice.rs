//! What is said of components that nobody has asked for.

use std::borrow::Cow;

use super::id::ComponentId;

/// A component that is made, or not made, though the configuration says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub component: ComponentId,
    pub message: Cow<'static, str>,
    /// How to have it otherwise, or to learn more.
    pub next: &'static str,
}
