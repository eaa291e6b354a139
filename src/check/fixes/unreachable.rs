//! Why what a manifest has cannot be edited: it is there as text in another form.

pub(in crate::check) const COUNTED_BY_ARGUMENT: &str =
    "which nodes are counted is one of the arguments of a container, whose place is not known";
pub(in crate::check) const FLAG: &str =
    "it is one of the arguments of a container, or comes from the values of a chart";
pub(in crate::check) const IN_CONFIG_MAP: &str =
    "a manifest has it in the text of a `ConfigMap`, which edits do not reach into";
