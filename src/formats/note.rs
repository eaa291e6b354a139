//! Notes about the output.

/// A fact about the output that the user must know, and the next command.
#[derive(Clone, Debug)]
pub struct Note {
    pub message: String,
    pub next: Option<String>,
}

impl Note {
    pub(super) fn new(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            next: Some(next.into()),
        }
    }
}
