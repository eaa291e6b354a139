//! Why a value of a manifest cannot be edited.

use crate::manifests::NoPlace;

pub(in crate::check) const NO_PLACE: &str = "the manifests do not write it in one place of its own";

/// It stands among the values, in a form that no edit of the rendered object reaches.
pub(in crate::check) const IN_VALUES: &str =
    "the values of a chart have it in another form than the object that is rendered from them";

const SHARED: &str = "another release takes the same values, and would change with it";

const LATER: &str =
    "values that are not in the manifests may say something else: they are laid over these";

const SINGLE: &str = "a tool reads the value in its own way: write it there yourself";

const TOGETHER: &str = "several values of the chart are written in this one text";

pub(in crate::check) const RENDERED: &str =
    "a chart renders the object: change the values of its release";

const SEVERAL_PLACES: &str = "no one place in the manifests decides this value alone";

pub(in crate::check) fn unplaced(why: NoPlace) -> &'static str {
    match why {
        NoPlace::Several => SEVERAL_PLACES,
        NoPlace::Later => LATER,
        NoPlace::Shared => SHARED,
        NoPlace::Single => SINGLE,
        NoPlace::Together => TOGETHER,
    }
}
