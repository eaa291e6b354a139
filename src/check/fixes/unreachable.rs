//! Why a value of a manifest cannot be edited.

pub(in crate::check) const NO_PLACE: &str = "the manifests have no place of its own for it: several profiles may be meant, or the values of a chart";

pub(in crate::check) const RENDERED: &str =
    "a chart renders the object: change the values of its release";
