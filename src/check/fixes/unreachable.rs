//! Why a value of a manifest cannot be edited.

pub(in crate::check) const NO_PLACE: &str = "the manifests do not write it in one place of its own";

/// It stands among the values, in a form that no edit of the rendered object reaches.
pub(in crate::check) const IN_VALUES: &str =
    "the values of a chart have it in another form than the object that is rendered from them";

pub(in crate::check) const RENDERED: &str =
    "a chart renders the object: change the values of its release";

pub(in crate::check) const SEVERAL_PLACES: &str =
    "no one place in the manifests decides this value alone";
