//! Why a value of a manifest cannot be edited: it is part of other text.

pub(in crate::check) const COUNTED_BY_ARGUMENT: &str =
    "the selector of the counted nodes is a container argument whose position is unknown";
pub(in crate::check) const FLAG: &str =
    "it is a container argument, or comes from the values of a chart";
pub(in crate::check) const IN_CONFIG_MAP: &str =
    "it is text inside a ConfigMap, which no fix can edit";
