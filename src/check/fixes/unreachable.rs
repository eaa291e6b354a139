//! Why a value of a manifest cannot be edited: it is part of other text.

pub(in crate::check) const COUNTED_BY_ARGUMENT: &str =
    "the selector of the counted nodes is a container argument whose position is unknown";
pub(in crate::check) const FLAG: &str =
    "it is a container argument, or comes from the values of a chart";
pub(in crate::check) const NO_PLACE: &str =
    "the manifests have no single place for it: it is an argument, or one of several profiles";
