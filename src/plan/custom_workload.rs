use crate::source::Span;

/// An object of the manifests whose pods an operator makes. Only `spotgen patch` places them, and no number counts them.
#[derive(Clone, Debug)]
pub struct CustomWorkload {
    pub kind: String,
    pub name: String,
    pub location: Span,
    /// Whether its kind is one whose pod specs are known; nothing is done with the others.
    pub is_known: bool,
    /// The class that it gets, if it gets any.
    pub class: Option<String>,
    /// Whether pods with data of their own prefer or require Spot.
    pub keeps_data_on_spot: bool,
}

impl CustomWorkload {
    /// Its title in messages.
    pub fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }
}
