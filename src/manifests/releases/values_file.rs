//! A values file: it does not tell its chart, but keys that only one chart has do.

use super::found::Found;
use super::of_known_charts::told_by;
use crate::diagnostic::Pointer;
use crate::manifests::wanted::Wanted;
use crate::yaml::Node;

/// The values of a known chart, or of an umbrella chart that has one in it.
pub(super) fn release<'n, 's>(document: &'n Node<'s>, wanted: Wanted) -> Option<Found<'n, 's>> {
    let of = |values: &Node<'_>| {
        let chart = told_by(values, wanted)?;
        let mut keys = values.entries().iter();
        keys.find(|entry| chart.keys.contains(&entry.key.as_ref()))
            .map(|entry| entry.key_span)
    };
    let location = of(document).or_else(|| {
        let mut parts = document.entries().iter();
        parts.find_map(|part| of(&part.value))
    })?;
    Some(Found {
        kind: None,
        name: "",
        namespace: None,
        chart: None,
        values: Some(document),
        pointer: Pointer::root(),
        elsewhere: None,
        location,
    })
}
