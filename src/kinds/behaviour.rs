//! How an operator treats its objects and their pods.

use crate::diagnostic::Severity;

/// The controller of Kubernetes whose rules the pods follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Controller {
    #[default]
    Any,
    /// The pods keep data on volumes of their own.
    StatefulSet,
    DaemonSet,
}

/// What an operator makes of a part that a template lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Layering {
    /// The pods do not have it.
    #[default]
    Whole,
    /// It takes that part from another template: one that is added here would hide it.
    PartByPart,
}

/// What users should know of a change to an object of this kind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Caution {
    pub(crate) about: Cautioned,
    pub(crate) level: Severity,
    /// What is so, and what to do about it.
    pub(crate) message: &'static str,
    pub(crate) help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cautioned {
    AnyChange,
    /// The pod spec was not there.
    NewTemplate,
    /// The affinity was not there.
    NewAffinity,
}
