//! A values file: it does not tell its chart, but what only one chart has does.

use super::found::Found;
use super::of_known_charts::{DEPTH, told_by, within};
use crate::diagnostic::Pointer;
use crate::manifests::wanted::Wanted;
use crate::yaml::Node;

/// The values of a known chart, or of an umbrella chart that has one in it.
pub(super) fn release<'n, 's>(document: &'n Node<'s>, wanted: Wanted) -> Option<Found<'n, 's>> {
    let own = told_by(document, wanted).and_then(|chart| {
        let mut keys = document.entries().iter();
        let is_its = |key: &str| chart.keys.contains(&key) || chart.usual.contains(&key);
        keys.find(|entry| is_its(&entry.key))
            .map(|entry| entry.key_span)
    });
    let location = own.or_else(|| {
        let parts = within(document, &Pointer::root(), (None, wanted), DEPTH);
        parts.first().map(|part| part.location)
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
