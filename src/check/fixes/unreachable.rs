//! Why a value of a manifest cannot be edited.

use crate::diagnostic::{Diagnostic, Fix};
use crate::manifests::{Manifests, NoPlace};
use crate::source::Span;

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

/// Why nobody can apply the fix of a finding, if so: no file has what it would edit, or not in a place of its own.
pub(in crate::check) fn why(
    diagnostic: &Diagnostic,
    manifests: &Manifests,
) -> Option<&'static str> {
    let no_place = |object| {
        let why = manifests.unplaced(object)?;
        (!manifests.is_rendered(object)).then_some(why)
    };
    if let Some(why) = of_edits(diagnostic, no_place) {
        return Some(unplaced(why));
    }
    of_edits(diagnostic, |object| {
        manifests.is_rendered(object).then_some(())
    })?;
    let value = diagnostic
        .location
        .filter(|location| !manifests.is_rendered(*location));
    let fixed = value.and_then(|at| manifests.fixed_value(at));
    Some(if let Some(why) = fixed {
        unplaced(why)
    } else if value.is_some() && diagnostic.pointer.is_none() {
        IN_VALUES
    } else {
        RENDERED
    })
}

/// The first answer about an object that a fix edits.
fn of_edits<T>(diagnostic: &Diagnostic, about: impl Fn(Span) -> Option<T>) -> Option<T> {
    let Ok(Fix::Manifest(edits)) = &diagnostic.fix else {
        return None;
    };
    edits.iter().find_map(|edit| about(edit.object))
}
