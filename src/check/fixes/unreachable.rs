//! Why a value of a manifest cannot be edited.

pub(in crate::check) const NO_PLACE: &str = "the manifests do not write it in one place of its own";

pub(in crate::check) const RENDERED: &str =
    "a chart renders the object: change the values of its release";
