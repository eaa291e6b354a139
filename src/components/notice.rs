//! Notices about components that the configuration does not mention.

use std::borrow::Cow;

use super::id::ComponentId;

/// A component that was added or left out without the configuration asking for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub component: ComponentId,
    pub message: Cow<'static, str>,
    /// How to change that, or to learn more.
    pub next: &'static str,
}
